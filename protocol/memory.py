"""What a node said and holds itself (docs/protocol.md §6.10, 9): no record of others changes it."""

from dataclasses import dataclass, field


@dataclass
class Memory:
    """Of one node, all its groups together."""

    held: dict[bytes, bytes] = field(default_factory=dict)
    """Network → the decision that is never given up; link 0 where there is none."""
    stated: dict[bytes, bytes] = field(default_factory=dict)
    """Network → the decision that its groups attest."""
    votes: set[tuple[bytes, bytes]] = field(default_factory=set)
    """Who of them voted for which link."""
    signed: set[tuple[bytes, bytes]] = field(default_factory=set)
    """Who of them signed which pact."""
    acted: set[tuple[bytes, bytes, bytes]] = field(default_factory=set)
    """Pact, signer, key: on whose signatures this node left one network for another."""
