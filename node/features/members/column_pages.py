"""Columns: which there are, in which order, who sees them."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.features.members.columns import (
    KINDS,
    MOST_CHOICES,
    add_column,
    change_column,
    move_column,
    remove_column,
)
from node.features.members.editing import LONGEST
from node.features.members.editing_pages import undo_of
from node.features.members.pages import SECTION, who
from node.features.members.sheet import label
from node.features.members.tables import members
from node.features.members.types import Field, Seen
from node.web import forms
from node.web.forms import Choice, Filled, Form, Kind
from node.web.page import Asked, MissingError, Page

NAME = forms.Field("label", Kind.TEXT, "members.column.label", longest=60)
CHOICES = forms.Field(
    "choices", Kind.LONG, "members.column.choices", "members.column.choices_hint", optional=True
)
SEEN = forms.Field(
    "seen",
    Kind.CHOICE,
    "members.column.seen",
    "members.column.seen_hint",
    choices=tuple(Choice(one.value, f"members.seen_choice.{one.value}") for one in Seen),
)
NEW = Form(
    "column",
    NAME,
    forms.Field(
        "kind",
        Kind.CHOICE,
        "members.column.kind",
        choices=tuple(Choice(one, f"members.kind.{one.replace(' ', '-')}") for one in KINDS),
    ),
    CHOICES,
    SEEN,
)
OWN = Form("column", NAME, CHOICES, SEEN, edits=True)
GIVEN = Form("column", SEEN, edits=True)
"""Of a column that every group has: only who sees it."""
NAMES = ("given", "family")
"""Everybody on the list sees those."""


def columns(asked: Asked) -> Page:
    """All columns, and the form for one more."""
    filled = asked.show(NEW, kind="text", seen=Seen.RELEASED.value)
    return _columns_page(asked, filled)


def _columns_page(asked: Asked, filled: Filled) -> Page:
    fields = members(asked.core).fields()
    values = {"columns": [(one, label(one, asked.texts)) for one in fields], "names": NAMES}
    title = asked.texts("members.column.title")
    return asked.form_page("members_columns.html", title, filled, SECTION, **values)


async def create(asked: Asked) -> Page | web.Response:
    """A new column."""
    filled = await asked.read(NEW)
    choices = _choices(filled) if filled.ok else ()
    if filled.ok and filled["kind"] == "choice" and len(choices) < 2:
        filled.refuse("choices", "members.column.two_choices")
    if filled.ok:
        try:
            made = add_column(
                asked.core, filled["label"], filled["kind"],
                choices=choices, seen=Seen(filled["seen"]), who=who(asked),
            )  # fmt: skip
        except Problem as problem:
            filled.refuse("label", f"members.error.{problem.code}", **problem.values)
        else:
            return asked.go("/members/columns", "members.done.column", name=made.label)
    return _columns_page(asked, filled)


def _choices(filled: Filled) -> tuple[str, ...]:
    lines = [line.strip()[:LONGEST] for line in filled["choices"].splitlines()]
    return tuple(dict.fromkeys(line for line in lines if line))[:MOST_CHOICES]


def _column(asked: Asked) -> Field:
    for one in members(asked.core).fields():
        if one.key == asked.match["key"] and one.key not in NAMES:
            return one
    raise MissingError


def _form(field: Field) -> tuple[Form, dict[str, Any]]:
    if not field.own:
        return GIVEN, {"seen": field.seen.value}
    choices = "\n".join(field.choices)
    stands = {"label": field.label, "choices": choices, "seen": field.seen.value}
    if field.kind == "choice":
        return OWN, stands
    del stands["choices"]
    return Form("column", NAME, SEEN, edits=True), stands


def column(asked: Asked) -> Page:
    """One column: what it is called, who sees it, taking it away."""
    field = _column(asked)
    form, stands = _form(field)
    return _column_page(asked, field, asked.show(form, **stands))


def _column_page(asked: Asked, field: Field, filled: Filled) -> Page:
    name = label(field, asked.texts)
    count = len(members(asked.core).with_value(field.key))
    values = {"field": field, "name": name, "count": count}
    return asked.form_page("members_column.html", name, filled, SECTION, **values)


async def save(asked: Asked) -> Page | web.Response:
    """Change a column."""
    field = _column(asked)
    form, stands = _form(field)
    filled = await asked.read(form, **stands)
    if not filled.ok:
        return _column_page(asked, field, filled)
    changed = replace(field, seen=Seen(filled["seen"]))
    if field.own:
        choices = _choices(filled) if field.kind == "choice" else field.choices
        changed = replace(changed, label=filled["label"], choices=choices)
    try:
        change_column(asked.core, changed, who(asked))
    except Problem as problem:
        filled.refuse("label", f"members.error.{problem.code}", **problem.values)
        return _column_page(asked, field, filled)
    name = label(changed, asked.texts)
    return asked.go("/members/columns", "members.done.column_saved", name=name)


def move(asked: Asked) -> web.Response:
    """A column goes one place up or down."""
    steps = {"up": -1, "down": 1}.get(asked.match["way"])
    if steps is None:
        raise MissingError
    field = _column(asked)
    move_column(asked.core, field.key, steps)
    return asked.go("/members/columns")


def removing(asked: Asked) -> Page:
    """Before a column is taken away: how many have something in it."""
    field = _column(asked)
    if not field.own:
        raise MissingError
    count = len(members(asked.core).with_value(field.key))
    title = asked.texts("members.column.remove_title", name=field.label)
    return Page("members_column_remove.html", title, SECTION, {"field": field, "count": count})


def remove(asked: Asked) -> web.Response:
    """Take a column away."""
    if not any(one.key == asked.match["key"] for one in members(asked.core).fields()):
        return asked.go("/members/columns", "members.done.same")  # sent twice
    field = _column(asked)
    if not field.own:
        raise MissingError
    batch = remove_column(asked.core, field.key, who(asked))
    undo = undo_of(batch)
    return asked.go("/members/columns", "members.done.column_removed", undo=undo, name=field.label)
