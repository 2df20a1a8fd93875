"""Links and personal invitations, for key persons: making, showing, printing, taking back."""

from typing import NamedTuple

from aiohttp import web

from node.base import formats
from node.base.errors import Problem
from node.feature import Right
from node.features.joining import tables
from node.features.joining.links import make_link, require_set_up, state, take_back
from node.features.joining.qr import qr_svg
from node.features.joining.types import (
    LONGEST_NOTE,
    MOST_DAYS,
    MOST_USES,
    PERSONAL_DAYS,
    SHARED_DAYS,
    SHARED_USES,
    Link,
    Wish,
)
from node.features.members.tables import members, with_mark
from node.features.ways.actions import has_come_in
from node.people.persons import Person, Standing, persons
from node.web.forms import Choice, Field, Filled, Form, Kind
from node.web.forwarded import is_https
from node.web.page import Asked, MissingError, OutsideError, Page, Panel
from node.web.public_address import address_for_others

SHARED = Form(
    "link",
    Field("note", Kind.TEXT, "joining.web.note", "joining.web.note_hint", True, LONGEST_NOTE),
    Field("days", Kind.NUMBER, "joining.web.days", least=1, most=MOST_DAYS),
    Field("most", Kind.NUMBER, "joining.web.most", least=1, most=MOST_USES),
    Field("asks", Kind.YES, "joining.web.asks", "joining.web.asks_hint", optional=True),
)

SEVERAL = 20
"""Of one household: more share a number by mistake."""

PEOPLE = Form("invite", Field("people", Kind.CHOICES, "joining.web.people"))


class Shown(NamedTuple):
    """A link in the list."""

    link: Link
    state: str
    by: str
    until: str


def address(asked: Asked, link: Link, token: str) -> str:
    """The whole link, as others open it."""
    scheme = "https" if is_https(asked.request) else "http"
    root = address_for_others(asked.request) or f"{scheme}://{asked.request.host}"
    return f"{root}/{'join' if link.kind == 'shared' else 'invited'}/{token}"


def _is_here_only(asked: Asked) -> bool:
    """Whether the link leads nowhere but on the machine itself."""
    return not address_for_others(asked.request)


def _by(asked: Asked, id: str | None) -> str:
    found = persons(asked.core).get(id) if id else None
    return found.name if found else asked.texts("joining.web.gone" if id else "joining.web.keeper")


def _shown(asked: Asked, one: Link) -> Shown:
    now = asked.core.clock()
    day = formats.day(one.until - 1, asked.texts)
    return Shown(one, state(one, now), _by(asked, one.made_by), day)


def list_(asked: Asked) -> Page:
    """All links."""
    found = [_shown(asked, one) for one in tables.all_links(asked.core)]
    found.sort(key=lambda one: one.state != "open")
    title = asked.texts("joining.web.invitations")
    return Page("invitations.html", title, "members", {"links": found})


def new(asked: Asked) -> Page:
    """A link for a chat or a wall."""
    return _new(asked, asked.show(SHARED, days=SHARED_DAYS, most=SHARED_USES, asks=True))


def _new(asked: Asked, filled: Filled) -> Page:
    title = asked.texts("joining.web.new_link")
    return asked.form_page("invitation_new.html", title, filled, "members")


async def make(asked: Asked) -> Page | web.StreamResponse:
    """Make it."""
    filled = await asked.read(SHARED)
    if not filled.ok:
        return _new(asked, filled)
    said = (filled["days"], filled["most"], filled["asks"], filled["note"])
    return _made(asked, Wish("shared", *said), "/invitations/new")


def _made(asked: Asked, wish: Wish, back: str) -> web.StreamResponse:
    if asked.visit.actor is not None:
        raise OutsideError
    by = asked.person.id if asked.person else None
    try:
        require_set_up(asked.core)
        made = make_link(asked.core, by, wish)
    except Problem as problem:
        return asked.refused(back, problem)
    asked.state.keep(made.link.id, made.token)
    return asked.go(f"/invitations/{made.link.id}", "joining.web.link_made")


def _link(asked: Asked) -> Link:
    found = tables.link_by_id(asked.core, asked.match["id"])
    if found is None:
        raise MissingError
    return found


def one(asked: Asked) -> Page:
    """One link: while it can be shown, the link itself and its QR code."""
    link = _link(asked)
    token = asked.state.token(link.id)
    whole = address(asked, link, token) if token else ""
    found = (persons(asked.core).get(id_) for id_ in link.people)
    values = {
        "one": _shown(asked, link),
        "address": whole,
        "qr": qr_svg(whole) if whole else "",
        "here_only": _is_here_only(asked),
        "people": [person.name for person in found if person is not None],
    }
    return Page("invitation.html", asked.texts(f"joining.web.{link.kind}"), "members", values)


def poster(asked: Asked) -> Page | web.StreamResponse:
    """A sheet for the wall, while the link can be shown."""
    link = _link(asked)
    token = asked.state.token(link.id)
    if not token:
        return asked.go(f"/invitations/{link.id}")
    whole = address(asked, link, token)
    values = {"one": _shown(asked, link), "address": whole, "qr": qr_svg(whole)}
    return Page("poster.html", asked.texts("joining.web.poster"), "members", values)


def end(asked: Asked) -> web.StreamResponse:
    """Take it back."""
    try:
        take_back(asked.core, _link(asked).id)
    except Problem as problem:
        return asked.refused("/invitations", problem)
    return asked.go("/invitations", "joining.web.taken_back")


# Somebody of the list


def _person(asked: Asked) -> Person:
    found = persons(asked.core).get(asked.match["id"])
    if found is None or found.standing is not Standing.MEMBER:
        raise MissingError
    return found


def _household(asked: Asked, person: Person) -> list[Person]:
    """Who shares a mail address or a number with somebody and never came in; that one first."""
    from node.features.members.marks import marks_of

    core = asked.core
    member = members(core).get(person.id)
    shared = [one for one in marks_of(member) if not one.startswith("n:")] if member else []
    ids = {id_ for mark in shared for id_ in with_mark(core, mark)} - {person.id}
    found = [one for id_ in sorted(ids) if (one := persons(core).get(id_))]
    more = [
        one for one in found if one.standing is Standing.MEMBER and not has_come_in(core, one.id)
    ]
    return [person, *more[:SEVERAL]]


def _people(asked: Asked, person: Person) -> Form:
    choices = [Choice(one.id, shown=one.name) for one in _household(asked, person)]
    return PEOPLE.with_choices(people=choices)


def person(asked: Asked) -> Page:
    """Invite somebody of the list, or all of a household by one link."""
    who = _person(asked)
    return _invite(asked, who, asked.show(_people(asked, who), people=(who.id,)))


def _invite(asked: Asked, who: Person, filled: Filled) -> Page:
    title = asked.texts("joining.web.invite_title", who=who.name)
    values = {"who": who, "was_in": has_come_in(asked.core, who.id), "days": PERSONAL_DAYS}
    return asked.form_page("invitation_person.html", title, filled, "members", **values)


async def invite(asked: Asked) -> Page | web.StreamResponse:
    """Make it."""
    who = _person(asked)
    filled = await asked.read(_people(asked, who))
    if not filled.ok:
        return _invite(asked, who, filled)
    found = (persons(asked.core).get(one) for one in filled["people"])
    note = ", ".join(one.name for one in found if one is not None)
    wish = Wish("personal", asks=False, note=note, people=filled["people"])
    return _made(asked, wish, f"/members/{who.id}/invite")


def on_person(asked: Asked, id: str) -> Panel | None:
    """On the page of somebody who never came in."""
    found = persons(asked.core).get(id)
    if not asked.has(Right.KEY) or found is None or found.standing is not Standing.MEMBER:
        return None
    if has_come_in(asked.core, id):
        return None
    return Panel("invite_on_person.html", {"invite_id": id})


def on_members(asked: Asked, _id: str) -> Panel | None:
    """On the list of members: how more come in."""
    return Panel("invite_on_members.html", {}) if asked.has(Right.KEY) else None
