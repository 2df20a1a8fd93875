"""For whom one acts, who acts for oneself, and what was done."""

from collections.abc import Sequence
from typing import NamedTuple

from aiohttp import web

from node.base import formats
from node.base.errors import Problem
from node.feature import Right
from node.features.acting import tables
from node.features.acting.actions import begin, end, say_yes, stop
from node.features.acting.types import Agreement
from node.people.persons import Person, Standing, persons
from node.web.forms import Choice, Field, Filled, Form, Kind
from node.web.page import Asked, MissingError, OutsideError, Page, Panel, Todo
from node.web.posted import Posted

LINES = 100
"""Of what was done."""

WHO = Form("who", Field("actor", Kind.CHOICE, "acting.web.actor", "acting.web.actor_hint"))


class Shown(NamedTuple):
    """An agreement as one of the two sees it."""

    agreement: Agreement
    other: str
    other_id: str
    mine: bool
    """Whether it is I who acts."""
    waits_for_me: bool


def _require_oneself(asked: Asked) -> Person:
    if asked.visit.actor is not None:
        raise OutsideError
    return asked.me


def _name(asked: Asked, id: str) -> str:
    found = persons(asked.core).get(id)
    return found.name if found else asked.texts("acting.web.gone")


def _shown(asked: Asked, me: Person) -> list[Shown]:
    found = []
    for one in tables.agreements_of(asked.core, me.id):
        mine = one.actor == me.id
        other = one.person if mine else one.actor
        said = one.actor_yes if mine else one.person_yes
        waits = not one.stands and said is None
        found.append(Shown(one, _name(asked, other), other, mine, waits))
    return found


def mine(asked: Asked) -> Page:
    """For whom I act, who acts for me, and what was done."""
    me = _require_oneself(asked)
    log = [
        (
            formats.moment(one.at, asked.texts),
            asked.texts(
                f"acting.log.{one.what}",
                actor=_name(asked, one.actor),
                person=_name(asked, one.person),
            ),
            one.path,
        )
        for one in tables.log_of(asked.core, me.id, LINES)
    ]
    values = {"shown": _shown(asked, me), "log": log}
    return Page("acting.html", asked.texts("acting.web.title"), "me", values)


def _ids(posted: Posted) -> tuple[str, str]:
    return str(posted.get("actor", "")), str(posted.get("person", ""))


def say_yes_(asked: Asked) -> web.StreamResponse:
    """Yes to what another one asked."""
    me = _require_oneself(asked)
    actor, person = _ids(asked.posted)
    if me.id not in (actor, person):
        return asked.refused("/me/acting", Problem("not-your-business"))
    if (refused := _try(asked, me, actor, person)) is not None:
        return asked.refused("/me/acting", refused)
    return asked.go("/me/acting", "acting.web.agreed")


def _try(asked: Asked, by: Person | None, actor: str, person: str) -> Problem | None:
    try:
        say_yes(asked.core, by, actor, person)
    except Problem as problem:
        return problem
    return None


def end_(asked: Asked) -> web.StreamResponse:
    """Not any more."""
    me = _require_oneself(asked)
    actor, person = _ids(asked.posted)
    try:
        end(asked.core, me, actor, person)
    except Problem as problem:
        return asked.refused("/me/acting", problem)
    return asked.go("/me/acting", "acting.web.ended")


def begin_(asked: Asked) -> web.StreamResponse:
    """From now on for somebody."""
    me = _require_oneself(asked)
    person = str(asked.posted.get("person", ""))
    if asked.visit.session is None:
        raise OutsideError
    try:
        begin(asked.core, asked.visit.session.digest, me.id, person)
    except Problem as problem:
        return asked.refused("/me/acting", problem)
    return asked.go("/", "acting.web.began", who=_name(asked, person))


def stop_(asked: Asked) -> web.StreamResponse:
    """For oneself again."""
    if asked.visit.session is not None and asked.visit.actor is not None:
        stop(asked.core, asked.visit.session.digest, asked.visit.actor.id)
    return asked.go("/me/acting", "acting.web.stopped")


# On the page of somebody


def _who(asked: Asked) -> Person:
    found = persons(asked.core).get(asked.match["id"])
    if found is None or found.standing is not Standing.MEMBER:
        raise MissingError
    return found


def about(asked: Asked) -> Page:
    """That I act for this person, or this one for me; a key person: who acts for this person."""
    return _about(asked, asked.show(_form(asked)))


def _form(asked: Asked) -> Form:
    who = asked.match["id"]
    members = sorted(persons(asked.core).all(Standing.MEMBER), key=lambda one: one.name.casefold())
    return WHO.with_choices(
        actor=[Choice(one.id, shown=one.name) for one in members if one.id != who]
    )


def _about(asked: Asked, form: Filled) -> Page:
    if asked.visit.actor is not None:
        raise OutsideError
    who = _who(asked)
    me = asked.person
    there = [
        (_name(asked, one.actor), one)
        for one in tables.agreements_of(asked.core, who.id)
        if one.person == who.id
    ]
    said = {one.actor for _name, one in there}
    is_other = me is not None and me.id != who.id
    asks = is_other and me is not None and me.id not in said
    title = asked.texts("acting.web.about_title", who=who.name)
    values = {
        "who": who,
        "there": there if asked.has(Right.KEY) else [],
        "asks": asks,
        "offers": is_other and not asked.visit.keeper,
        "key": asked.has(Right.KEY),
        "me": me.id if me else "",
    }
    return asked.form_page("acting_about.html", title, form, "members", **values)


async def choose(asked: Asked) -> Page | web.StreamResponse:
    """What was said on that page: `ask`, `offer`, or (a key person) an actor."""
    who, me = _who(asked), asked.person
    if asked.visit.actor is not None:
        raise OutsideError
    what = asked.posted.get("what")
    pairs: dict[object, tuple[str, str]] = (
        {"ask": (me.id, who.id), "offer": (who.id, me.id)} if me else {}
    )
    if what in pairs:
        refused = _try(asked, me, *pairs[what])
        path = "/me/acting"
    else:
        if not asked.has(Right.KEY):
            return asked.refused(f"/members/{who.id}/acting", Problem("not-your-business"))
        filled = await asked.read(_form(asked))
        if not filled.ok:
            return _about(asked, filled)
        refused = _try(asked, me, filled["actor"], who.id)
        path = f"/members/{who.id}/acting"
    if refused is not None:
        return asked.refused(path, refused)
    return asked.go(path, "acting.web.said")


def on_my_page(asked: Asked, _id: str) -> Panel | None:
    """On one's own page."""
    if asked.visit.actor is not None or not asked.has(Right.MEMBER):
        return None
    return Panel("acting_on_me.html", {"acting": _shown(asked, asked.me)})


def on_person(asked: Asked, id: str) -> Panel | None:
    """On the page of somebody."""
    if asked.visit.actor is not None or (asked.person is not None and asked.person.id == id):
        return None
    return Panel("acting_on_person.html", {"acting_id": id})


def todo(asked: Asked) -> Sequence[Todo]:
    """What others asked me."""
    if asked.person is None or asked.visit.actor is not None or not asked.has(Right.MEMBER):
        return []
    return [
        Todo(f"acting.todo.{'act' if one.mine else 'for_me'}", {"who": one.other}, "/me/acting")
        for one in _shown(asked, asked.person)
        if one.waits_for_me
    ]
