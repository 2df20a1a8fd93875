"""Leaving, ending the membership of somebody else, coming back."""

from aiohttp import web

from node.base.errors import Problem
from node.features.members.belonging import end, leave, rejoin
from node.features.members.changes.tables import day_of
from node.features.members.days import as_date, day_words
from node.features.members.editing_pages import undo_of
from node.features.members.pages import SECTION, found_member, who
from node.features.members.types import Member, Membership
from node.people.last_key import is_last
from node.people.persons import Standing
from node.web import forms
from node.web.forms import Filled, Form, Kind
from node.web.page import Asked, MissingError, Page

END = Form(
    "end",
    forms.Field("until", Kind.DATE, "members.field.until", "members.form.until_hint"),
    forms.Field("notice", Kind.DATE, "members.field.notice", optional=True),
    forms.Field("reason", Kind.TEXT, "members.field.reason", "members.seen.key", optional=True),
)
REJOIN = Form("rejoin", forms.Field("since", Kind.DATE, "members.field.since"))


def ending(asked: Asked) -> Page:
    """Before a membership is ended: when, and what follows."""
    found = _member(asked)
    return _end_page(asked, found, asked.show(END, until=asked.today(), notice=asked.today()))


def _member(asked: Asked) -> Member:
    found = found_member(asked, asked.match["id"])
    if found.standing is not Standing.MEMBER:
        raise MissingError
    return found


def _end_page(asked: Asked, found: Member, filled: Filled) -> Page:
    title = asked.texts("members.web.end_title", name=found.name)
    last = is_last(asked.core, found.id)
    return asked.form_page("member_end.html", title, filled, SECTION, member=found, last=last)


async def end_(asked: Asked) -> Page | web.Response:
    """End the membership of somebody."""
    found = found_member(asked, asked.match["id"])
    if found.standing is not Standing.MEMBER:  # sent twice
        return asked.go(f"/members/{found.id}", "members.done.same")
    filled = await asked.read(END)
    if filled.ok and is_last(asked.core, found.id):
        filled.refuse("until", "errors.last-key-person")
    since = as_date(found.since)
    if filled.ok and since and filled["until"] < since:
        text = "members.error.member-ends-before"
        filled.refuse("until", text, since=day_words(found.since, asked.texts))
    if not filled.ok:
        return _end_page(asked, found, filled)
    notice = filled["notice"].isoformat() if filled["notice"] else ""
    until = filled["until"].isoformat()
    wanted = Membership(0, "", notice, until, filled["reason"])
    batch = end(asked.core, found.id, wanted, who=who(asked))
    day = day_words(until, asked.texts)
    text = "members.done.ended" if until <= day_of(asked.core.clock()) else "members.done.ends"
    path = f"/members/{found.id}"
    return asked.go(path, text, undo=undo_of(batch), name=found.name, day=day)


def coming_back(asked: Asked) -> Page:
    """Before a former member is one again."""
    found = _former(asked)
    return _rejoin_page(asked, found, asked.show(REJOIN, since=asked.today()))


def _former(asked: Asked) -> Member:
    found = found_member(asked, asked.match["id"])
    if found.standing is not Standing.FORMER:
        raise MissingError
    return found


def _rejoin_page(asked: Asked, found: Member, filled: Filled) -> Page:
    title = asked.texts("members.web.rejoin_title", name=found.name)
    return asked.form_page("member_rejoin.html", title, filled, SECTION, member=found)


async def rejoin_(asked: Asked) -> Page | web.Response:
    """A former member comes back."""
    found = found_member(asked, asked.match["id"])
    if found.standing is not Standing.FORMER:  # sent twice
        return asked.go(f"/members/{found.id}", "members.done.same")
    filled = await asked.read(REJOIN)
    if not filled.ok:
        return _rejoin_page(asked, found, filled)
    batch = rejoin(asked.core, found.id, filled["since"].isoformat(), who=who(asked))
    path = f"/members/{found.id}"
    return asked.go(path, "members.done.rejoined", undo=undo_of(batch), name=found.name)


def leaving(asked: Asked) -> Page:
    """Before a person leaves: from when on, and what follows. One button does it."""
    return _leave_page(asked)


def _leave_page(asked: Asked, status: int = 200) -> Page:
    found = found_member(asked, asked.me.id)
    values = {
        "belongs": found.standing is Standing.MEMBER,
        "last": is_last(asked.core, found.id),
        "day": day_words(day_of(asked.core.clock()), asked.texts),
    }
    return Page("members_leave.html", asked.texts("members.leave.title"), SECTION, values, status)


def leave_(asked: Asked) -> Page | web.Response:
    """A person leaves, now; nobody else is asked."""
    found = found_member(asked, asked.me.id)
    try:
        leave(asked.core, found.id)
    except Problem as problem:
        if problem.code not in ("last-key-person", "member-is-none"):
            raise
        return _leave_page(asked, 422)
    today = day_words(day_of(asked.core.clock()), asked.texts)
    return asked.go("/", "members.done.left", day=today)
