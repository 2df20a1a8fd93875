"""Meetings are revised: `issued` rises with each change, so that calendars see it (§7.7)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from icalendar import Calendar

from node.features.meetings.actions import cancel, find_meeting, invite, new_meeting
from node.features.meetings.calendar import one_event, public_feed, public_meetings
from node.features.meetings.views import meeting_views
from node.records.transaction import act
from node.store.core import Core
from node.texts import Texts
from protocol.audience import PUBLIC
from protocol.kind import Place
from protocol.record import Record
from tests.node.world import Clock, accept, inside, make_core, outside
from tests.sync.people import NOW, Someone

FIELDS = {
    "title": "Fest", "starts": "2027-03-05T19:00", "zone": "Europe/Berlin", "minutes": 90,
    "place": "Saal",
}  # fmt: skip


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    made = make_core(tmp_path, clock=Clock())
    yield made
    made.close()


def standing(core: Core, name: str) -> Record:
    record = core.records.at(Place(core.home_id, PUBLIC, "meeting", name))
    assert record is not None
    return record


def sequence(core: Core) -> int:
    feed = public_feed(public_meetings(outside(core)), "Alpha", Texts("de"))
    (event,) = Calendar.from_ical(feed).walk("VEVENT")
    assert event["dtstamp"].dt == event["last-modified"].dt
    (meeting,) = meeting_views(inside(core), past=False)
    (alone,) = Calendar.from_ical(one_event(meeting, Texts("en"), NOW)).walk("VEVENT")
    assert alone["sequence"] == event["sequence"], "whoever reads it, and where"
    return int(event["sequence"])


def test_each_change_is_a_later_revision(core: Core) -> None:
    """Also several within one second."""
    name = new_meeting(core, core.home_id, "public", FIELDS)
    found = [(standing(core, name).issued, sequence(core))]
    for place in ("Hof", "Garten"):
        with act(core) as publisher:
            old = standing(core, name)
            publisher.write(old.place, {**(old.content or {}), "place": place})
        found.append((standing(core, name).issued, sequence(core)))
    cancel(core, core.home_id, find_meeting(core, "Fest"), "Regen")
    found.append((standing(core, name).issued, sequence(core)))
    assert [issued for issued, _ in found] == [NOW, NOW + 1, NOW + 2, NOW + 3]
    assert [one - found[0][1] for _, one in found] == [0, 1, 2, 3]


def test_the_same_content_once_more_is_no_revision(core: Core) -> None:
    name = new_meeting(core, core.home_id, "public", FIELDS)
    with act(core) as publisher:
        old = standing(core, name)
        publisher.write(old.place, old.content)
    assert standing(core, name).issued == NOW


def test_a_clock_that_was_ahead_bars_nothing(core: Core) -> None:
    """Others refused it; what replaces it is issued when it is (§4.5)."""
    clock = core.clock.wall
    assert isinstance(clock, Clock)
    clock.now = NOW + 86_400
    name = new_meeting(core, core.home_id, "public", FIELDS)
    clock.now = NOW
    with act(core) as publisher:
        old = standing(core, name)
        publisher.write(old.place, {**(old.content or {}), "place": "Hof"})
    assert standing(core, name).issued == NOW


def test_an_invitation_is_revised_with_its_meeting(core: Core) -> None:
    anna = Someone("anna")
    accept(core, anna)
    new_meeting(core, core.home_id, "private", FIELDS)
    invite(core, core.home_id, find_meeting(core, "Fest"), [anna.id])
    first = [one.issued for one in core.records.statements("invitation", NOW)]
    cancel(core, core.home_id, find_meeting(core, "Fest"), "Regen")
    again = [one.issued for one in core.records.statements("invitation", NOW)]
    assert (first, again) == ([NOW], [NOW + 1])
