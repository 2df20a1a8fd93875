"""What a session needs of the node's store: headers first, envelopes only when they are sent.

A session never holds more of a record than its short id and its `ref`; headers pass by once, when
a set is built, and envelopes are loaded when the window opens.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from protocol.audience import Audience
from protocol.ties import Ties

SEALED = Audience("direct")
"""Stands for all records that are sealed, whoever they are for."""


class Header(NamedTuple):
    """What the gate looks at, the record's id, and where the store finds its envelope."""

    author: bytes
    audience: Audience
    kind: str
    name: str
    epoch: bytes | None
    expires: int
    id: bytes
    ref: int


class Shelf(Protocol):
    """The node's records, as one session reads them. Only what counts at its place (§4.4)."""

    @property
    def ties(self) -> Ties:
        """The control state; may change between two calls of a session's methods."""

    @property
    def own(self) -> frozenset[bytes]:
        """The identities of this node."""

    def control(self, now: int) -> Iterable[Header]:
        """All control records that travel in the open (not sealed), tombstones too."""

    def content(self, audience: Audience, now: int) -> Iterable[Header]:
        """The other records to `audience` (public or a network), or all sealed ones (`SEALED`)."""

    def envelopes(self, refs: Sequence[int]) -> Sequence[bytes | None]:
        """One for each ref, None where it is gone. A ref may by now stand for a newer record."""
