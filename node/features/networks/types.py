"""What pages and the command line show of a network, its members and their proposals."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.lookup.types import Name


@dataclass(frozen=True, slots=True)
class MemberView:
    """How an identity stands to a network: a `Standing` of protocol.control_state, as text."""

    who: Name
    standing: str
    since: int | None = None
    reason: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A field of the charter as it is and as it shall be; nothing where it is empty."""

    field: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """What members propose. `state` is one of protocol.tally, as text."""

    id: str
    who: Name
    issued: int
    until: int
    state: str
    moves: bool
    """Whether another node is to look after the network; `host` is that one's group."""
    host: Name
    mandate: int
    changes: tuple[ChangeView, ...]
    added: tuple[Name, ...]
    """Members who would be confirmed from now on; `removed`: who would not be any more."""
    removed: tuple[Name, ...]
    confirmed: tuple[Name, ...]
    """Who voted for it; `against`: who voted against it."""
    against: tuple[Name, ...]
    voters: int
    needed: int
    ours: bool
    """Whether this node's group may vote and did not yet."""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What was decided: its letters, who decides from then on, who stands by it."""

    letters: str
    deciders: tuple[Name, ...]
    attested: tuple[Name, ...]
    asked: bool
    """Whether it is time for a person to confirm it."""


@dataclass(frozen=True, slots=True)
class NetworkView:
    """A network's charter, and its members where the viewer may see them."""

    id: str
    name: str
    purpose: str | None
    motto: str | None
    orientation: str | None
    consensus: tuple[str, ...]
    topics: tuple[str, ...]
    region: str | None
    languages: tuple[str, ...]
    admission: str
    majority: str
    """The share that a change of the charter takes, `2/3`; of what `counted` says."""
    counted: str
    term: str
    host: Name | None
    """Who looks after it; None where this viewer may not know."""
    mandate: int
    links: tuple[str, ...]
    mandate_long: bool = False
    """Whether the mandate lasts longer than a term from now: a wrong clock dated it (§4.5)."""
    standing: str | None = None
    """How this node's group stands to it; None outside."""
    held_here: bool = False
    held_before: bool = False
    """Was looked after from this node, until its members moved it."""
    shown: bool | None = None
    """Whether this node's group says that it may be named as a member; None outside, or no tie."""
    named: tuple[Name, ...] | None = None
    """Members that everybody may be told of; None where it is not said who they are."""
    more: int = 0
    """How many members there are besides `named`."""
    members: tuple[MemberView, ...] | None = None
    unconfirmed: Sequence[Name] = ()
    """Members who are not on the roster that decides."""
    proposals: tuple[ProposalView, ...] = ()
    """Those that are open."""
    alone: Name | None = None
    """Who alone decides, as far as this node holds anything; None if several do."""
    checkpoint: str | None = None
    """Letters of the decision that is held here, to be compared; None before there is one."""
    to_tell: str | None = None
    """The same for who applies: the last decision that counts, if it is held here."""
    to_confirm: tuple[DecisionView, ...] = ()
    """What was decided and waits for a person here: one, or several that contradict each other."""
    waits: bool = False
    """What is held here did not come yet: nothing counts until it does."""
    others: int = 0
    """How many other decisions were shown that contradict what is held; they don't count."""


@dataclass(frozen=True, slots=True)
class DepartureView:
    """A network that was left: who confirmed the deletion, and who did not yet."""

    network: Name
    left: int
    confirmed: tuple[Name, ...]
    missing: tuple[Name, ...]
