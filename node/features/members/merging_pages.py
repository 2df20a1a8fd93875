"""Who may be on the list twice; making one of two."""

from typing import NamedTuple

from aiohttp import web

from node.features.members.changes.tables import settle
from node.features.members.editing_pages import undo_of
from node.features.members.listing.tables import LONGEST_SEARCH, Query, find
from node.features.members.merging import OTHER, conflicts, merge
from node.features.members.pages import SECTION, found_member, who
from node.features.members.rights import may_merge
from node.features.members.sheet import label
from node.features.members.tables import members, say_different
from node.features.members.twins import twins
from node.features.members.types import Field, Member
from node.people.passwords import has_password
from node.people.sessions import Sessions
from node.store.core import Core
from node.web import forms
from node.web.forms import Filled, Form, Kind
from node.web.page import Asked, MissingError, OutsideError, Page

SHOWN_PAIRS = 20
"""Pairs on a page: a quarter of an hour's work."""


class Pair(NamedTuple):
    """Two people, and what both have."""

    one: Member
    other: Member
    why: str


def pairs(asked: Asked) -> Page:
    """People who may be on the list twice."""
    settle(asked.core)
    found = twins(asked.core)
    ids = [id for one in found[:SHOWN_PAIRS] for id in (one.one, one.other)]
    people = {one.id: one for one in members(asked.core).some(ids)}
    some = [Pair(people[a], people[b], why) for a, b, why in found[:SHOWN_PAIRS]]
    values = {"pairs": some, "count": len(found)}
    return Page("members_twins.html", asked.texts("members.twins.title"), SECTION, values)


def different(asked: Asked) -> web.Response:
    """They are two people."""
    one, other = _both(asked)
    with asked.core.transaction():
        say_different(asked.core, one.id, other.id)
    return asked.go("/members/twins", "members.done.different", first=one.name, second=other.name)


def choosing(asked: Asked) -> Page:
    """With whom a person is to be one: looked for by name."""
    found = found_member(asked, asked.match["id"])
    text = " ".join(asked.visit.parameters.get("q", "").split())[:LONGEST_SEARCH]
    some: list[Member] = []
    if text:
        ids = find(asked.core, Query(text, None, everything=True)).ids
        some = [one for one in members(asked.core).some(ids) if one.id != found.id]
    else:
        ids = [
            one.other if one.one == found.id else one.one
            for one in twins(asked.core)
            if found.id in (one.one, one.other)
        ]
        some = members(asked.core).some(ids)
    values = {"member": found, "text": text, "found": some}
    title = asked.texts("members.merge.choose_title", name=found.name)
    return Page("members_merge_choose.html", title, SECTION, values)


def _both(asked: Asked) -> tuple[Member, Member]:
    one, other = asked.match["id"], asked.match["other"]
    if not may_merge(asked.person, asked.visit.keeper, one, other):
        raise OutsideError
    if one == other:
        raise MissingError
    return found_member(asked, one), found_member(asked, other)


def _form(one: Member, other: Member, fields: list[Field]) -> Form:
    """What must be chosen: of what both have, which is right."""
    some = conflicts(one, other, fields)
    questions = [_question("name", "members.field.name", {}, one.name, other.name)] * (
        one.name != other.name
    )
    for field in some:
        key, said = f"members.field.{field.key}", {}
        if field.own:
            key, said = "members.form.own", {"label": field.label}
        questions.append(
            _question(field.key, key, said, one.first(field.key), other.first(field.key))
        )
    return Form("merge", *questions)


def _question(name: str, text: str, said: dict[str, str], mine: str, theirs: str) -> forms.Field:
    choices = (forms.Choice("this", shown=mine), forms.Choice(OTHER, shown=theirs))
    return forms.Field(name, Kind.CHOICE, text, choices=choices, said=said)


def before(asked: Asked) -> Page:
    """Both beside each other, and what is to be chosen."""
    one, other = _both(asked)
    form = _form(one, other, members(asked.core).fields())
    return _page(asked, one, other, asked.show(form, **{q.name: "this" for q in form.fields}))


def signs_in(core: Core, id: str) -> bool:
    """Whether somebody comes here as this person: then two entries are rather two people."""
    return has_password(core, id) or bool(Sessions(core).of(id))


def _page(asked: Asked, one: Member, other: Member, filled: Filled) -> Page:
    fields = members(asked.core).fields()
    asked_for = {question.name for question in filled.form.fields}
    rows = [
        (label(field, asked.texts), *(who.values.get(field.key, ()) for who in (one, other)))
        for field in fields
        if field.key not in asked_for
        if one.values.get(field.key) or other.values.get(field.key)
    ]
    title = asked.texts("members.merge.title")
    both = all(signs_in(asked.core, who.id) for who in (one, other))
    values = {"one": one, "other": other, "rows": rows, "both_sign_in": both}
    return asked.form_page("members_merge.html", title, filled, SECTION, **values)


async def merge_(asked: Asked) -> Page | web.Response:
    """Make one of them."""
    one, other = _both(asked)
    filled = await asked.read(_form(one, other, members(asked.core).fields()))
    if not filled.ok:
        return _page(asked, one, other, filled)
    chosen = {key: OTHER for key, value in filled.values.items() if value == OTHER}
    batch = merge(asked.core, one.id, other.id, asked.texts, who=who(asked), chosen=chosen)
    path = f"/members/{one.id}"
    return asked.go(
        path, "members.done.merged", undo=undo_of(batch), first=one.name, second=other.name
    )
