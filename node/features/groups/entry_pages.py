"""The group's own entry, edited on a page: filled in, looked at as others see it, published.

Rules: an entry goes to everybody, so that stands beside each field; nothing is published before it
was shown as others see it; what another key person changed meanwhile comes into the form first.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from aiohttp import web

from node.base.errors import Problem
from node.features.groups.actions import current_entry, edit_group
from node.features.groups.entry_form import BLANK, OWN, entry_of_form, shown_entry
from node.features.groups.types import GroupView
from node.features.groups.views import facts, home_entry
from node.lookup.showing import networks_named
from node.lookup.types import Name
from node.web.answers import shown_value
from node.web.forms import Filled
from node.web.page import Asked, Page

WHERE = "/entry"
SECTION = "home"


class Change(NamedTuple):
    """A field that is changed: its name, and how it was and becomes, in words."""

    label: str
    was: str
    now: str


class Seen(NamedTuple):
    """The entry as some people see it: `who` is a key below `groups.preview`."""

    who: str
    group: GroupView
    names: tuple[Name, ...] = ()


def edit(asked: Asked) -> Page:
    """The form, with what stands."""
    stands = shown_entry(_stands(asked), asked.texts)
    return _form(asked, asked.show(OWN, **stands))


def _stands(asked: Asked) -> Mapping[str, Any]:
    return current_entry(asked.core, asked.core.home_id) or BLANK


def _form(asked: Asked, form: Filled) -> Page:
    title = asked.texts("groups.edit.title")
    has_entry = current_entry(asked.core, asked.core.home_id) is not None
    return asked.form_page("entry_edit.html", title, form, SECTION, has_entry=has_entry)


async def send(asked: Asked) -> Page | web.StreamResponse:
    """What was filled in: looked at first, then published; or back to the form."""
    before = _stands(asked)
    stands = shown_entry(before, asked.texts)
    form = await asked.read(OWN, **stands)
    step = str(asked.posted.get("step", ""))
    content = entry_of_form(asked, form, before) if form.ok else None
    if content is None or step == "back":
        return _form(asked, form)
    if step != "publish":
        return _check(asked, form, stands, content)
    try:
        edit_group(asked.core, asked.core.home_id, content)
    except Problem as problem:
        asked.refuse(form, problem)
        return _form(asked, form)
    return asked.go("/", "groups.edit.saved")


def _check(
    asked: Asked, form: Filled, stands: Mapping[str, str], content: Mapping[str, Any]
) -> Page:
    becomes = shown_entry(content, asked.texts)
    changes = [
        Change(asked.texts(one.label), _words(asked, one.name, stands), now)
        for one in OWN.fields
        if stands[one.name] != becomes[one.name]
        for now in [_words(asked, one.name, becomes)]
    ]
    values = {"changes": changes, "seen": seen_by(asked, content), "form": form}
    return Page("entry_check.html", asked.texts("groups.preview.title"), SECTION, values)


def _words(asked: Asked, name: str, said: Mapping[str, str]) -> str:
    return shown_value(OWN[name], said[name], asked.texts)


def seen_by(asked: Asked, content: Mapping[str, Any]) -> list[Seen]:
    """An entry with this content as others see it; those that there are."""
    sight = asked.sight
    ties, now, home = sight.core.ties, sight.now, sight.core.home_id
    plain = replace(
        home_entry(sight, home), **facts(dict(content)), own=False, audience="public", networks=()
    )
    named = sight.named(networks_named(sight.core, now))
    found = [Seen("outside", replace(plain, networks=named), named)]
    partners = [one for one in ties.accepted(home, now) if ties.accepts(one, home, now)]
    mine = set(ties.memberships(home, now))
    if partners:
        common = {net for one in partners for net in ties.memberships(one, now)} & mine
        found.append(
            Seen("partners", replace(plain, networks=sight.named(common)), sight.named(partners))
        )
    if mine:
        networks = sight.named(mine)
        found.append(Seen("networks", replace(plain, networks=networks), networks))
    return found
