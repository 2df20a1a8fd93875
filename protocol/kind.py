"""What a kind of record is: its fields, audiences, name, limit and rules (docs/protocol.md §7).

The kinds themselves stand in the file of their noun; `protocol.kinds` lists them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from protocol.audience import Audience
from protocol.fields import Fields
from protocol.ids import is_name

if TYPE_CHECKING:
    from protocol.ties import Ties


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


Shape = Callable[[Statement, dict[str, Any]], None]
Rule = Callable[[Statement, "Ties"], None]


@dataclass(frozen=True)
class Kind:
    """One row of the tables of §7 and §4.8."""

    name: str
    audiences: frozenset[str]
    fields: Fields
    limit: int
    named: Callable[[Statement], bool]
    control: bool = False
    erasable: bool = True
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
