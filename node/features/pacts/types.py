"""What pages and the command line show of a pact."""

from dataclasses import dataclass

from node.features.networks.types import NetworkView
from node.lookup.types import Name


@dataclass(frozen=True, slots=True)
class SignerView:
    """One of those asked to sign a pact."""

    who: Name
    signed: bool
    reached: str | None = None
    """`yes`: it has the pact; `file`: a bundle for it was written, and nothing came back yet;
    `carried`: somebody who passes it on has it; `waiting`: none of these yet; `no-way`: nothing
    that is written here can reach it; None for one's own, and where nothing of ours is to reach
    anybody."""
    how: str | None = None
    """How it is known to have it: `link`, `answer` (a bundle of its own), `signature`."""
    at: int | None = None
    """When it was handed over, or the bundle for it written."""


@dataclass(frozen=True, slots=True)
class PactView:
    """A pact. `state` is open, over, agreed, late, declined or done (node.features.pacts.views)."""

    id: str
    name: str
    """What the new network is to be called."""
    state: str
    proposer: Name
    signers: tuple[SignerView, ...]
    signed: int
    quorum: int
    proposed: int
    until: int
    leaves: Name | None
    carriers: tuple[Name, ...]
    note: str | None
    asked: bool
    """This node's group is among those asked."""
    signed_here: bool
    network: str
    charter: NetworkView
    misdated: bool = False
    """Proposed here by a clock that was ahead: nobody else takes it (§4.5)."""
    set_aside: bool = False
    """Our group said here that it does not go along; nobody else is told, and it may yet sign."""

    @property
    def waits(self) -> bool:
        """Whether this node's group is to sign it, or to decide on it."""
        return self.state == "late" or (
            self.state == "open" and self.asked and not self.signed_here and not self.set_aside
        )
