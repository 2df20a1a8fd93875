"""Founding a network: two questions, the rest behind “more”, and who will see what."""

from typing import Any

from aiohttp import web

from node.base import formats
from node.base.errors import Problem
from node.base.naming import same
from node.features.networks import acting, asking, charter_form
from node.features.networks.links import network_path
from node.features.rules.wanting import go_on, takes_two, want
from node.store.core import Core
from node.web.forms import Field, Filled, Form, Kind, Wrong
from node.web.page import Asked, Page
from protocol.ids import to_text
from protocol.measures import term_end

ANYWAY = Field("anyway", Kind.YES, "networks.web.found.anyway", optional=True)
"""Shown only where another network has the name."""

FORM = Form("found", *charter_form.FIELDS)


def page(asked: Asked) -> Page:
    """The form."""
    among = acting.identities(asked.core)
    form = acting.with_choice(asked, FORM, among)
    stands = {**charter_form.usual(asked.texts), **acting.usual(among)}
    return _page(asked, asked.show(form, **stands))


def _page(asked: Asked, form: Filled) -> Page:
    title = asked.texts("networks.web.found.title")
    fields = charter_form.FIELDS
    more = [one.name for one in fields if one.name not in charter_form.FIRST]
    until = formats.day(term_end("P1Y", asked.core.clock()), asked.texts)
    values = {
        "first": [one.name for one in form.form.fields if one.name not in more],
        "more": more,
        "open": any(one in form.errors for one in more),
        "until": until,
        "two": takes_two(asked, "found"),
    }
    return asked.form_page("network_found.html", title, form, "networks", **values)


async def send(asked: Asked) -> Page | web.StreamResponse:
    """Found it, or begin to where another key person is to say yes."""
    core, among = asked.core, acting.identities(asked.core)
    asks = acting.with_choice(asked, FORM, among)
    if asked.posted.get("anyway") is not None:
        asks = Form(asks.name, *asks.fields, ANYWAY)
    form = await asked.read(asks)
    fields = charter_form.charter_of(form, asked.texts)
    if "name" not in form.errors and not form.values.get("anyway"):
        name_of_another(asked, form, fields.get("name") or "")
    if not form.ok:
        return _page(asked, form)
    what = _what(asked, acting.chosen(form, among), fields)
    try:
        core.require_words()
        outcome = want(asked, "found", what)
    except Problem as problem:
        asked.refuse(form, problem)
        return _page(asked, form)
    path = _founded(core, fields["name"]) if outcome.done else "/networks"
    return go_on(asked, outcome, path, "networks.web.found.done", name=fields["name"])


def name_of_another(asked: Asked, form: Filled, name: str) -> None:
    """Two networks of one name confuse people; it is theirs to say that it is meant."""
    for one, charter in sorted(asked.core.ties.charters.items()):
        if not charter.stands(asked.core.clock()) or charter.content is None:
            continue
        if name and same(name, charter.content["name"]):
            form.errors["name"] = Wrong(
                "networks.web.found.twin", {"name": name, "id": to_text(one)[:8]}
            )
            form.form = Form(form.form.name, *(
                one for one in form.form.fields if one.name != ANYWAY.name
            ), ANYWAY)  # fmt: skip
            return


def _what(asked: Asked, own: bytes, fields: dict[str, Any]) -> dict[str, Any]:
    """The particulars of the act: whoever says yes besides reads the charter there."""
    told = [*asking.for_whom(asked, own), *asking.charter(fields, asked.texts)]
    return {"fields": fields, "as": own.hex(), "shown": fields["name"], "told": told}


def _founded(core: Core, name: str) -> str:
    """The page of the network that was just founded."""
    held = [
        one for one in core.own
        if (charter := core.ties.charters.get(one)) and charter.content
        and charter.content["name"] == name
    ]  # fmt: skip
    newest = max(held, key=lambda one: core.ties.charters[one].issued, default=None)
    return network_path(to_text(newest)) if newest else "/networks"
