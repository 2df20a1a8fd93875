"""What a kind of record is: its fields, audiences, name, limit and rules (docs/protocol.md §7).

The kinds themselves stand in the file of their noun; `protocol.kinds` lists them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple, Protocol

from protocol.audience import Audience
from protocol.fields import Fields
from protocol.ids import is_name

LIFETIME = 34_560_000
"""400 days, in seconds: what nobody renews for over a year is forgotten (§4.5)."""


class Seq(NamedTuple):
    """Which record of an author is newer (§4.4): compared element by element."""

    link: int
    incarnation: int
    counter: int


class Statement:
    """What a record says, whether it came in the open or sealed.

    `body` is the encoded map (None in a tombstone), `content` the decoded one.
    Made by `verify`, `reread` and `open_sealed` of `protocol.record` only.
    """

    __slots__ = (
        "audience",
        "author",
        "body",
        "content",
        "epoch",
        "expires",
        "issued",
        "kind",
        "name",
        "seq",
    )

    author: bytes
    audience: Audience
    kind: str
    name: str
    seq: Seq
    issued: int
    expires: int
    epoch: bytes | None
    body: bytes | None
    content: dict[str, Any] | None

    @property
    def place(self) -> "Place":
        """Where this stands."""
        return Place(self.author, self.audience, self.kind, self.name)

    def __repr__(self) -> str:
        """Names the kind only: contents and ids may be personal."""
        return f"<{type(self).__name__} {self.kind}>"


class Place(NamedTuple):
    """`(author, audience, kind, name)`: one place, one author (§1)."""

    author: bytes
    audience: Audience
    kind: str
    name: str


class Epoch(Enum):
    """When a kind's records quote an epoch (§6.3)."""

    CONTENT = "to a network: that of the author, nil if the network is the author; else nil"
    ALWAYS = "always: the membership it is about"
    NEVER = "never: what stands whether or not its author is a member"


class Facts(Protocol):
    """What a rule may ask of the other records here; `protocol.control_state` answers."""

    def type_of(self, identity: bytes) -> str | None:
        """`group` or `network`; None if the identity is not known."""

    def confirmed_charter(self, network: bytes) -> bytes | None:
        """Digest of the charter that founders or a majority confirmed last; None if none was."""

    def may_propose(self, network: bytes, identity: bytes) -> bool:
        """Whether it was admitted once, or is named by a roster of a known network (§6.7)."""

    def speaks_for(self, identity: bytes, key: bytes) -> bool | None:
        """Whether `key` is or was an operational key of `identity`; None if it is not known."""


class State(Enum):
    """The part of the control state that reads a kind (§6); see `protocol.control_state`."""

    CHAINS = "identities and the links of their chains"
    ENDPOINTS = "addresses"
    CHARTERS = "what networks agreed on"
    PEERINGS = "who accepts whom"
    MEMBERSHIPS = "the group's half of a membership"
    ADMISSIONS = "the network's half"
    PACTS = "what is agreed for a joint exit"
    DECISIONS = "proposals, votes, and what is attested"


Shape = Callable[[Statement, dict[str, Any]], None]
Rule = Callable[[Statement, Facts], None]


@dataclass(frozen=True)
class Kind:
    """One row of the tables of §7 and §4.8: all that is said about a kind anywhere."""

    name: str
    audiences: frozenset[str]
    fields: Fields
    limit: int
    named: Callable[[Statement], bool]
    state: State | None = None
    """Which part of the control state reads it; None: content, no control record (§6)."""
    order: int | None = None
    """Its place among control records on their way: what others depend on goes first (§8.4)."""
    decision: bool = False
    """Travels among those who decide, whatever the network's node says (§6.5, §8.4)."""
    former: bool = False
    """Former co-members still say it to each other (§6.5)."""
    confirmed: bool = True
    """Receipts say that its tombstones are carried out (§6.8); never for control records."""
    receipt: bool = False
    """Confirms that something is deleted (§6.4, §6.8)."""
    renewed: int | None = None
    """Seconds that one issue stands; its author's node issues it again. None: it runs out."""
    whom: str = ""
    """Of a tie the field that names its other side."""
    moves: bool = False
    """Goes along into the network that a joint exit founds (§6.6)."""
    inherited: bool = False
    """Of a network: who takes it over by the members' decision writes it anew (§6.7)."""
    listed: bool = False
    """Stands in the directory."""
    erasable: bool = True
    """Runs out, and can be taken back; what can't stands for ever (§4.5)."""
    one_recipient: bool = False
    inner: bool = True
    """May stand inside a sealed record."""
    closed: bool = False
    """Stands inside a closed record, and nowhere else."""
    revised: bool = False
    """Other content is issued a second later at least: calendars show `issued` as the revision."""
    epoch: Epoch = Epoch.CONTENT
    shape: Shape | None = None
    """Checked on the statement alone; raises `Malformed`. Not called for tombstones."""
    rule: Rule | None = None
    """Checked against the ties; raises `Refused` or `Missing`. Called for tombstones too."""

    @property
    def control(self) -> bool:
        """Valid whether or not its author is a member (§6.3)."""
        return self.state is not None

    @property
    def half(self) -> bool:
        """One of the two halves of a membership (§6.2)."""
        return self.state in (State.MEMBERSHIPS, State.ADMISSIONS)

    @property
    def runs_out(self) -> bool:
        """Content that somebody writes, and that no node renews."""
        return self.by_people and self.renewed is None

    @property
    def by_people(self) -> bool:
        """Content that somebody writes, not what nodes write by themselves, or wrap others in."""
        wraps = not self.inner and "direct" in self.audiences
        return not (wraps or self.control or self.receipt)


def unnamed(statement: Statement) -> bool:
    """The name is empty: one per author and audience."""
    return statement.name == ""


def freely_named(statement: Statement) -> bool:
    """Any name of 1 to 64 characters."""
    return statement.name != ""


def named_by_bytes(size: int) -> Callable[[Statement], bool]:
    """The name is the text of so many bytes.

    Where there is a body the kind's `shape` compares the name with it; a tombstone has only this.
    """

    def named(statement: Statement) -> bool:
        return statement.body is not None or is_name(statement.name, size)

    return named
