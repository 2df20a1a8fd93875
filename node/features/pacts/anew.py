"""Where leaving together begins: at the end of a network's page, before leaving alone, and at a
decision with which somebody disagrees ("found anew")."""

from typing import Any, NamedTuple

from node.base import formats
from node.feature import Right
from node.features.networks.proposals import proposal_view
from node.features.networks.types import ProposalView
from node.features.networks.wording import charter_words
from node.lookup.types import Name
from node.web.links import with_query
from node.web.page import Asked, Panel
from protocol.control_state import Standing
from protocol.ids import from_text, to_text
from protocol.pacts import PACT
from protocol.tally import State, tally

NEW = "/pacts/new"

_NOTE: int = PACT.fields.types["note"].most


class Dissent(NamedTuple):
    """A decision with which somebody disagrees, and who else voted against it."""

    view: ProposalView
    others: tuple[Name, ...]
    quote: str
    """It in words, to stand in the reason; not longer than a reason may be."""


def dissent(asked: Asked, network: bytes, name: str) -> Dissent | None:
    """The proposal with this name in a network; None if there is none, or it came to nothing."""
    known = asked.core.ties.decisions.proposals.get(network, {})
    found = next((one for (_author, called), one in known.items() if called == name), None)
    if found is None:
        return None
    counted = tally(asked.core.ties, found, asked.core.clock())
    if counted.state not in (State.OPEN, State.DECIDED):
        return None
    view = proposal_view(asked.sight, found, counted)
    others = asked.sight.named(one for one in counted.against if one not in asked.core.own)
    return Dissent(view, others, _quote(asked, view)[:_NOTE])


def _quote(asked: Asked, view: ProposalView) -> str:
    """What was proposed, by whom, when, and who was against it."""
    t = asked.texts
    said: dict[str, Any] = {
        "who": view.who.name or view.who.id[:8],
        "day": formats.day(view.issued, t),
    }
    lines = [t(f"pacts.web.anew.quote_{'moved' if view.moves else view.state}", **said)]
    for one in view.changes:
        old, new = (
            formats.list_words(charter_words(one.field, some, t), t)
            or t("networks.web.decision.empty")
            for some in (one.old, one.new)
        )
        field = t(f"networks.charter.{one.field}")
        lines.append("– " + t("networks.web.decision.change", field=field, old=old, new=new))
    if view.note:
        lines.append(t("networks.asks.words", said=view.note))
    return "\n".join(lines)


def _can_go(asked: Asked, id: str) -> bool:
    """Whether our group is a member of the network, and this viewer may act for it."""
    if not asked.has(Right.KEY):
        return False
    network, core = from_text(id), asked.core
    return core.ties.standing(network, core.home_id, core.clock()) is Standing.MEMBER


def on_network(asked: Asked, id: str) -> Panel | None:
    """At the end of a network's page: go together with others."""
    if not _can_go(asked, id):
        return None
    return Panel("pact_on_network.html", {"path": with_query(NEW, [("leave", id)])})


def on_leaving(asked: Asked, id: str) -> Panel | None:
    """Before one leaves alone: that one can go with others."""
    if not _can_go(asked, id):
        return None
    return Panel("pact_on_leaving.html", {"path": with_query(NEW, [("leave", id)])})


def on_proposal(asked: Asked, id: str) -> Panel | None:
    """On the page of a decision, `network/proposal`: with those who are against it."""
    network, _, name = id.partition("/")
    if not _can_go(asked, network):
        return None
    found = dissent(asked, from_text(network), name)
    if found is None:
        return None
    path = with_query(NEW, [("leave", to_text(from_text(network))), ("about", name)])
    return Panel("pact_on_proposal.html", {"path": path, "others": found.others})
