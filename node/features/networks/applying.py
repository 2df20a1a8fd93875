"""Asking to be admitted to a network, and taking that back."""

from aiohttp import web

from node.base.errors import Problem
from node.features.networks import acting, asking
from node.features.networks.actions import take_back_application
from node.features.networks.finding import Meant, meant
from node.features.networks.held import LETTERS, find_decision
from node.features.rules.wanting import go_on, takes_two, want
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, MissingError, Page
from protocol.control_state import Standing
from protocol.ids import to_text
from protocol.networks import MEMBERSHIP

_MESSAGE = MEMBERSHIP.fields.types["message"].most

FORM = Form(
    "apply",
    Field("message", Kind.LONG, "networks.web.apply.message", "networks.web.apply.message_hint",
          True, _MESSAGE),
    Field("named", Kind.YES, "networks.web.apply.named", "networks.web.apply.named_hint", True),
    Field("letters", Kind.TEXT, "networks.web.apply.letters", "networks.web.apply.letters_hint",
          True, 60, autocomplete="off", said={"n": LETTERS}),
    Field("charter", Kind.HIDDEN, longest=64, optional=True),
)  # fmt: skip


def who_can(asked: Asked, network: bytes) -> list[bytes]:
    """Identities of this machine that neither belong to it nor asked already."""
    ties, now = asked.core.ties, asked.core.clock()
    over = (Standing.MEMBER, Standing.APPLIED)
    own = [one for one in acting.identities(asked.core) if one != network]
    return [one for one in own if ties.standing(network, one, now) not in over]


def page(asked: Asked) -> Page | web.Response:
    """What it means, and the form."""
    found = meant(asked)
    among = who_can(asked, found.id)
    if not among:
        standing = asked.core.ties.standing(found.id, asked.core.home_id, asked.core.clock())
        return asked.refused(found.path, Problem("already-" + standing.value))
    letters = asked.request.query.get("letters", "")[:LETTERS]
    stands = {"letters": letters, "charter": _charter(asked, found.id), **acting.usual(among)}
    form = acting.with_choice(asked, FORM, among)
    return _page(asked, found, asked.show(form, **stands))


def _charter(asked: Asked, network: bytes) -> str:
    charter = asked.core.ties.charters.get(network)
    return charter.digest.hex() if charter and charter.digest else ""


def _page(asked: Asked, found: Meant, form: Filled) -> Page:
    title = asked.texts("networks.web.apply.title", name=found.view.name)
    values = {"network": found.view, "two": takes_two(asked, "apply")}
    return asked.form_page("network_apply.html", title, form, "networks", **values)


async def send(asked: Asked) -> Page | web.StreamResponse:
    """Ask, or begin to."""
    found = meant(asked)
    among = who_can(asked, found.id)
    if not among:
        return page(asked)
    form = await asked.read(acting.with_choice(asked, FORM, among))
    decision = None
    if letters := form.values.get("letters"):
        try:
            decision = find_decision(asked.core, found.id, letters)
        except Problem as problem:
            asked.refuse(form, problem, "letters")
    if "charter" in form.values and form["charter"] != _charter(asked, found.id):
        form.refuse("", "networks.web.apply.charter_changed")
        form.typed["charter"] = (_charter(asked, found.id),)
    if not form.ok:
        return _page(asked, found, form)
    own = acting.chosen(form, among)
    told = [*asking.for_whom(asked, own), *asking.words(form["message"])]
    if form["named"]:
        told.append(asking.told("named"))
    what = {
        "network": found.id.hex(), "as": own.hex(), "message": form["message"] or None,
        "named": form["named"], "charter": form["charter"],
        "confirmed": decision.hex() if decision else None,
        "shown": found.view.name, "told": told,
    }  # fmt: skip
    try:
        outcome = want(asked, "apply", what)
    except Problem as problem:
        asked.refuse(form, problem)
        return _page(asked, found, form)
    standing = asked.core.ties.standing(found.id, own, asked.core.clock()).value
    done = "member" if standing == "member" else "applied"
    return go_on(asked, outcome, found.path, f"networks.web.apply.{done}", name=found.view.name)


async def back(asked: Asked) -> web.StreamResponse:
    """Take an application back: at once, whoever may act for the group."""
    found = meant(asked)
    said = str(asked.posted.get(acting.WHO) or to_text(asked.core.home_id))
    own = next((one for one in acting.identities(asked.core) if to_text(one) == said), None)
    if own is None:
        raise MissingError
    try:
        take_back_application(asked.core, own, found.id)
    except Problem as problem:
        return asked.refused(found.path, problem)
    return asked.go(found.path, "networks.web.apply.taken_back", name=found.view.name)
