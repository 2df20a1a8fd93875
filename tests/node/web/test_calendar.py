"""The calendar feed, read back with icalendar."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Component

from node.base.zone_table import all_names
from node.features.meetings import calendar
from node.features.meetings.calendar import MOST_ZONES
from node.features.meetings.feed import REST, Feed
from node.texts import Texts
from tests.node.web.conftest import Site
from tests.node.web.neighbours import GROUPS, HOME, HOSTILE, LONG, NOW, SECRET
from tests.node.web.world import CANCELLED, PUBLIC, World


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
    issued = datetime.fromtimestamp(NOW - 86_400, UTC)
    assert event["dtstamp"].dt == event["last-modified"].dt == issued
    assert event["sequence"] == NOW - 86_400 - int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
    assert event["summary"] == PUBLIC.title
    assert event["location"] == PUBLIC.place
    assert event["url"] == PUBLIC.link
    assert event["status"] == "CONFIRMED"
    assert "Wir stellen uns vor.\nFür Kaffee ist gesorgt." in event["description"]


async def test_time_zone_comes_along_and_is_right(site: Site) -> None:
    calendar = Calendar.from_ical(await (await site.get("/meetings.ics")).read())
    zones = {
        str(zone["tzid"]): zone.to_tz(lookup_tzid=False) for zone in calendar.walk("VTIMEZONE")
    }
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


# Revisions


async def test_unchanged_feed_is_the_same_bytes_and_not_sent_twice(site: Site) -> None:
    first = await site.get("/meetings.ics")
    again = await site.get("/meetings.ics")
    assert await first.read() == await again.read()
    assert first.headers["ETag"] == again.headers["ETag"]
    known = await site.get("/meetings.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert (known.status, await known.read()) == (304, b"")
    assert known.headers["ETag"] == first.headers["ETag"]
    weak = {"If-None-Match": f'"x", W/{first.headers["ETag"]}'}
    assert (await site.get("/meetings.ics", headers=weak)).status == 304
    assert (await site.get("/meetings.ics", headers={"If-None-Match": '"x"'})).status == 200


async def test_one_meeting_has_an_etag_too(site: Site) -> None:
    path = f"/meetings/{HOME.id}/offenes-treffen/meeting.ics"
    first = await site.get(path)
    known = await site.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert known.status == 304


async def test_a_change_is_a_revision(site: Site) -> None:
    first = await site.get("/meetings.ics")
    uid = f"offenes-treffen@{HOME.id}"
    before = (await events(site))[uid]
    changed = replace(PUBLIC, title="Anders", issued=(PUBLIC.issued or 0) + 1)
    site.world.upcoming = [changed, *site.world.upcoming[1:]]
    answer = await site.get("/meetings.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert answer.status == 200
    after = (await events(site))[uid]
    assert after["summary"] == "Anders"
    assert after["sequence"] == before["sequence"] + 1
    assert after["last-modified"].dt - before["last-modified"].dt == timedelta(seconds=1)


async def test_order_does_not_depend_on_when_one_asks(site: Site) -> None:
    before = await (await site.get("/meetings.ics")).read()
    site.world.bygone += site.world.upcoming
    site.world.upcoming = []
    site.world.bygone.reverse()
    assert await (await site.get("/meetings.ics")).read() == before


# Bounds


async def test_feed_is_made_once_for_each_change(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(
        "node.features.meetings.calendar.public_feed", _counted(made, calendar.public_feed)
    )
    answers = await asyncio.gather(*(site.get("/meetings.ics") for _ in range(20)))
    assert [one.status for one in answers] == [200] * 20
    assert made == ["de"]
    await site.get("/meetings.ics", headers={"Accept-Language": "en"})
    assert made == ["de", "en"]
    site.world.upcoming = site.world.upcoming[1:]
    await asyncio.gather(*(site.get("/meetings.ics") for _ in range(20)))
    assert made == ["de", "en", "de"]


def _counted(made: list[str], make: Callable[..., bytes]) -> Callable[..., bytes]:
    def counting(meetings: Any, name: str, texts: Texts) -> bytes:
        made.append(texts.language)
        return make(meetings, name, texts)

    return counting


async def test_feed_that_took_long_is_not_made_for_every_change() -> None:
    now, worked, world = [0.0], [0.0], World()

    def work() -> float:
        worked[0] += 1.0
        return worked[0]

    feed = Feed(world, lambda: now[0], work)
    first = await feed.get(Texts("de"))
    world.upcoming = []
    assert await feed.get(Texts("de")) is first
    now[0] += REST * first.took
    assert (await feed.get(Texts("de"))).body != first.body


async def test_many_zones_are_bounded_and_no_time_is_wrong(site: Site) -> None:
    names = [name for name in all_names() if "/" in name][:300]
    site.world.bygone = []
    site.world.upcoming = [
        replace(PUBLIC, id=f"m{number}", zone=name) for number, name in enumerate(names)
    ]
    answer = await (await site.get("/meetings.ics")).read()
    calendar = Calendar.from_ical(answer)
    assert len(calendar.walk("VTIMEZONE")) == MOST_ZONES
    assert len(answer) < 400_000
    found = {str(event["uid"]).partition("@")[0]: event for event in calendar.walk("VEVENT")}
    assert len(found) == 300
    for meeting in site.world.upcoming:
        real = datetime.fromisoformat(meeting.starts).replace(tzinfo=ZoneInfo(meeting.zone))
        assert found[meeting.id]["dtstart"].dt.astimezone(UTC) == real.astimezone(UTC)


@pytest.mark.parametrize("year", ["0001", "1500", "9000", "9999"])
async def test_what_was_stored_before_the_bound_stops_nothing(site: Site, year: str) -> None:
    for zone in ("Europe/Berlin", "Pacific/Kiritimati", "Etc/GMT+12", "Mars/Olympus_Mons"):
        old = replace(PUBLIC, id="old", starts=f"{year}-01-01T00:00", zone=zone, starts_at=None)
        site.world.upcoming = [PUBLIC, old, replace(old, issued=None, id="older")]
        assert f"offenes-treffen@{HOME.id}" in await events(site)
        assert {f"old@{HOME.id}", f"older@{HOME.id}"}.isdisjoint(await events(site))
