"""The roles of a member, for key persons; and what everybody is told."""

from collections.abc import Sequence

from aiohttp import web

from node.base import formats
from node.base.errors import Problem
from node.feature import Right
from node.features.roles import tables
from node.features.roles.actions import TOLD, TOLD_SECONDS, change_role, others, withdraw
from node.features.roles.types import CHANGES, Act, Change, Entry
from node.people.persons import Person, Standing, persons
from node.web.forms import Choice, Field, Form, Kind
from node.web.page import Asked, MissingError, OutsideError, Page, Panel, Todo

LINES = 30
"""Of what happened to somebody's roles."""

FORM = Form(
    "role",
    Field(
        "change",
        Kind.CHOICE,
        choices=tuple(Choice(one, f"roles.change.{one}") for one in CHANGES),
    ),
)


def who(asked: Asked) -> Person:
    """The member whose page it is."""
    found = persons(asked.core).get(asked.match["id"])
    if found is None or found.standing is Standing.FORMER:
        raise MissingError
    return found


def name(asked: Asked, id: str | None) -> str:
    """A person's name for a sentence."""
    found = persons(asked.core).get(id) if id else None
    return found.name if found else asked.texts("roles.web.gone" if id else "roles.web.keeper")


def said(asked: Asked, one: Entry) -> str:
    """What happened, in words."""
    values = {"who": name(asked, one.person), "by": name(asked, one.by)}
    second = name(asked, one.second) if one.second else ""
    by_two = "_two" if second else ""
    return asked.texts(f"roles.log.{one.what}{by_two}", **values, second=second)


def role(asked: Asked) -> Page:
    """What somebody is, and what a key person may change."""
    member = who(asked)
    if member.standing is not Standing.MEMBER:
        raise MissingError
    me = asked.person
    begun = tables.second_of(asked.core, member.id, "no-key")
    values = {
        "member": member,
        "mine": me is not None and me.id == member.id,
        "alone": not others(asked.core, member.id),
        "few": me is not None and len(others(asked.core, member.id)) < 2,
        "begun": begun,
        "begun_by": name(asked, begun.by) if begun else "",
        "begun_by_me": begun is not None and me is not None and begun.by == me.id,
        "log": [
            (formats.day(one.at, asked.texts), said(asked, one))
            for one in tables.log_of(asked.core, member.id, LINES)
        ],
    }
    return Page("role.html", asked.texts("roles.web.title", who=member.name), "members", values)


async def change(asked: Asked) -> web.StreamResponse:
    """Give or take a role."""
    if asked.visit.actor is not None:
        raise OutsideError
    member, path = who(asked), f"/members/{asked.match['id']}/role"
    filled = await asked.read(FORM)
    if not filled.ok:
        return asked.go(path)
    wanted: Change = filled["change"]
    try:
        step = change_role(asked.core, asked.person, member.id, wanted)
    except Problem as problem:
        return asked.refused(path, problem)
    mine = asked.person is not None and asked.person.id == member.id
    path = "/" if mine and wanted == "no-key" else path
    return asked.go(path, f"roles.web.{step}", who=member.name)


def withdraw_(asked: Asked) -> web.StreamResponse:
    """What one key person began is not to be, as another says."""
    acts: dict[object, Act] = {"no-key": "no-key", "readmit": "readmit"}
    act = acts.get(asked.posted.get("act"))
    member = who(asked)
    if act is None:
        return asked.go(f"/members/{member.id}")
    if asked.visit.actor is not None:
        raise OutsideError
    if asked.person is not None and asked.person.id == member.id:
        return asked.refused("/", Problem("not-about-oneself"))
    withdraw(asked.core, member.id, act)
    return asked.go(f"/members/{member.id}", "roles.web.withdrawn")


def todo(asked: Asked) -> Sequence[Todo]:
    """What another key person began, and I am asked to agree to."""
    me = asked.person
    if not asked.has(Right.KEY) or me is None or asked.visit.actor is not None:
        return []
    paths = {"no-key": "role", "readmit": "code"}
    return [
        Todo(
            f"roles.todo.{one.act}",
            {"who": name(asked, one.person), "by": name(asked, one.by)},
            f"/members/{one.person}/{paths[one.act]}",
        )
        for one in tables.open_seconds(asked.core)
        if me.id not in (one.by, one.person)
    ]


def on_person(asked: Asked, id: str) -> Panel | None:
    """On the page of somebody: what a key person may do there."""
    member = persons(asked.core).get(id)
    if member is None or not asked.has(Right.KEY):
        return None
    mine = asked.person is not None and asked.person.id == id
    return Panel("role_on_person.html", {"role_of": member, "role_mine": mine})


def on_home(asked: Asked, _id: str) -> Panel | None:
    """What everybody in the group is told."""
    if not asked.visit.inside:
        return None
    since = asked.core.clock() - TOLD_SECONDS
    told = [
        (formats.day(one.at, asked.texts), said(asked, one))
        for one in tables.log_since(asked.core, since, LINES)
        if one.what in TOLD
    ]
    return Panel("role_on_home.html", {"told": told}) if told else None
