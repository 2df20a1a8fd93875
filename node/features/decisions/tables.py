"""For which link this node voted: what was signed once is not signed otherwise by mistake."""

from typing import Any

from node.store.core import Core
from protocol.decisions import Proposal
from protocol.ids import to_text


def voted(core: Core, own: bytes, proposal: Proposal) -> dict[str, Any] | None:
    """The `link` that `own` voted for in the place of the proposed one, and whether it `moves`."""
    found: dict[str, Any] | None = core.settings.get(_key(own, proposal))
    return found


def note_vote(core: Core, own: bytes, proposal: Proposal, moves: bool) -> None:
    """`own` votes for a proposal, which moves the network's keys or not. Inside a transaction."""
    kept = {"link": proposal.link.digest.hex(), "moves": moves}
    core.settings.set(_key(own, proposal), kept)


def _key(own: bytes, proposal: Proposal) -> str:
    return f"voted/{to_text(proposal.network)}/{to_text(own)}/{proposal.link.number}"
