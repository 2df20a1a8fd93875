"""Pacts that concern this node: what they say, who signed, what became of them (§6.6).

Nobody outside sees any of it.
"""

from typing import Any

from node.base.lookalikes import marked
from node.features.networks.types import NetworkView
from node.features.pacts.delivery import SURE, has_it
from node.features.pacts.reach import out_of_reach
from node.features.pacts.tables import Delivery, deliveries, is_set_aside, stage_of
from node.features.pacts.types import PactView, SignerView
from node.lookup.sight import Sight
from protocol.certificates import Case, Pact
from protocol.check import GRACE
from protocol.encoding import decode
from protocol.ids import to_text

_ORDER = ("open", "late", "agreed", "done", "declined", "over")
"""What waits for a person comes first."""


def pact_views(sight: Sight) -> tuple[PactView, ...]:
    """All that this node knows."""
    cases = sight.core.ties.certificates.cases.values()
    found = [_view(sight, case, case.pact) for case in cases if case.pact is not None]
    return tuple(sorted(found, key=lambda one: (_ORDER.index(one.state), one.until, one.id)))


def pact_view(sight: Sight, pact: bytes) -> PactView | None:
    """One of them, by its digest."""
    case = sight.core.ties.certificates.cases.get(pact)
    return _view(sight, case, case.pact) if case and case.pact else None


def _view(sight: Sight, case: Case, pact: Pact) -> PactView:
    reached = _reached(sight, case, pact)
    told = deliveries(sight.core, pact.digest)
    signers = [
        SignerView(
            sight.name(one),
            one in case.signed,
            reached.get(one),
            *_told(reached.get(one), one in case.signed, told.get(one)),
        )
        for one in pact.asked
    ]
    signers.sort(key=lambda one: (not one.signed, (one.who.name or "").casefold(), one.who.id))
    own = sight.core.own
    return PactView(
        id=to_text(pact.digest),
        name=marked((pact.charter.content or {})["name"], to_text(pact.digest)),
        state=_state(sight, case, pact),
        proposer=sight.name(pact.proposer),
        signers=tuple(signers),
        signed=len(case.signed),
        quorum=pact.quorum,
        proposed=pact.proposed,
        until=pact.until,
        leaves=sight.name(pact.leaves) if pact.leaves else None,
        carriers=sight.named(pact.carriers),
        note=pact.note,
        asked=bool(own & set(pact.asked)),
        signed_here=bool(own & case.signed.keys()),
        network=to_text(pact.network),
        charter=_charter(sight, pact),
        misdated=pact.proposed > sight.now + GRACE and not case.certified,
        set_aside=is_set_aside(sight.core, pact.digest),
    )


def _told(
    reached: str | None, signed: bool, said: Delivery | None
) -> tuple[str | None, int | None]:
    """How and when it got there, where that is known."""
    if reached == "yes":
        if said is not None and said.how in SURE:
            return said.how, said.at
        return ("signature" if signed else None), None
    return None, said.at if reached == "file" and said is not None else None


def _reached(sight: Sight, case: Case, pact: Pact) -> dict[bytes, str]:
    """How far what our group says got, by whom it is for. Once the network is founded: whether
    what is said in it gets there at all."""
    core = sight.core
    mine = sorted(core.own & case.signed.keys())
    others = [one for one in pact.asked if one not in core.own]
    if not mine:
        return {}
    if case.certified:
        others = [one for one in others if one in case.signed]
        far = out_of_reach(core, mine[0], others, together=True)
        return dict.fromkeys(far, "no-way")
    far = out_of_reach(core, mine[0], others, pact.carriers)
    written = deliveries(core, pact.digest)
    carried = any(has_it(core, case, pact, one) for one in pact.carriers)
    return {
        one: "yes"
        if has_it(core, case, pact, one)
        else "file"
        if one in written
        else "no-way"
        if one in far
        else "carried"
        if carried
        else "waiting"
        for one in others
    }


def _state(sight: Sight, case: Case, pact: Pact) -> str:
    """`open`, `over` (too few signed in time), `agreed`, `late` (a person decides), `declined` (a
    person did, or somebody else: the group is no member of the new network), or `done`.
    """
    if not case.certified:
        return "open" if pact.until > sight.now else "over"
    mine = sorted(sight.core.own & case.signed.keys())
    stages = {stage_of(sight.core, pact.digest, one) for one in mine}
    if "late" in stages:
        ties, now = sight.core.ties, sight.now
        return "late" if any(ties.is_member(pact.network, one, now) for one in mine) else "declined"
    if "void" in stages:
        return "declined"
    return "done" if stages == {"done"} else "agreed"


def _charter(sight: Sight, pact: Pact) -> NetworkView:
    said: dict[str, Any] = decode(pact.charter.body or b"")
    names = (
        *("name", "purpose", "motto", "orientation", "region"),
        *("admission", "majority", "counted", "term"),
    )
    lists = ("consensus", "topics", "languages", "links")
    shown: dict[str, Any] = {name: said[name] for name in names}
    shown |= {name: tuple(said[name]) for name in lists}
    host = sight.name(said["host"])
    return NetworkView(id=to_text(pact.network), host=host, mandate=said["mandate"], **shown)
