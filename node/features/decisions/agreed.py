"""What members of networks decide, once key persons agreed on it (`Event.AGREED`).

The particulars, ids and digests in hexadecimal; each may say `as`, the identity of ours that does
it:

* `move` {network, note}: propose that this machine looks after it;
* `amend` {network, fields, with, without, note, charter}: propose a change; `charter` is the digest
  of that which a person read;
* `confirm` {network, author, proposal, link, against, instead}: vote; or {network, decision}: hold
  what was decided without us.

What the members decide about it they decide as ever (docs/protocol.md §6.7).
"""

from collections.abc import Callable, Mapping
from typing import Any

from node.base.errors import Problem
from node.features.decisions.actions import Wish, amend, confirm, move, oppose
from node.features.decisions.holding import confirm_decision
from node.features.networks.actions import require_charter
from node.features.networks.agreed import own_id
from node.features.networks.held import known_decisions
from node.store.core import Core
from protocol.decisions import Proposal

What = Mapping[str, Any]


def carry_out(core: Core, act: str, what: What) -> bool:
    """Do it as the home group, or the identity that is named; whether it was an act of ours."""
    do = _ACTS.get(act)
    if do is None:
        return False
    do(core, what)
    return True


def _move(core: Core, what: What) -> None:
    move(core, own_id(core, what), bytes.fromhex(what["network"]), Wish(note=what.get("note")))


def _amend(core: Core, what: What) -> None:
    network, charter = (bytes.fromhex(what.get(one, "")) for one in ("network", "charter"))
    require_charter(core, network, charter or None)
    without, added = (
        frozenset(map(bytes.fromhex, what.get(one, ()))) for one in ("without", "with")
    )
    wish = Wish(dict(what.get("fields", {})), without, added, what.get("note"))
    amend(core, own_id(core, what), network, wish)


def _confirm(core: Core, what: What) -> None:
    network = bytes.fromhex(what["network"])
    if what.get("decision"):
        decision = bytes.fromhex(what["decision"])
        if decision not in known_decisions(core, network):
            raise Problem("decision-gone")
        confirm_decision(core, network, decision)
        return
    proposal = proposal_of(core, network, what)
    if what.get("against"):
        oppose(core, own_id(core, what), proposal)
    else:
        confirm(core, own_id(core, what), proposal, instead=bool(what.get("instead")))


def proposal_of(core: Core, network: bytes, what: What) -> Proposal:
    """The very proposal that was read; `Problem` if it is there no more, or another one."""
    known = core.ties.decisions.proposals.get(network, {})
    found = known.get((bytes.fromhex(what["author"]), what["proposal"]))
    if found is None or found.link.digest.hex() != what["link"]:
        raise Problem("no-such-proposal", text=what["proposal"])
    return found


_ACTS: dict[str, Callable[[Core, What], None]] = {
    "move": _move,
    "amend": _amend,
    "confirm": _confirm,
}
