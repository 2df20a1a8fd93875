"""Meetings, one meeting, and what of them stands on pages of groups and networks."""

from aiohttp import web

from node.features.groups.views import LIST_ID
from node.features.meetings.feed import calendar_answer, tag_of
from node.features.meetings.links import meeting_name
from node.features.meetings.types import MeetingView
from node.features.meetings.views import meeting_by_name, meeting_views
from node.web.links import is_id
from node.web.page import Asked, MissingError, Page, Panel
from protocol.ids import from_text

LONGEST_NAME = 64
"""Characters of a meeting's name (docs/protocol.md §7)."""

NEXT_MEETINGS = 3
"""How many of the group's own meetings its first page shows; the rest has a page of its own."""

HOSTED_MEETINGS = 52
"""How many stand on the page of another group or of a network: one a week for a year."""


def meetings(asked: Asked) -> Page:
    """Meetings to come, or past ones with `?past=1`."""
    past = asked.visit.parameters.get("past") == "1"
    key = "meetings.web.list.past" if past else "meetings.web.list.title"
    values = {"meetings": meeting_views(asked.sight, past), "past": past}
    return Page("meetings.html", asked.texts(key), "meetings", values)


def meeting(asked: Asked) -> Page:
    """One meeting; inside also who was invited and what they answered."""
    found = find_meeting(asked)
    values = {
        "meeting": found,
        "name": meeting_name(found),
        "panels": asked.panels_of("meeting", found.id),
        "below": asked.panels_of("meeting below", found.id),
    }
    return Page("meeting.html", found.title, "meetings", values)


def find_meeting(asked: Asked) -> MeetingView:
    """The meeting that an address means."""
    host, name = asked.match["host"], asked.match["name"]
    if not is_id(host) or not 0 < len(name) <= LONGEST_NAME:
        raise MissingError
    found = meeting_by_name(asked.sight, host, name)
    if found is None:
        raise MissingError
    return found


def event(asked: Asked) -> web.Response:
    """One meeting that this viewer may see, to put into a calendar."""
    from node.features.meetings.calendar import one_event

    body = one_event(find_meeting(asked), asked.texts, asked.sight.now)
    return calendar_answer(asked.request, body, "meeting.ics", tag_of(body))


async def feed(asked: Asked) -> web.Response:
    """The public meetings as a calendar, whoever asks."""
    made = await asked.state.get(asked.texts)
    return calendar_answer(asked.request, made.body, "meetings.ics", made.tag)


def own_panel(asked: Asked, id: str) -> Panel:
    """On the group's own page: its next meetings."""
    own = meeting_views(asked.sight, past=False, host=from_text(id), most=NEXT_MEETINGS)
    return Panel("meetings_own.html", {"meetings": own})


def hosted_panel(asked: Asked, id: str) -> Panel | None:
    """On the page of a group or a network: its meetings to come."""
    if id.startswith(LIST_ID):
        return None
    found = meeting_views(asked.sight, past=False, host=from_text(id), most=HOSTED_MEETINGS)
    return Panel("meetings_hosted.html", {"meetings": found}) if found else None
