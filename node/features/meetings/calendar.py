"""Meetings as iCalendar (RFC 5545). Imported when one is asked for: icalendar costs memory.

* The feed holds public meetings only, whoever asks: calendars fetch it without a cookie.
* A meeting keeps its UID `name@host` whatever changes in it.
* A time zone that this machine knows goes along as VTIMEZONE, up to a bound; times in further ones
  are written in UTC. With an unknown one the time is "floating": the wall clock wherever one is,
  which is right for everybody who comes to the place.
* A meeting that was called off stays, with STATUS:CANCELLED, so that calendars strike it out.
* DTSTAMP, LAST-MODIFIED and SEQUENCE follow from when the record was issued (docs/protocol.md
  §7.7): the same for every reader, larger after each change, whenever one asks.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from icalendar import Calendar, Event

from node.base.zone_table import known_zone
from node.features.meetings.folding import component_bytes
from node.features.meetings.links import meeting_name
from node.features.meetings.types import MeetingView
from node.features.meetings.views import meeting_views
from node.features.meetings.vtimezone import vtimezone
from node.lookup.showing import meetings_listed
from node.lookup.sight import Sight
from node.texts import Texts
from node.web.links import call_link
from node.web.plain import plain
from protocol.ids import to_text
from protocol.meetings import near

MOST_EVENTS = 1000
"""Of each, meetings to come and past ones: some MiB, what calendars on phones still take in."""

Kept: TypeAlias = dict[str, dict[tuple[MeetingView, datetime], bytes]]
"""By language, meeting and beginning: its lines in a calendar."""

END = b"END:VCALENDAR\r\n"

MOST_ZONES = 40
"""Described in one calendar, some hundred bytes each: more than the world has at a time. Strangers
can name all 600."""

SEQUENCE_ZERO = 1_577_836_800
"""The beginning of 2020, before all meetings: SEQUENCE has 31 bits, which last until 2088."""

YEARS = range(1970, 2200)
"""Of meetings that are no records: nobody bounds those by when they were issued."""

LARGEST_SEQUENCE = 2**31 - 1


def public_meetings(sight: Sight) -> list[MeetingView]:
    """Public meetings of whom we list, past ones too: what vanished from a feed does in calendars.

    Of too many, one's own come first, then the next and the latest; in an order that does not
    depend on when one asks.
    """
    hosts = {to_text(one) for one in meetings_listed(sight.core, sight.now)}
    return _chosen(sight, lambda one: one.host.id in hosts and one.audience == "public")


def all_meetings(sight: Sight) -> list[MeetingView]:
    """Everything that a viewer sees, in the same order and with the same end."""
    return _chosen(sight, lambda _one: True)


def _chosen(sight: Sight, is_in: Callable[[MeetingView], bool]) -> list[MeetingView]:
    home = to_text(sight.core.home_id)
    found: list[MeetingView] = []
    for past in (False, True):
        some = [one for one in meeting_views(sight, past) if is_in(one)]
        some.sort(key=lambda one: one.host.id != home)
        found += some[:MOST_EVENTS]
    return sorted(found, key=lambda one: (one.host.id != home, one.starts, one.host.id, one.id))


def public_feed(
    meetings: Sequence[MeetingView], name: str, texts: Texts, kept: Kept | None = None
) -> bytes:
    """The calendar of the group `name`. Takes a fifth of a second for a thousand: not for the loop.

    `kept`: what was written of each meeting the last time, so that a change of one costs no more
    than that; of those that are gone it is forgotten.
    """
    return _calendar(meetings, texts("meetings.calendar.title", name=name), texts, None, kept)


def one_event(meeting: MeetingView, texts: Texts, now: int) -> bytes:
    """A single meeting."""
    return _calendar([meeting], meeting.title, texts, now)


def _calendar(
    meetings: Iterable[MeetingView],
    title: str,
    texts: Texts,
    now: int | None,
    kept: Kept | None = None,
) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Verbund//verbund//DE")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", plain(title))
    zones: dict[str, tuple[int, int]] = {}
    before, written = (kept or {}).get(texts.language, {}), {}
    for meeting in meetings:
        starts = _starts(meeting, zones)
        if starts is not None:
            known = before.get((meeting, starts))
            written[meeting, starts] = known or component_bytes(_event(meeting, starts, texts, now))
    if kept is not None:
        kept[texts.language] = written
    for name, (first, last) in sorted(zones.items()):
        calendar.add_component(vtimezone(name, first, last))
    begun, end = component_bytes(calendar).split(END)
    return b"".join([begun, *written.values(), END, end])


def _event(meeting: MeetingView, starts: datetime, texts: Texts, now: int | None) -> Event:
    event = Event()
    event.add("uid", f"{meeting_name(meeting)}@{meeting.host.id}")
    changed = meeting.issued
    event.add("dtstamp", datetime.fromtimestamp(changed or now or SEQUENCE_ZERO, UTC))
    if changed is not None:
        event.add("last-modified", datetime.fromtimestamp(changed, UTC))
        event.add("sequence", min(max(changed - SEQUENCE_ZERO, 0), LARGEST_SEQUENCE))
    event.add("dtstart", starts)
    event.add("duration", timedelta(minutes=meeting.minutes))
    event.add("summary", plain(meeting.title))
    event.add("description", _description(meeting, texts))
    event.add("status", "CONFIRMED" if meeting.cancelled is None else "CANCELLED")
    if meeting.place:
        event.add("location", plain(meeting.place))
    if meeting.link and call_link(meeting.link):
        event.add("url", meeting.link)
    return event


def _description(meeting: MeetingView, texts: Texts) -> str:
    parts = [
        texts("meetings.calendar.cancelled", reason=meeting.cancelled)
        if meeting.cancelled
        else None,
        texts("meetings.calendar.host", name=meeting.host.name) if meeting.host.name else None,
        meeting.topic,
        meeting.text,
        meeting.link,
    ]
    return plain("\n\n".join(part for part in parts if part))


def _starts(meeting: MeetingView, zones: dict[str, tuple[int, int]]) -> datetime | None:
    """The beginning in its zone, without one if it is unknown here; None if it is no date that
    the protocol allows. `zones` gets what is to be described: from the first to the last second."""
    try:
        wall = datetime.fromisoformat(meeting.starts)
    except ValueError:
        return None
    if wall.year not in YEARS or not near_issue(meeting):
        return None  # stored before there was a bound, or by hand
    zone = known_zone(meeting.zone)
    if zone is None:
        return wall
    try:
        starts = wall.replace(tzinfo=zone)
        second = int(starts.timestamp())
        if meeting.zone not in zones and len(zones) >= MOST_ZONES:
            return starts.astimezone(UTC)
    except (ValueError, OverflowError):  # at the ends of time
        return None
    ends = second + meeting.minutes * 60
    first, last = zones.get(meeting.zone, (second, ends))
    zones[meeting.zone] = min(first, second), max(last, ends)
    return starts


def near_issue(meeting: MeetingView) -> bool:
    """Whether it is within the bounds of docs/protocol.md §7.7."""
    said = {"starts": meeting.starts, "minutes": meeting.minutes}
    return meeting.issued is None or near(said, meeting.issued)
