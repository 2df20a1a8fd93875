"""Keeping the list of a network that is looked after here."""

from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.features.statements.actions import add, edit, id_of, remove
from node.features.statements.links import list_path, statement_path
from node.features.statements.pages import called, network_of, one_line, statement_of
from node.features.statements.views import statement_view
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, MissingError, Page
from protocol.kind import Statement
from protocol.statements import STATEMENT

_TYPES = STATEMENT.fields.types


def _fields() -> tuple[Field, ...]:
    return (
        Field(
            "text",
            Kind.LONG,
            "statements.label.text",
            "statements.hint.text",
            longest=_TYPES["text"].most,
            said={"most": _TYPES["text"].most},
        ),
        Field(
            "topic",
            Kind.TEXT,
            "statements.label.topic",
            "statements.hint.topic",
            optional=True,
            longest=_TYPES["topic"].most,
        ),
        Field(
            "about",
            Kind.LONG,
            "statements.label.about",
            "statements.hint.about",
            optional=True,
            longest=_TYPES["about"].most,
        ),
    )


NEW = Form("statement", *_fields())
CHANGE = Form("statement", *_fields(), edits=True)


def _kept_here(asked: Asked) -> bytes:
    network = network_of(asked)
    if network not in asked.core.own:
        raise MissingError
    return network


def new(asked: Asked) -> Page:
    """What a new statement says."""
    return _form_page(asked, _kept_here(asked), asked.show(NEW))


async def add_(asked: Asked) -> Page | web.Response:
    """Put it on the list."""
    network, form = _kept_here(asked), await asked.read(NEW)
    if form.ok:
        try:
            id = add(asked.core, network, _said(form))
        except Problem as problem:
            _refuse(asked, form, problem)
        else:
            return asked.go(statement_path(id), "statements.web.added")
    return _form_page(asked, network, form)


def _said(form: Filled) -> dict[str, Any]:
    return {**form.values, "text": one_line(form["text"])}


def _refuse(asked: Asked, form: Filled, problem: Problem) -> None:
    field = str(problem.values.get("field", ""))
    field = "text" if problem.code == "statement-twice" else field
    asked.refuse(form, problem, field if field in _TYPES else "")


def _form_page(
    asked: Asked, network: bytes, form: Filled, statement: Statement | None = None
) -> Page:
    key = "new" if statement is None else "change"
    path = list_path(asked.match["network"])
    here = path if statement is None else statement_path(id_of(statement))
    values = {
        "back": here,
        "action": f"{here}/{key}",
        "name": called(asked, network),
        "answered": _answered(asked, network, statement),
        "what": key,
    }
    title = asked.texts(f"statements.web.{key}")
    return asked.form_page("statement_form.html", title, form, "networks", **values)


def _answered(asked: Asked, network: bytes, statement: Statement | None) -> int:
    """How many groups' answers a change would leave with the text before."""
    if statement is None:
        return 0
    view = statement_view(asked.sight, network, statement.name)
    return sum(not one.outdated for one in view.answers) if view else 0


def _stands(statement: Statement) -> dict[str, Any]:
    return {name: (statement.content or {})[name] or "" for name in _TYPES}


def change(asked: Asked) -> Page:
    """What it is to say instead."""
    network = _kept_here(asked)
    statement = statement_of(asked, network)
    return _form_page(asked, network, asked.show(CHANGE, **_stands(statement)), statement)


async def save(asked: Asked) -> Page | web.Response:
    """Say it otherwise."""
    network = _kept_here(asked)
    statement = statement_of(asked, network)
    form = await asked.read(CHANGE, **_stands(statement))
    if form.ok:
        try:
            changed = edit(asked.core, statement, _said(form))
        except Problem as problem:
            _refuse(asked, form, problem)
        else:
            key = "changed" if changed else "unchanged"
            return asked.go(statement_path(id_of(statement)), f"statements.web.{key}")
    return _form_page(asked, network, form, statement)


def ending(asked: Asked) -> Page:
    """What happens when it is withdrawn."""
    network = _kept_here(asked)
    view = statement_view(asked.sight, network, statement_of(asked, network).name)
    if view is None:
        raise MissingError
    values = {"statement": view, "here": statement_path(view.id), "name": called(asked, network)}
    title = asked.texts("statements.web.remove_title")
    return Page("statement_remove.html", title, "networks", values)


def end(asked: Asked) -> web.Response:
    """Withdraw it."""
    network = _kept_here(asked)
    statement = statement_of(asked, network)
    try:
        remove(asked.core, statement)
    except Problem as problem:
        return asked.refused(statement_path(id_of(statement)), problem)
    return asked.go(list_path(asked.match["network"]), "statements.web.removed")
