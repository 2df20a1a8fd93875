"""What pages and the command line show: plain values, made from the store.

Ids are texts (docs/protocol.md §1), times are seconds UTC unless a field says otherwise. An
optional field is None when its author did not say it.
"""

from dataclasses import dataclass
from enum import Enum


class Viewer(Enum):
    """Who looks: anybody from outside sees what is public; whoever runs the node sees all."""

    OUTSIDE = "outside"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Name:
    """An identity as shown: its name if known here, and its id."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class TroubleView:
    """What fails in the background (`node.store.troubles.WHATS`); why; when last tried."""

    what: str
    why: str
    at: int


@dataclass(frozen=True, slots=True)
class ContradictionView:
    """Who wrote two different things under one number (protocol.md §4.4); `ours`: held here."""

    who: Name
    ours: bool
    kinds: tuple[str, ...]
    times: int
    last: int


@dataclass(frozen=True, slots=True)
class RunOutView:
    """Something of one's own whose time ran out; it is renewed by itself, or by editing it."""

    kind: str
    """group, network, endpoint, membership, admission, peering."""
    who: Name
    """Whose it is; of a membership or a peering, with whom."""
    since: int


@dataclass(frozen=True, slots=True)
class ClockView:
    """That the machine's clock is in doubt, or was until lately."""

    trouble: str
    """ahead, behind, unset; `partners`: others agree on another time; `unsure`: nobody vouched for
    what it has shown for weeks; or `mended`: right again, and something was issued again for it."""
    shown: int
    """What the clock shows."""
    expected: int
    """The time that is known to have come; with `partners`, what these say."""
    records: int = 0
    """How many things that bore a wrong time were issued again."""
    left: int = 0
    """How many could not be: by the right time they are not allowed, and nobody else sees them."""
    others: int = 0
    """How many partners' machines agree on something else than the clock …"""
    said: int = 0
    """… and on what."""
