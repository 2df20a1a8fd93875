"""Erasing one's own meeting, or one's own answer to a meeting of others: a page of its own, with
what happens, since it can't be undone."""

from aiohttp import web

from node.base.errors import Problem
from node.feature import Right
from node.features.erasures.actions import erase_meeting, meeting_records
from node.features.meetings.actions import Meeting, invitations
from node.features.meetings.links import meeting_path, meeting_path_of
from node.features.meetings.pages import find_meeting, kept_meeting
from node.features.meetings.tables import kept_meetings
from node.lookup.sight import name_order
from node.upkeep.backups import KEPT_DAYS
from node.web.page import Asked, MissingError, Page, Panel


def _erasable(asked: Asked) -> tuple[Meeting, bytes, str]:
    """The meeting, who of us wrote there, and what of it is ours: `meeting` or `reply`."""
    core, meeting = asked.core, kept_meeting(asked)
    own = meeting.host if meeting.host in core.own else core.home_id
    kept = meeting.host == own and kept_meetings(core).has(own, meeting.name)
    if not kept and not meeting_records(core, own, meeting):
        raise MissingError
    return meeting, own, "meeting" if meeting.host == own else "reply"


def panel(asked: Asked, _id: str) -> Panel | None:
    """On the page of a meeting: the way to erase it, or one's own answer to it."""
    if not asked.has(Right.KEY):
        return None
    found = find_meeting(asked)
    if not (found.own or found.my_answer):
        return None
    values = {"path": f"{meeting_path(found)}/erase", "what": "meeting" if found.own else "reply"}
    return Panel("erase_link.html", values)


def show(asked: Asked) -> Page:
    """What is erased where, and what can't be promised."""
    meeting, _own, what = _erasable(asked)
    sight = asked.sight
    guests = [sight.name(one.audience.ids[0]) for one in invitations(asked.core, meeting)]
    values = {
        "what": what,
        "title": meeting.content["title"],
        "path": meeting_path_of(meeting.host, meeting.name),
        "guests": sorted(guests, key=name_order) if what == "meeting" else (),
        "host": sight.name(meeting.host),
        "cancelled": meeting.content["cancelled"] is not None,
        "kept_days": KEPT_DAYS,
    }
    return Page("erase_meeting.html", asked.texts(f"erasures.web.erase_{what}"), "meetings", values)


def erase(asked: Asked) -> web.Response:
    """Erase it."""
    meeting, own, what = _erasable(asked)
    try:
        erase_meeting(asked.core, own, meeting)
    except Problem as problem:
        return asked.refused(meeting_path_of(meeting.host, meeting.name), problem)
    path = "/meetings" if what == "meeting" else meeting_path_of(meeting.host, meeting.name)
    return asked.go(path, f"erasures.web.done_{what}")
