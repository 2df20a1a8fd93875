"""The calendar feed, read back with icalendar."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from tests.node.web.conftest import Site
from tests.node.web.neighbours import GROUPS, HOME, HOSTILE, LONG, NOW, SECRET
from tests.node.web.world import CANCELLED, PUBLIC


async def events(site: Site, path: str = "/meetings.ics") -> dict[str, Component]:
    answer = await site.get(path)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(await answer.read())
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


async def test_public_meetings_only_whoever_asks(inside: Site) -> None:
    found = await events(inside)
    assert sorted(found) == sorted(
        [
            f"offenes-treffen@{HOME.id}",
            f"abgesagt@{HOME.id}",
            f"vergangen@{HOME.id}",
            f"strange.meeting@{HOSTILE.id}",
        ]
    )
    assert SECRET not in await (await inside.get("/meetings.ics")).text()


async def test_a_meeting(site: Site) -> None:
    event = (await events(site))[f"offenes-treffen@{HOME.id}"]
    assert event["dtstart"].dt == datetime(2026, 12, 5, 19, tzinfo=ZoneInfo("Europe/Berlin"))
    assert event["dtstart"].params["TZID"] == "Europe/Berlin"
    assert event["duration"].dt == timedelta(hours=2)
    assert event["dtstamp"].dt == datetime.fromtimestamp(NOW, UTC)
    assert event["summary"] == PUBLIC.title
    assert event["location"] == PUBLIC.place
    assert event["url"] == PUBLIC.link
    assert event["status"] == "CONFIRMED"
    assert "Wir stellen uns vor.\nFür Kaffee ist gesorgt." in event["description"]


async def test_time_zone_comes_along_and_is_right(site: Site) -> None:
    calendar = Calendar.from_ical(await (await site.get("/meetings.ics")).read())
    zones = {str(zone["tzid"]): zone.to_tz() for zone in calendar.walk("VTIMEZONE")}
    assert list(zones) == ["Europe/Berlin"]
    for wall, hours in (("2026-12-05T19:00", 1), ("2026-07-04T15:00", 2)):
        local = datetime.fromisoformat(wall)
        assert local.replace(tzinfo=zones["Europe/Berlin"]).utcoffset() == timedelta(hours=hours)


async def test_unknown_zone_is_floating_time(site: Site) -> None:
    event = (await events(site))[f"strange.meeting@{HOSTILE.id}"]
    assert event["dtstart"].dt == datetime.fromisoformat("2026-12-05T19:00")
    assert "url" not in event


async def test_zone_that_would_be_a_path_is_unknown(site: Site) -> None:
    site.world.upcoming = [
        replace(PUBLIC, zone=zone) for zone in ("/etc/passwd", "../../x", "a\0b")
    ]
    site.world.bygone = []
    ((_, event),) = (await events(site)).items()
    assert event["dtstart"].dt.tzinfo is None


async def test_cancelled_meeting_is_struck_out(site: Site) -> None:
    event = (await events(site))[f"abgesagt@{HOME.id}"]
    assert event["status"] == "CANCELLED"
    assert event["description"].startswith(f"Abgesagt: {CANCELLED.cancelled}")


async def test_uid_stays_when_the_meeting_changes(site: Site) -> None:
    before = set(await events(site))
    site.world.upcoming = [
        replace(meeting, title="Anders", starts="2026-12-06T20:00", minutes=30)
        for meeting in site.world.upcoming
    ]
    assert set(await events(site)) == before


async def test_hostile_text_adds_no_lines(site: Site) -> None:
    nasty = "a\r\nSTATUS:CANCELLED\nBEGIN:VEVENT\u202e;,\\"
    site.world.upcoming = [replace(PUBLIC, title=nasty, place=nasty, text=LONG)]
    site.world.bygone = []
    ((uid, event),) = (await events(site)).items()
    assert uid == f"offenes-treffen@{HOME.id}"
    assert event["status"] == "CONFIRMED"
    raw = await (await site.get("/meetings.ics")).read()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


async def test_meeting_without_a_date_is_left_out(site: Site) -> None:
    site.world.upcoming = [replace(PUBLIC, starts="soon")]
    site.world.bygone = []
    assert await events(site) == {}


async def test_one_meeting_for_the_own_calendar(site: Site, inside: Site) -> None:
    path = f"/meetings/{HOME.id}/offenes-treffen/meeting.ics"
    assert list(await events(site, path)) == [f"offenes-treffen@{HOME.id}"]
    private = f"/meetings/{GROUPS[0].id}/intern/meeting.ics"
    assert (await site.get(private)).status == 404
    assert list(await events(inside, private)) == [f"intern@{GROUPS[0].id}"]
