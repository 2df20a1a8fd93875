"""One group of our own list on pages: added by hand, corrected, taken off again."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.features.groups.entry_form import BLANK, LISTED, entry_of_form, shown_entry
from node.features.groups.links import group_path
from node.features.groups.tables import own_list
from node.features.groups.views import LIST_ID
from node.features.lists.actions import put_entry, remove_entry
from node.features.lists.pages import SECTION, refused, taking_back, why
from node.web.forms import Filled
from node.web.page import Asked, MissingError, Page

NEW = "/directory/new"


def new(asked: Asked) -> Page:
    """An empty form."""
    return _form(asked, asked.show(LISTED, **_shown(asked, None)), None)


def edit(asked: Asked) -> Page:
    """The form, with what stands."""
    no = _number(asked)
    return _form(asked, asked.show(LISTED, **_shown(asked, no)), no)


def _shown(asked: Asked, no: int | None) -> dict[str, str]:
    return shown_entry(_stands(asked, no), asked.texts, LISTED)


def _stands(asked: Asked, no: int | None) -> Mapping[str, Any]:
    return (own_list(asked.core).entry(no) if no is not None else None) or BLANK


def _form(asked: Asked, form: Filled, no: int | None) -> Page:
    title = asked.texts("lists.entry.new" if no is None else "lists.entry.edit")
    path = NEW if no is None else f"/directory/list/{no}"
    back = "/directory" if no is None else group_path(f"{LIST_ID}{no}")
    values = {"path": path, "back": back, "no": no}
    return asked.form_page("list_entry.html", title, form, SECTION, **values)


async def add(asked: Asked) -> Page | web.StreamResponse:
    """Add it."""
    return await _send(asked, None)


async def change(asked: Asked) -> Page | web.StreamResponse:
    """Change it."""
    return await _send(asked, _number(asked))


async def _send(asked: Asked, no: int | None) -> Page | web.StreamResponse:
    before = _stands(asked, no)
    form = await asked.read(LISTED, **_shown(asked, no))
    content = entry_of_form(asked, form, before) if form.ok else None
    if content is None:
        return _form(asked, form, no)
    try:
        put_entry(asked.core, {"kind": form["kind"], **content}, no)
    except Problem as problem:
        name = "name" if problem.code == "entry-there" else ""
        form.refuse(name, "web.form.problem", why=why(asked, problem))
        return _form(asked, form, no)
    number = own_list(asked.core).number(content["name"])
    done = "lists.entry.added" if no is None else "lists.entry.changed"
    return asked.go(
        group_path(f"{LIST_ID}{number}"), done, undo=taking_back(asked.core), name=content["name"]
    )


def removing(asked: Asked) -> Page:
    """What happens if it is taken off the list."""
    no = _number(asked)
    values = {"no": no, "name": _stands(asked, no)["name"], "back": group_path(f"{LIST_ID}{no}")}
    return Page("list_remove.html", asked.texts("lists.entry.remove"), SECTION, values)


def remove(asked: Asked) -> web.StreamResponse:
    """Take it off the list."""
    no = _number(asked)
    name = _stands(asked, no)["name"]
    try:
        remove_entry(asked.core, name)
    except Problem as problem:
        return refused(asked, group_path(f"{LIST_ID}{no}"), problem)
    return asked.go("/directory", "lists.entry.removed", undo=taking_back(asked.core), name=name)


def _number(asked: Asked) -> int:
    """That of the entry of the address; `MissingError` if there is none."""
    said = asked.match["no"]
    if not (said.isascii() and said.isdigit() and len(said) < 16):
        raise MissingError
    if own_list(asked.core).entry(int(said)) is None:
        raise MissingError
    return int(said)
