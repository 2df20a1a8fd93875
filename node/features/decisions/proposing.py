"""Proposing: a change of the charter, who decides, or that this machine looks after the network.

A change is shown old → new before it is sent. What others changed since the form was opened is
shown in it, as in each form that edits something (`node.web.forms`).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from aiohttp import web

from node.base.errors import Problem
from node.features.networks import acting, asking, charter_form
from node.features.networks.finding import Meant, meant
from node.features.networks.held import held_of, letters, require_confirmed
from node.features.rules.wanting import go_on, takes_two, want
from node.features.rules.wording import worded
from node.lookup.sight import name_order
from node.store.core import Core
from node.web.forms import Choice, Field, Filled, Form, Kind
from node.web.page import Asked, Page
from protocol.control_state import Standing
from protocol.decisions import OPEN_SECONDS, PROPOSAL
from protocol.identity import deciding_roster
from protocol.ids import from_text
from protocol.measures import needed, term_end

_NOTE = PROPOSAL.fields.types["note"].most
NOTE = Field("note", Kind.LONG, "decisions.web.note", "decisions.web.note_hint", True, _NOTE)
DECIDERS = Field("deciders", Kind.CHOICES, "decisions.web.deciders", "decisions.web.deciders_hint")

LISTED = 100
"""Members without a say on one page: more would be slow on a phone."""

AMEND = Form("amend", *charter_form.FIELDS, DECIDERS, NOTE, edits=True)
MOVE = Form("move", NOTE)


def who_can(asked: Asked, network: bytes) -> list[bytes]:
    """Identities of this machine that may propose something in it."""
    ties, now = asked.core.ties, asked.core.clock()
    found = []
    for own in acting.identities(asked.core):
        standing = ties.standing(network, own, now)
        decides = standing is not Standing.LEFT and ties.decides(network, own)
        if own != network and (standing is Standing.MEMBER or decides):
            found.append(own)
    return found


class Count(NamedTuple):
    """How many of how many have to say yes."""

    needed: int
    of: int


def how_many(core: Core, network: bytes, *, words: bool) -> Count:
    """As `protocol.tally` counts; `words`: of a change of the charter's own words."""
    roster = deciding_roster(core.ties.identities[network].links)
    least, charter = len(roster) // 2 + 1, core.ties.charters.get(network)
    if words and charter and charter.content and charter.content["counted"] == "roster":
        least = max(least, needed(charter.content["majority"], len(roster)))
    return Count(least, len(roster))


class Stands(NamedTuple):
    """A network as it stands when somebody proposes something."""

    network: Meant
    among: list[bytes]
    content: dict[str, Any]
    deciding: frozenset[bytes]
    more: int
    """Members that are not listed: they are once others of them decide."""
    form: Form
    typed: dict[str, Any]


def _stands(asked: Asked) -> Stands:
    found = meant(asked)
    core = asked.core
    charter = core.ties.charters[found.id]
    deciding = frozenset(deciding_roster(core.ties.identities[found.id].links))
    others = asked.sight.named(set(core.ties.members(found.id, core.clock())) - deciding)
    names = sorted((*asked.sight.named(deciding), *others[:LISTED]), key=name_order)
    choices = tuple(Choice(one.id, shown=one.name or one.id[:8]) for one in names)
    among = who_can(asked, found.id)
    form = acting.with_choice(asked, AMEND.with_choices(deciders=choices), among)
    now = tuple(one.value for one in choices if from_text(one.value) in deciding)
    typed = {**charter_form.typed(charter.content or {}, asked.texts), "deciders": now}
    more = max(len(others) - LISTED, 0)
    return Stands(found, among, dict(charter.content or {}), deciding, more, form, typed)


def _hindrance(asked: Asked, found: Meant, among: Sequence[bytes]) -> web.StreamResponse | None:
    """Where to go instead: nobody here may propose anything, or has to confirm something before."""
    if not among:
        return asked.refused(found.path, Problem("not-a-member"))
    try:
        require_confirmed(asked.core, found.id)
    except Problem as problem:
        held = held_of(asked.core, found.id)
        if held is None or not held.open:
            return asked.refused(found.path, problem)
        where = f"{found.path}/decisions/{letters(held.open[0].digest)}"
        return asked.go(where, "decisions.web.confirm_first")
    return None


def amending(asked: Asked) -> Page | web.StreamResponse:
    """What stands, to be changed."""
    it = _stands(asked)
    if (instead := _hindrance(asked, it.network, it.among)) is not None:
        return instead
    form = asked.show(it.form, **it.typed, **acting.usual(it.among))
    if asked.request.query.get("all") == "yes":
        form.typed["deciders"] = tuple(one.value for one in it.form["deciders"].choices)
    return _amending(asked, it, form)


def _amending(asked: Asked, it: Stands, form: Filled) -> Page:
    values = {
        "network": it.network.view,
        "charter": charter_form.NAMES,
        "more": it.more,
        "open": any(one in form.errors for one in charter_form.NAMES)
        or any(one.field.name in charter_form.NAMES for one in form.changes),
        "two": takes_two(asked, "amend"),
        "who": acting.WHO if len(it.among) > 1 else "",
    }
    title = asked.texts("decisions.web.amend_title", name=it.network.view.name)
    return asked.form_page("network_amend.html", title, form, "networks", **values)


async def amend(asked: Asked) -> Page | web.StreamResponse:
    """Show what would change; send it once that was seen."""
    it = _stands(asked)
    if (instead := _hindrance(asked, it.network, it.among)) is not None:
        return instead
    form = await asked.read(it.form, **it.typed)
    said = charter_form.charter_of(form, asked.texts)
    if not form.ok or asked.posted.get("sure") == "no":
        return _amending(asked, it, form)
    fields = {
        name: value for name, value in said.items()
        if form[name] != it.typed[name] and value != it.content.get(name)
    }  # fmt: skip
    chosen = frozenset(map(from_text, form["deciders"]))
    added, without = sorted(chosen - it.deciding), sorted(it.deciding - chosen)
    told = [*asking.changes(it.content, fields, asked.texts), *_who(asked, added, without)]
    if asked.posted.get("sure") != "yes":
        return _sure(asked, it, form, fields, told)
    own = acting.chosen(form, it.among)
    what = {
        "network": it.network.id.hex(), "as": own.hex(), "fields": fields,
        "with": [one.hex() for one in added], "without": [one.hex() for one in without],
        "note": form["note"] or None, "charter": _charter(asked, it.network.id),
        "shown": it.network.view.name, "said": "networks.asks.amend",
        "told": [*asking.for_whom(asked, own), *(told or [asking.told("renew")]),
                 *asking.words(form["note"])],
    }  # fmt: skip
    try:
        outcome = want(asked, "amend", what)
    except Problem as problem:
        asked.refuse(form, problem)
        return _amending(asked, it, form)
    return go_on(
        asked, outcome, f"{it.network.path}/proposals", "decisions.web.amended",
        name=it.network.view.name,
    )  # fmt: skip


def _charter(asked: Asked, network: bytes) -> str:
    digest = asked.core.ties.charters[network].digest
    return digest.hex() if digest else ""


def _who(asked: Asked, added: Sequence[bytes], without: Sequence[bytes]) -> list[asking.Told]:
    told = []
    for key, some in (("added", added), ("removed", without)):
        if some:
            names = ", ".join(one.name or one.id[:8] for one in asked.sight.named(some))
            told.append(asking.told(key, names=names))
    return told


def _sure(
    asked: Asked, it: Stands, form: Filled, fields: dict[str, Any], told: list[asking.Told]
) -> Page:
    """Old → new, who decides, how many it takes: before anybody hears of it."""
    term = fields.get("term") or it.content.get("term") or "P1Y"
    now = asked.core.clock()
    values = {
        "network": it.network.view,
        "form": form,
        "sent": [
            (one.name, value) for one in form.form.fields for value in form.typed.get(one.name, ())
        ],
        "lines": [_read(asked, key, said) for key, said in told],
        "note": form["note"],
        "count": how_many(asked.core, it.network.id, words=bool(fields)),
        "cast": it.content.get("counted") == "cast" and bool(fields),
        "until": now + OPEN_SECONDS,
        "mandate": term_end(term, now),
        "two": takes_two(asked, "amend"),
    }
    title = asked.texts("decisions.web.amend_sure", name=it.network.view.name)
    return Page("network_amend_sure.html", title, "networks", values)


def _read(asked: Asked, key: str, said: dict[str, Any]) -> str:
    """A sentence as the other key person reads it (`rules.pages`)."""
    return asked.texts(key, **{name: worded(value, asked.texts) for name, value in said.items()})


# That this machine looks after it


def moving(asked: Asked) -> Page | web.StreamResponse:
    """What happens then, before it is proposed."""
    found = meant(asked)
    among = who_can(asked, found.id)
    if (instead := _hindrance(asked, found, among)) is not None:
        return instead
    form = acting.with_choice(asked, MOVE, among)
    return _moving(asked, found, asked.show(form, **acting.usual(among)))


def _moving(asked: Asked, found: Meant, form: Filled) -> Page:
    core, now = asked.core, asked.core.clock()
    roster = deciding_roster(core.ties.identities[found.id].links)
    values = {
        "network": found.view,
        "deciders": asked.sight.named(roster),
        "count": how_many(core, found.id, words=False),
        "until": now + OPEN_SECONDS,
        "mandate": term_end(found.view.term, now),
        "home": asked.sight.home_name,
        "alone": [core.home_id] == list(roster),
        "two": takes_two(asked, "move"),
    }
    title = asked.texts("decisions.web.move_title", name=found.view.name)
    return asked.form_page("network_move.html", title, form, "networks", **values)


async def move(asked: Asked) -> Page | web.StreamResponse:
    """Propose it, or begin to."""
    found = meant(asked)
    among = who_can(asked, found.id)
    if (instead := _hindrance(asked, found, among)) is not None:
        return instead
    form = await asked.read(acting.with_choice(asked, MOVE, among))
    if not form.ok:
        return _moving(asked, found, form)
    own = acting.chosen(form, among)
    what = {
        "network": found.id.hex(), "as": own.hex(), "note": form["note"] or None,
        "shown": found.view.name,
        "told": [*asking.for_whom(asked, own), *asking.words(form["note"])],
    }  # fmt: skip
    try:
        outcome = want(asked, "move", what)
    except Problem as problem:
        asked.refuse(form, problem)
        return _moving(asked, found, form)
    path = f"{found.path}/proposals"
    return go_on(asked, outcome, path, "decisions.web.move_proposed", name=found.view.name)
