"""Meetings as iCalendar (RFC 5545). Imported when one is asked for: icalendar costs memory.

* The feed holds public meetings only, whoever asks: calendars fetch it without a cookie.
* A meeting keeps its UID `name@host` whatever changes in it.
* A time zone that this machine knows goes along as VTIMEZONE; with an unknown one the time is
  "floating": the wall clock wherever one is, which is right for everybody who comes to the place.
* A meeting that was called off stays, with STATUS:CANCELLED, so that calendars strike it out.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Calendar, Event

from node.texts import Texts
from node.view_types import MeetingView, Viewer
from node.web.links import meeting_name, safe_link
from node.web.plain import plain
from node.web.ports import PageViews

MOST_EVENTS = 1000
"""Of each, meetings to come and past ones: some MiB, what calendars on phones still take in."""

ZONE_MARGIN = timedelta(days=400)
"""VTIMEZONE describes this much around the meetings: a year, so that both clock changes are in."""


def public_feed(views: PageViews, texts: Texts, now: int) -> bytes:
    """All public meetings, past ones too: what vanished from a feed vanishes from calendars."""
    found = [
        meeting
        for past in (False, True)
        for meeting in views.meetings(Viewer.OUTSIDE, past=past)[:MOST_EVENTS]
        if meeting.audience == "public"
    ]
    title = texts("web.calendar.title", name=views.home(Viewer.OUTSIDE).name)
    return _calendar(found, title, texts, now)


def one_event(meeting: MeetingView, texts: Texts, now: int) -> bytes:
    """A single meeting."""
    return _calendar([meeting], meeting.title, texts, now)


def _calendar(meetings: Iterable[MeetingView], title: str, texts: Texts, now: int) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Verbund//verbund//DE")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", plain(title))
    days = []
    for meeting in meetings:
        starts = _starts(meeting)
        if starts is not None:
            calendar.add_component(_event(meeting, starts, texts, now))
            days.append(starts.date())
    if days:
        calendar.add_missing_timezones(min(days) - ZONE_MARGIN, max(days) + ZONE_MARGIN)
    return bytes(calendar.to_ical())


def _event(meeting: MeetingView, starts: datetime, texts: Texts, now: int) -> Event:
    event = Event()
    event.add("uid", f"{meeting_name(meeting)}@{meeting.host.id}")
    event.add("dtstamp", datetime.fromtimestamp(now, UTC))
    event.add("dtstart", starts)
    event.add("duration", timedelta(minutes=meeting.minutes))
    event.add("summary", plain(meeting.title))
    event.add("description", _description(meeting, texts))
    event.add("status", "CONFIRMED" if meeting.cancelled is None else "CANCELLED")
    if meeting.place:
        event.add("location", plain(meeting.place))
    if meeting.link and safe_link(meeting.link):
        event.add("url", meeting.link)
    return event


def _description(meeting: MeetingView, texts: Texts) -> str:
    parts = [
        texts("web.calendar.cancelled", reason=meeting.cancelled) if meeting.cancelled else None,
        texts("web.calendar.host", name=meeting.host.name) if meeting.host.name else None,
        meeting.topic,
        meeting.text,
        meeting.link,
    ]
    return plain("\n\n".join(part for part in parts if part))


def _starts(meeting: MeetingView) -> datetime | None:
    """The beginning in its zone, without one if it is unknown here; None if it is no date."""
    try:
        wall = datetime.fromisoformat(meeting.starts)
    except ValueError:
        return None
    try:
        return wall.replace(tzinfo=ZoneInfo(meeting.zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return wall
