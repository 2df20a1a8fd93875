"""Dissolving the group: a page of its own, with what happens."""

from aiohttp import web

from node.base import formats
from node.base.errors import Problem
from node.base.naming import same
from node.feature import Right
from node.features.dissolving.actions import dissolved, ending, require_possible
from node.features.rules.actions import DISSOLVE, begin
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, Page, Panel

LONGEST_REASON = 300

FORM = Form(
    "dissolve",
    Field(
        "reason",
        Kind.TEXT,
        "dissolving.web.reason",
        "dissolving.web.reason_hint",
        longest=LONGEST_REASON,
    ),
    Field("name", Kind.TEXT, "dissolving.web.name", "dissolving.web.name_hint", autocomplete="off"),
)


def page(asked: Asked) -> Page:
    """What happens."""
    return _page(asked, asked.show(FORM))


def _page(asked: Asked, form: Filled) -> Page:
    title = asked.texts("dissolving.web.title")
    return asked.form_page("dissolve.html", title, form, "members", ending=ending(asked.core))


async def send(asked: Asked) -> Page | web.StreamResponse:
    """Begin it, or do it where nobody else is to agree."""
    form = await asked.read(FORM)
    if "name" in form.values and not same(form["name"], asked.sight.home_name):
        form.refuse("name", "dissolving.web.other_name")
    if not form.ok:
        return _page(asked, form)
    by = asked.person.id if asked.person else None
    try:
        require_possible(asked.core)
        done = begin(asked.core, by, DISSOLVE, {"reason": form["reason"]})
    except Problem as problem:
        return asked.refused("/dissolve", problem)
    return asked.go("/", f"dissolving.web.{'done' if done.done else 'waits'}")


def on_home(asked: Asked, _id: str) -> Panel | None:
    """That it is so, for everybody."""
    at = dissolved(asked.core)
    if at is None:
        return None
    return Panel("dissolved_on_home.html", {"day": formats.day(at, asked.texts)})


def on_members(asked: Asked, _id: str) -> Panel | None:
    """The way to it, for key persons."""
    return Panel("dissolve_on_members.html", {}) if asked.has(Right.KEY) else None
