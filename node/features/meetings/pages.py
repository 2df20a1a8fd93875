"""Meetings, one meeting, and what of them stands on pages of groups and networks."""

from dataclasses import replace

from aiohttp import web

from node.feature import Right
from node.features.groups.views import LIST_ID
from node.features.meetings.actions import Meeting
from node.features.meetings.counting import answers_of
from node.features.meetings.feed import calendar_answer, tag_of
from node.features.meetings.links import meeting_name
from node.features.meetings.searching import (
    FEW,
    PER_PAGE,
    choices,
    listed,
    matching,
    read_search,
)
from node.features.meetings.types import MeetingView
from node.features.meetings.views import meeting_by_name, meeting_views, one_meeting
from node.lookup.showing import meetings_listed, partners_chosen
from node.web.links import is_id
from node.web.page import Asked, MissingError, Page, Panel
from protocol.control_state import Relation
from protocol.ids import from_text, to_text

LONGEST_NAME = 64
"""Characters of a meeting's name (docs/protocol.md §7)."""

NEXT_MEETINGS = 3
"""How many of the group's own meetings its first page shows; the rest has a page of its own."""

HOSTED_MEETINGS = 52
"""How many stand on the page of another group or of a network: one a week for a year."""


def meetings(asked: Asked) -> Page:
    """Meetings to come, or past ones with `?past=1`; filtered by the address."""
    search = read_search(asked.visit.parameters)
    everything = listed(asked.sight, _of_ours(asked, meeting_views(asked.sight, search.past)))
    found = matching(everything, search)
    pages = max(1, -(-len(found) // PER_PAGE))
    search = replace(search, page=min(max(search.page, 1), pages))
    values = {
        **choices(everything),
        "meetings": found[(search.page - 1) * PER_PAGE : search.page * PER_PAGE],
        "total": len(found),
        "total_all": len(everything),
        "few": FEW,
        "search": search,
        "pages": pages,
        "acts": asked.has(Right.KEY),
        "panels": () if search.past else asked.panels_of("meetings", ""),
    }
    key = "meetings.web.list.past" if search.past else "meetings.web.list.title"
    return Page("meetings.html", asked.texts(key), "meetings", values)


def _of_ours(asked: Asked, views: tuple[MeetingView, ...]) -> tuple[MeetingView, ...]:
    """Outside those of partner groups stand apart, by whose they are; inside all are one list."""
    if asked.visit.inside:
        return views
    core, now = asked.core, asked.sight.now
    hosts = {to_text(one) for one in meetings_listed(core, now) - partners_chosen(core, now)}
    return tuple(one for one in views if one.host.id in hosts)


def meeting(asked: Asked) -> Page:
    """One meeting; inside also who was invited and what they answered."""
    found = find_meeting(asked)
    counted, now = answers_of(found), asked.sight.now
    over = found.starts_at is not None and found.starts_at + found.minutes * 60 <= now
    values = {
        "meeting": found,
        "answers": counted,
        "silent": [one for one in counted.none if one.answer is None],
        "outdated": tuple(one for one in counted.none if one.answer is not None),
        "over": over,
        "acts": asked.has(Right.KEY),
        "may_answer": not over and _may_answer(asked, found),
        "name": meeting_name(found),
        "panels": asked.panels_of("meeting", found.id),
        "below": asked.panels_of("meeting below", found.id),
    }
    return Page("meeting.html", found.title, "meetings", values)


def _may_answer(asked: Asked, meeting: MeetingView) -> bool:
    """Whether our group can: the answer reaches the host, and somebody wants it."""
    if not asked.visit.inside or meeting.own or meeting.cancelled is not None:
        return False
    core = asked.core
    host = from_text(meeting.host.id)
    return core.ties.relation(core.home_id, host, asked.sight.now) is Relation.TIED


def find_meeting(asked: Asked) -> MeetingView:
    """The meeting that an address means."""
    host, name = asked.match["host"], asked.match["name"]
    if not is_id(host) or not 0 < len(name) <= LONGEST_NAME:
        raise MissingError
    found = meeting_by_name(asked.sight, host, name)
    if found is None:
        raise MissingError
    return found


def kept_meeting(asked: Asked) -> Meeting:
    """The meeting that an address means, as this node keeps it."""
    host, name = asked.match["host"], asked.match["name"]
    found = None
    if is_id(host) and 0 < len(name) <= LONGEST_NAME:
        found = one_meeting(asked.sight, host, name)
    if found is None:
        raise MissingError
    return found


def acted_meeting(asked: Asked) -> Meeting:
    """The meeting of our own that an address means."""
    found = kept_meeting(asked)
    if found.host not in asked.core.own:
        raise MissingError
    return found


def event(asked: Asked) -> web.Response:
    """One meeting that this viewer may see, to put into a calendar."""
    from node.features.meetings.calendar import one_event

    body = one_event(find_meeting(asked), asked.texts, asked.sight.now)
    return calendar_answer(asked.request, body, "meeting.ics", tag_of(body))


async def feed(asked: Asked) -> web.Response:
    """The public meetings as a calendar, whoever asks."""
    made = await asked.state.feed.get(asked.texts)
    return calendar_answer(asked.request, made.body, "meetings.ics", made.tag)


def own_panel(asked: Asked, id: str) -> Panel:
    """On the group's own page: its next meetings."""
    own = meeting_views(asked.sight, past=False, host=from_text(id), most=NEXT_MEETINGS)
    return Panel("meetings_own.html", {"meetings": own, "acts": asked.has(Right.KEY)})


def hosted_panel(asked: Asked, id: str) -> Panel | None:
    """On the page of a group or a network: its meetings to come."""
    if id.startswith(LIST_ID):
        return None
    found = meeting_views(asked.sight, past=False, host=from_text(id), most=HOSTED_MEETINGS)
    return Panel("meetings_hosted.html", {"meetings": found}) if found else None
