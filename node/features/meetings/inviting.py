"""Inviting groups: a list to search and to tick. What was ticked stays so through every search."""

from aiohttp import web

from node.base.errors import Problem
from node.features.meetings.actions import Meeting, invite
from node.features.meetings.guests import (
    LONGEST_SEARCH,
    GuestView,
    found_guests,
    invited_to,
    view,
)
from node.features.meetings.links import meeting_path_of
from node.features.meetings.pages import acted_meeting
from node.features.meetings.wording import refuse
from node.lookup.sight import name_order
from node.web.answers import given_all
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, Page
from protocol.ids import from_text, to_text

PER_STEP = 50
"""Groups that are shown at first, and more with each press of “more”."""

MOST_SHOWN = 2_000
MOST_CHOSEN = 500
"""At once; each is a letter of its own."""

_ID = 52
"""Characters of an id."""

FORM = Form(
    "invite",
    Field("q", Kind.TEXT, "meetings.web.search_guests", optional=True, longest=LONGEST_SEARCH),
    Field("note", Kind.LONG, "meetings.web.note_guests", optional=True, longest=1_000),
    Field("shown", Kind.HIDDEN, optional=True, longest=8),
)


def show(asked: Asked) -> Page:
    """The list."""
    return _page(asked, asked.show(FORM), acted_meeting(asked), [])


async def send(asked: Asked) -> Page | web.Response:
    """Search on, show more, or invite those that are chosen."""
    meeting = acted_meeting(asked)
    form = await asked.read(FORM)
    chosen = _chosen(asked, meeting)
    if asked.posted.get("step") != "save" or not form.ok:
        return _page(asked, form, meeting, chosen)
    path = meeting_path_of(meeting.host, meeting.name)
    if not chosen and _invited_before(asked, meeting):
        return asked.go(path, "meetings.web.done.invited_before")
    if not chosen:
        form.refuse("q", "meetings.web.wrong.nobody")
    gone = [one for one in chosen if one.why]
    if gone:
        who = tuple(one.who.name or one.id[:8] for one in gone)
        form.refuse("", "meetings.web.wrong.guests_gone", who=", ".join(who))
        chosen = [one for one in chosen if not one.why]
    if form.ok:
        try:
            guests = [from_text(one.id) for one in chosen]
            invite(asked.core, meeting.host, meeting, guests, form["note"])
            return asked.go(path, "meetings.web.done.invited", n=len(chosen))
        except Problem as problem:
            refuse(asked, form, problem)
    return _page(asked, form, meeting, chosen)


def _chosen(asked: Asked, meeting: Meeting) -> list[GuestView]:
    """Those that are ticked: ids that mean nobody, and who is invited already, are left out."""
    ids = given_all(asked.posted, "guest")[:MOST_CHOSEN]
    known, there = asked.core.ties.identities, invited_to(asked.sight, meeting)
    found = []
    for text in dict.fromkeys(one for one in ids if len(one) == _ID):
        try:
            one = from_text(text)
        except ValueError:
            continue
        if one in known and one not in there and one != meeting.host:
            found.append(view(asked.sight, meeting.host, one))
    return sorted(found, key=lambda one: name_order(one.who))


def _invited_before(asked: Asked, meeting: Meeting) -> bool:
    """Whether the same form came before: all who are ticked are invited."""
    there = {to_text(one) for one in invited_to(asked.sight, meeting)}
    return bool(there & set(given_all(asked.posted, "guest")[:MOST_CHOSEN]))


def _page(asked: Asked, form: Filled, meeting: Meeting, chosen: list[GuestView]) -> Page:
    sight = asked.sight
    number = form.text("shown")
    shown = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
    if asked.posted.get("step") == "more":
        shown += PER_STEP
    shown = min(max(shown, PER_STEP), MOST_SHOWN)
    form.typed["shown"] = (str(shown),)
    taken = {one.id for one in chosen}
    found = found_guests(sight, meeting, form.values.get("q") or "", shown, taken)
    values = {
        "action": meeting_path_of(meeting.host, meeting.name) + "/invite",
        "back": meeting_path_of(meeting.host, meeting.name),
        "meeting_title": meeting.content["title"],
        "cancelled": meeting.content["cancelled"] is not None,
        "chosen": chosen,
        "guests": found.able,
        "more": found.more,
        "barred": found.barred,
        "invited": sight.named(invited_to(sight, meeting)),
        "searched": bool(form.values.get("q")),
    }
    title = asked.texts("meetings.web.invite")
    return asked.form_page("meeting_invite.html", title, form, "meetings", **values)
