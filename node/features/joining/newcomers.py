"""Newcomers, for key persons: who waits, who that may be, yes or no."""

from collections.abc import Sequence

from aiohttp import web

from node.base.errors import Problem
from node.feature import Right
from node.features.joining import tables
from node.features.joining.arrivals import confirm, decline, waiting
from node.features.joining.claims import Candidate, candidates, claim
from node.features.joining.types import LONGEST_REASON, Arrival
from node.people.persons import Person, persons
from node.web.forms import Choice, Field, Filled, Form, Kind
from node.web.page import Asked, MissingError, Page, Todo

NEW = "new"
"""The answer “somebody new”."""

WHO = Form("newcomer", Field("who", Kind.CHOICE, "joining.web.is"))

WHY = Form(
    "decline",
    Field(
        "reason", Kind.LONG, "joining.web.reason", "joining.web.reason_hint", longest=LONGEST_REASON
    ),
)


def list_(asked: Asked) -> Page:
    """Who waits."""
    links = {one.id: one for one in tables.all_links(asked.core)}
    shown = [
        (person, arrival, links.get(arrival.link or "")) for arrival, person in waiting(asked.core)
    ]
    title = asked.texts("joining.web.newcomers")
    return Page("newcomers.html", title, "members", {"newcomers": shown})


def todo(asked: Asked) -> Sequence[Todo]:
    """Newcomers wait for a key person's answer."""
    if not asked.has(Right.KEY) or asked.visit.actor is not None:
        return []
    found = waiting(asked.core)
    if not found:
        return []
    path = f"/newcomers/{found[0][1].id}" if len(found) == 1 else "/newcomers"
    values = {"who": found[0][1].name}
    return [Todo("joining.todo.newcomers", values, path, len(found))]


def _one(asked: Asked) -> tuple[Arrival, Person]:
    arrival = tables.arrival_of(asked.core, asked.match["id"])
    person = persons(asked.core).get(asked.match["id"])
    if arrival is None or person is None:
        raise MissingError
    return arrival, person


def one(asked: Asked) -> Page | web.StreamResponse:
    """One of them."""
    arrival, _person = _one(asked)
    if arrival.state != "waiting":
        return asked.refused("/newcomers", Problem("newcomer-decided"))
    found = candidates(asked.core, arrival)
    return _page(asked, asked.show(_form(found), who=None if found else NEW), found)


def _form(found: Sequence[Candidate]) -> Form:
    people = [Choice(one.person.id, shown=one.person.name) for one in found if one.possible]
    return WHO.with_choices(who=[*people, Choice(NEW, "joining.web.is_new")])


def _page(asked: Asked, filled: Filled, found: Sequence[Candidate]) -> Page:
    arrival, person = _one(asked)
    values = {"person": person, "arrival": arrival, "candidates": found}
    return asked.form_page("newcomer.html", person.name, filled, "members", **values)


async def say_yes(asked: Asked) -> Page | web.StreamResponse:
    """Yes: somebody new, or one of the list."""
    arrival, person = _one(asked)
    found = candidates(asked.core, arrival)
    filled = await asked.read(_form(found))
    if not filled.ok:
        return _page(asked, filled, found)
    by = asked.person.id if asked.person else None
    try:
        if filled["who"] == NEW:
            confirm(asked.core, by, person.id)
        else:
            claim(asked.core, by, person.id, filled["who"], asked.texts)
    except Problem as problem:
        return asked.refused("/newcomers", problem)
    return asked.go("/newcomers", "joining.web.confirmed", who=person.name)


def why(asked: Asked) -> Page:
    """No: why?"""
    return _why(asked, asked.show(WHY))


def _why(asked: Asked, filled: Filled) -> Page:
    _arrival, person = _one(asked)
    title = asked.texts("joining.web.decline_title", who=person.name)
    return asked.form_page("newcomer_decline.html", title, filled, "members", person=person)


async def decline_(asked: Asked) -> Page | web.StreamResponse:
    """No."""
    _arrival, person = _one(asked)
    filled = await asked.read(WHY)
    if not filled.ok:
        return _why(asked, filled)
    by = asked.person.id if asked.person else None
    try:
        decline(asked.core, by, person.id, filled["reason"])
    except Problem as problem:
        return asked.refused("/newcomers", problem)
    return asked.go("/newcomers", "joining.web.declined", who=person.name)
