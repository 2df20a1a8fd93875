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
from node.features.meetings.actions import cancel, edit_meeting, find_meeting
from node.features.meetings.calendar import MOST_ZONES, public_feed
from node.features.meetings.feed import REST, Feed
from node.features.meetings.types import MeetingView
from node.features.meetings.views import meeting_by_name
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from node.records.transaction import act
from node.store.core import Core
from node.texts import Texts
from protocol.audience import PUBLIC
from protocol.kind import Place
from tests.node.web.conftest import Site
from tests.node.web.texts import HOSTILE_MEETING, LONG, MEETING, SECRET
from tests.node.web.world import World
from tests.sync.people import NOW

WHOLE: dict[str, Any] = {**HOSTILE_MEETING, **MEETING}


def read(body: bytes) -> dict[str, Component]:
    return {str(event["uid"]): event for event in Calendar.from_ical(body).walk("VEVENT")}


async def events(site: Site, path: str = "/meetings.ics") -> dict[str, Component]:
    answer = await site.get(path)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return read(await answer.read())


def edit(site: Site, name: str = "public", **changes: Any) -> None:
    """Another version of a meeting of one's own."""
    core = site.core
    edit_meeting(core, core.home_id, find_meeting(core, site.path(f"{{{name}}}")), changes)


def announce(core: Core, **meetings: dict[str, Any]) -> None:
    """Write public meetings, which no person would."""
    with act(core) as publisher:
        for name, fields in meetings.items():
            place = Place(core.home_id, PUBLIC, "meeting", name)
            publisher.write(place, {**WHOLE, **fields}, expires=NOW + 40 * 86_400)


@pytest.fixture
def view(world: World) -> MeetingView:
    """A meeting as outside sees it."""
    sight = Sight(world.core, Viewer.OUTSIDE, world.core.home_id)
    found = meeting_by_name(sight, world.names["home"], world.names["public"])
    assert found is not None
    return found


async def test_public_meetings_only_whoever_asks(inside: Site) -> None:
    uids = ("{public}@{home}", "{cancelled}@{home}", "{past}@{home}", "strange.meeting@{hostile}")
    assert set(await events(inside)) == set(map(inside.path, uids))
    assert SECRET not in await (await inside.get("/meetings.ics")).text()


async def test_a_meeting(site: Site) -> None:
    event = (await events(site))[site.path("{public}@{home}")]
    assert event["dtstart"].dt == datetime(2027, 1, 20, 19, tzinfo=ZoneInfo("Europe/Berlin"))
    assert event["dtstart"].params["TZID"] == "Europe/Berlin"
    assert event["duration"].dt == timedelta(hours=2)
    issued = datetime.fromtimestamp(NOW, UTC)
    assert event["dtstamp"].dt == event["last-modified"].dt == issued
    assert event["sequence"] == NOW - int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
    assert event["summary"] == MEETING["title"]
    assert event["location"] == MEETING["place"]
    assert event["url"] == MEETING["link"]
    assert event["status"] == "CONFIRMED"
    assert MEETING["text"] in event["description"]


async def test_time_zone_comes_along_and_is_right(site: Site) -> None:
    announce(site.core, summer={"starts": "2027-07-04T15:00"})
    found = Calendar.from_ical(await (await site.get("/meetings.ics")).read())
    zones = {str(zone["tzid"]): zone.to_tz(lookup_tzid=False) for zone in found.walk("VTIMEZONE")}
    assert list(zones) == ["Europe/Berlin"]
    for wall, hours in (("2027-01-20T19:00", 1), ("2027-07-04T15:00", 2)):
        local = datetime.fromisoformat(wall)
        assert local.replace(tzinfo=zones["Europe/Berlin"]).utcoffset() == timedelta(hours=hours)


async def test_unknown_zone_is_floating_time(site: Site) -> None:
    event = (await events(site))[site.path("strange.meeting@{hostile}")]
    assert event["dtstart"].dt == datetime.fromisoformat("2027-01-20T19:00")
    assert "url" not in event


@pytest.mark.parametrize("zone", ["/etc/passwd", "../../x", "a\0b"])
def test_zone_that_would_be_a_path_is_unknown(view: MeetingView, zone: str) -> None:
    ((_, event),) = read(public_feed([replace(view, zone=zone)], "", Texts("de"))).items()
    assert event["dtstart"].dt.tzinfo is None


async def test_cancelled_meeting_is_struck_out(site: Site) -> None:
    event = (await events(site))[site.path("{cancelled}@{home}")]
    assert event["status"] == "CANCELLED"
    assert event["description"].startswith("Abgesagt: Der Raum steht nicht zur Verfügung")


async def test_uid_stays_when_the_meeting_changes(site: Site) -> None:
    before = set(await events(site))
    edit(site, title="Anders", starts="2027-02-06T20:00", minutes=30)
    assert set(await events(site)) == before


async def test_hostile_text_adds_no_lines(site: Site) -> None:
    nasty = "BEGIN:VEVENT;,\\ STATUS:CANCELLED\u2028x"
    text = f"a\nSTATUS:CANCELLED\nBEGIN:VEVENT;,\\{LONG}"
    announce(site.core, nasty={"title": nasty, "place": nasty, "text": text})
    event = (await events(site))[site.path("nasty@{home}")]
    assert event["status"] == "CONFIRMED"
    raw = await (await site.get("/meetings.ics")).read()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


def test_text_that_no_record_may_contain_adds_no_lines(view: MeetingView) -> None:
    nasty = "a\r\nSTATUS:CANCELLED\nBEGIN:VEVENT\u202e;,\\"
    body = public_feed([replace(view, title=nasty, place=nasty)], "", Texts("de"))
    ((_, event),) = read(body).items()
    assert event["status"] == "CONFIRMED"


def test_meeting_without_a_date_is_left_out(view: MeetingView) -> None:
    assert read(public_feed([replace(view, starts="soon")], "", Texts("de"))) == {}


async def test_one_meeting_for_the_own_calendar(site: Site) -> None:
    path = "/meetings/{home}/{public}/meeting.ics"
    assert list(await events(site, path)) == [site.path("{public}@{home}")]
    private = "/meetings/{rkslp}/intern/meeting.ics"
    assert (await site.get(private)).status == 404
    await site.enter()
    assert list(await events(site, private)) == [site.path("intern@{rkslp}")]


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
    path = "/meetings/{home}/{public}/meeting.ics"
    first = await site.get(path)
    known = await site.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert known.status == 304


async def test_a_change_is_a_revision(site: Site, world: World) -> None:
    first = await site.get("/meetings.ics")
    uid = site.path("{public}@{home}")
    before = (await events(site))[uid]
    world.clock.now += 1
    edit(site, title="Anders")
    answer = await site.get("/meetings.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert answer.status == 200
    after = (await events(site))[uid]
    assert after["summary"] == "Anders"
    assert after["sequence"] == before["sequence"] + 1
    assert after["last-modified"].dt - before["last-modified"].dt == timedelta(seconds=1)


async def test_order_does_not_depend_on_when_one_asks(site: Site, world: World) -> None:
    before = await (await site.get("/meetings.ics")).read()
    world.clock.now += 10 * 86_400  # the next one is over
    assert await (await site.get("/meetings.ics")).read() == before
    fresh = Feed(site.core)
    assert (await fresh.get(Texts("de"))).body == before


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
    cancel(site.core, site.core.home_id, find_meeting(site.core, site.path("{public}")), "krank")
    await asyncio.gather(*(site.get("/meetings.ics") for _ in range(20)))
    assert made == ["de", "en", "de"]


def _counted(made: list[str], make: Callable[..., bytes]) -> Callable[..., bytes]:
    def counting(meetings: Any, name: str, texts: Texts, *more: Any) -> bytes:
        made.append(texts.language)
        return make(meetings, name, texts, *more)

    return counting


async def test_feed_that_took_long_is_not_made_for_every_change(world: World) -> None:
    now, worked, core = [0.0], [0.0], world.core

    def work() -> float:
        worked[0] += 1.0
        return worked[0]

    feed = Feed(core, lambda: now[0], work)
    first = await feed.get(Texts("de"))
    announce(core, another={})
    assert await feed.get(Texts("de")) is first
    now[0] += REST * first.took
    assert (await feed.get(Texts("de"))).body != first.body


async def test_many_zones_are_bounded_and_no_time_is_wrong(site: Site) -> None:
    zones = [name for name in all_names() if "/" in name][:300]
    announce(site.core, **{f"m{number}": {"zone": zone} for number, zone in enumerate(zones)})
    answer = await (await site.get("/meetings.ics")).read()
    assert len(Calendar.from_ical(answer).walk("VTIMEZONE")) == MOST_ZONES
    assert len(answer) < 400_000
    found = read(answer)
    assert len(found) == 304
    for number, zone in enumerate(zones):
        real = datetime.fromisoformat(MEETING["starts"]).replace(tzinfo=ZoneInfo(zone))
        event = found[site.path(f"m{number}@{{home}}")]
        assert event["dtstart"].dt.astimezone(UTC) == real.astimezone(UTC)


@pytest.mark.parametrize("year", ["0001", "1500", "9000", "9999"])
def test_what_was_stored_before_the_bound_stops_nothing(view: MeetingView, year: str) -> None:
    for zone in ("Europe/Berlin", "Pacific/Kiritimati", "Etc/GMT+12", "Mars/Olympus_Mons"):
        old = replace(view, id="x/old", starts=f"{year}-01-01T00:00", zone=zone, starts_at=None)
        some = [view, old, replace(old, issued=None, id="x/older")]
        found = read(public_feed(some, "", Texts("de")))
        assert list(found) == [f"{view.id.rpartition('/')[2]}@{view.host.id}"]


def test_a_change_of_one_writes_one_anew(world: World) -> None:
    """Byte for byte what is written without what was kept; what is gone is forgotten."""
    sight = Sight(world.core, Viewer.OUTSIDE, world.core.home_id)
    views = calendar.public_meetings(sight)
    kept: calendar.Kept = {}
    for some in (views, [replace(views[0], title="Ä" * 90), *views[1:]], views[1:]):
        assert public_feed(some, "", Texts("de"), kept) == public_feed(some, "", Texts("de"))
        assert {view for view, _starts in kept["de"]} == set(some)
