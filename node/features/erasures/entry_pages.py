"""Erasing the group's own entry: a page of its own, with what happens."""

from aiohttp import web

from node.base.errors import Problem
from node.base.naming import same
from node.feature import Right
from node.features.erasures.actions import entries, erase_group
from node.lookup.sight import Sight
from node.lookup.types import Name
from node.upkeep.backups import KEPT_DAYS
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, Page, Panel

WHERE = "/entry/erase"

FORM = Form(
    "erase_entry",
    Field("name", Kind.TEXT, "erasures.entry.name", "erasures.entry.name_hint", autocomplete="off"),
)


def page(asked: Asked) -> Page:
    """What happens."""
    return _page(asked, asked.show(FORM))


def _page(asked: Asked, form: Filled) -> Page:
    sight = asked.sight
    values = {
        "there": bool(entries(sight.core, sight.core.home_id)),
        "name": sight.home_name,
        "partners": _partners(sight),
        "networks": sight.named(sight.core.ties.memberships(sight.core.home_id, sight.now)),
        "kept_days": KEPT_DAYS,
    }
    return asked.form_page("erase_entry.html", asked.texts("erasures.entry.title"), form, "home",
                           **values)  # fmt: skip


def _partners(sight: Sight) -> tuple[Name, ...]:
    ties, home = sight.core.ties, sight.core.home_id
    return sight.named(one for one in ties.accepted(home, sight.now) if one not in ties.own)


async def send(asked: Asked) -> Page | web.StreamResponse:
    """Erase it, once its name was typed."""
    form = await asked.read(FORM)
    if "name" in form.values and not same(form["name"], asked.sight.home_name):
        form.refuse("name", "erasures.entry.other_name")
    if not form.ok:
        return _page(asked, form)
    try:
        erase_group(asked.core, asked.core.home_id)
    except Problem as problem:
        return asked.refused(WHERE, problem)
    return asked.go("/erasures", "erasures.entry.done")


def group_panel(asked: Asked, _id: str) -> Panel | None:
    """On the group's own page: the way to it, for key persons."""
    there = asked.has(Right.KEY) and entries(asked.core, asked.core.home_id)
    return Panel("erase_entry_on_home.html", {}) if there else None
