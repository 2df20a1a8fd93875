"""Meetings, and one meeting."""

from collections.abc import Mapping

from node.features.meetings.links import meeting_name
from node.features.meetings.types import MeetingView
from node.lookup.types import Viewer
from node.web.links import is_id
from node.web.page import MissingError, Page
from node.web.ports import PageViews
from node.web.visit import Visit

LONGEST_NAME = 64
"""Characters of a meeting's name (docs/protocol.md §7)."""


def meetings(visit: Visit, views: PageViews, _match: Mapping[str, str]) -> Page:
    """Meetings to come, or past ones with `?past=1`."""
    past = visit.parameters.get("past") == "1"
    key = "web.meetings.past" if past else "web.meetings.title"
    values = {"meetings": views.meetings(visit.viewer, past=past), "past": past}
    return Page("meetings.html", visit.texts(key), "meetings", values)


def meeting(visit: Visit, views: PageViews, match: Mapping[str, str]) -> Page:
    """One meeting; inside also who was invited and what they answered."""
    found = find_meeting(visit.viewer, views, match)
    values = {"meeting": found, "name": meeting_name(found)}
    return Page("meeting.html", found.title, "meetings", values)


def find_meeting(viewer: Viewer, views: PageViews, match: Mapping[str, str]) -> MeetingView:
    """The meeting that an address means."""
    host, name = match["host"], match["name"]
    if not is_id(host) or not 0 < len(name) <= LONGEST_NAME:
        raise MissingError
    found = views.meeting(host, name, viewer)
    if found is None:
        raise MissingError
    return found


def _hosted_by(id: str, visit: Visit, views: PageViews) -> list[MeetingView]:
    return [m for m in views.meetings(visit.viewer, past=False) if m.host.id == id]
