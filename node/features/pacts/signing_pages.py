"""Signing a pact on its page, and saying that one does not go along."""

from aiohttp import web

from node.base.errors import Problem
from node.features.networks import asking
from node.features.pacts.links import pact_path
from node.features.pacts.pages import SIGN, meant, pact_page
from node.features.pacts.tables import set_aside
from node.features.pacts.types import PactView
from node.features.pacts.views import pact_view
from node.features.rules.wanting import go_on, want
from node.web.page import Asked, Page
from protocol.ids import from_text


async def sign(asked: Asked) -> Page | web.StreamResponse:
    """Sign, or begin to; for a pact that came too late, follow it after all."""
    found = meant(asked)
    form = await asked.read(SIGN)
    if (hindered := _hindered(asked, found)) is not None:
        return asked.refused(pact_path(found.id), hindered)
    if form.values.get("state") != found.state:
        form.refuse("", "pacts.web.sign_form.changed")
        form.typed["state"] = (found.state,)
    if not form.ok:
        return pact_page(asked, found, form)
    what = {
        "pact": from_text(found.id).hex(),
        "late": found.state == "late",
        "shown": found.name,
        "told": _told(found),
    }
    try:
        outcome = want(asked, "sign", what)
    except Problem as problem:
        asked.refuse(form, problem)
        return pact_page(asked, found, form)
    if outcome.done:
        _taken_up(asked, found)
    after = pact_view(asked.sight, from_text(found.id))
    done = "done" if after is not None and after.state == "done" else "signed"
    return go_on(
        asked, outcome, pact_path(found.id), f"pacts.web.sign_form.{done}", name=found.name
    )


def _hindered(asked: Asked, found: PactView) -> Problem | None:
    """Why there is nothing to sign on this page any more."""
    if found.state == "late":
        return None
    if not found.asked:
        return Problem("pact-not-asked")
    if found.signed_here:
        return Problem("pact-signed")
    return Problem("pact-over") if found.until <= asked.core.clock() else None


def _told(found: PactView) -> list[asking.Told]:
    """What another key person reads before saying yes."""
    told: list[asking.Told] = [
        ("pacts.asks.by", {"who": found.proposer.name or found.proposer.id[:8]}),
        ("pacts.asks.quorum", {"quorum": found.quorum, "asked": len(found.signers)}),
    ]
    if found.leaves:
        old = found.leaves.name or found.leaves.id[:8]
        told.insert(0, ("pacts.asks.leaves", {"old": old}))
    return told


def _taken_up(asked: Asked, found: PactView) -> None:
    """Who signed goes along."""
    if found.set_aside:
        with asked.core.transaction():
            set_aside(asked.core, from_text(found.id), False)


async def aside(asked: Asked) -> web.StreamResponse:
    """Not to be asked any more; or to be asked again. Nobody else is told, and it may change."""
    found = meant(asked)
    wanted = asked.posted.get("say") == "yes"
    if found.state != "open" or found.signed_here or not found.asked:
        return asked.go(pact_path(found.id), "pacts.web.sign_form.over")
    with asked.core.transaction():
        set_aside(asked.core, from_text(found.id), wanted)
    done = "aside" if wanted else "not_aside"
    return asked.go(pact_path(found.id), f"pacts.web.sign_form.{done}", name=found.name)
