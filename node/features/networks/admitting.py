"""What a network that is looked after here answers: admit, decline, expel."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.features.networks import asking
from node.features.networks.finding import Meant, meant
from node.features.networks.types import MemberView
from node.features.rules.wanting import go_on, takes_two, want
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, MissingError, Page
from protocol.identity import deciding_roster
from protocol.ids import from_text
from protocol.networks import ADMISSION

_REASON = ADMISSION.fields.types["reason"].most

DECLINE = Form(
    "decline",
    Field("reason", Kind.TEXT, "networks.web.admit.reason", "networks.web.admit.reason_hint",
          True, _REASON),
)  # fmt: skip
EXPEL = Form(
    "expel",
    Field("reason", Kind.TEXT, "networks.web.expel.reason", "networks.web.expel.reason_hint",
          longest=_REASON),
    Field("sure", Kind.YES, "networks.web.expel.sure"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class About:
    """A network that is looked after here, and a group that stands to it in some way."""

    network: Meant
    group: MemberView

    @property
    def name(self) -> str:
        """What the group is called here."""
        return self.group.who.name or self.group.who.id[:8]

    @property
    def path(self) -> str:
        """Where an application is answered."""
        return f"{self.network.path}/applications/{self.group.who.id}"


def about(asked: Asked) -> About:
    """Which group in which network; `MissingError` where that is not for this machine to say."""
    found, group = meant(asked), asked.match["group"]
    members = found.view.members or () if found.view.held_here else ()
    member = next((one for one in members if one.who.id == group), None)
    if member is None:
        raise MissingError
    return About(found, member)


def application(asked: Asked) -> Page:
    """What a group says that wants to join, and the two answers."""
    return _application(asked, about(asked), asked.show(DECLINE))


def _application(asked: Asked, it: About, form: Filled) -> Page:
    values = {
        "network": it.network.view,
        "one": it.group,
        "path": it.path,
        "two": takes_two(asked, "admit"),
        "over": it.network.view.mandate <= asked.core.clock(),
    }
    title = asked.texts("networks.web.admit.title", who=it.name)
    return asked.form_page("network_application.html", title, form, "networks", **values)


def admit(asked: Asked) -> web.StreamResponse:
    """Yes."""
    it = about(asked)
    if it.group.standing not in ("applied", "declined"):
        return asked.refused(it.network.path, Problem("standing-" + it.group.standing))
    what = {**_both(it), "decision": "admitted", "said": "networks.asks.admit"}
    return _decided(asked, it, "admit", what, "networks.web.admit.admitted")


async def decline(asked: Asked) -> Page | web.StreamResponse:
    """No, with a reason if there is one."""
    it, form = about(asked), await asked.read(DECLINE)
    if not form.ok:
        return _application(asked, it, form)
    if it.group.standing != "applied":
        return asked.refused(it.network.path, Problem("standing-" + it.group.standing))
    what = {
        **_both(it), "decision": "declined", "reason": form["reason"] or None,
        "said": "networks.asks.decline",
    }  # fmt: skip
    what["told"] = [*what["told"], *asking.words(form["reason"])]
    return _decided(asked, it, "admit", what, "networks.web.admit.declined")


def _both(it: About) -> dict[str, Any]:
    where = [asking.told("in", name=it.network.view.name)]
    return {
        "network": it.network.id.hex(), "member": from_text(it.group.who.id).hex(),
        "shown": it.name, "told": where,
    }  # fmt: skip


def _decided(
    asked: Asked, it: About, act: str, what: dict[str, Any], done: str
) -> web.StreamResponse:
    try:
        outcome = want(asked, act, what)
    except Problem as problem:
        return asked.refused(it.network.path, problem)
    names = {"who": it.name, "name": it.network.view.name}
    return go_on(asked, outcome, it.network.path, done, **names)


def expelling(asked: Asked) -> Page:
    """What happens then, before it does."""
    it = about(asked)
    if it.group.standing != "member":
        raise MissingError
    return _expelling(asked, it, asked.show(EXPEL))


def _expelling(asked: Asked, it: About, form: Filled) -> Page:
    chain = asked.core.ties.identities[it.network.id]
    member = from_text(it.group.who.id)
    values = {
        "network": it.network.view,
        "one": it.group,
        "decides": member in deciding_roster(chain.links),
        "mine": member == asked.core.home_id,
        "two": takes_two(asked, "expel"),
    }
    title = asked.texts("networks.web.expel.title", who=it.name, name=it.network.view.name)
    return asked.form_page("network_expel.html", title, form, "networks", **values)


async def expel(asked: Asked) -> Page | web.StreamResponse:
    """Do it, or begin to."""
    it, form = about(asked), await asked.read(EXPEL)
    if it.group.standing != "member":
        return asked.refused(it.network.path, Problem("standing-" + it.group.standing))
    if not form.ok:
        return _expelling(asked, it, form)
    what = {**_both(it), "reason": form["reason"], "said": "networks.asks.expel"}
    what["told"] = [asking.told("in", name=it.network.view.name), *asking.words(form["reason"])]
    return _decided(asked, it, "expel", what, "networks.web.expel.done")
