"""The node's store as a session sees it: headers first, envelopes only when they are sent.

A session never holds more of a record than its tag and its `ref`; sets are kept for all sessions
together (`sync.catalogue`), and envelopes are loaded when the window opens.
"""

from collections.abc import Sequence
from typing import Protocol

from protocol.control_state import Ties
from sync.catalogue import Catalogue
from sync.header import Header
from sync.index import Kept

__all__ = ["Header", "Shelf"]


class Shelf(Protocol):
    """The node's records, as one session reads them. Only what counts at its place (§4.4)."""

    @property
    def ties(self) -> Ties:
        """The control state; may change between two calls of a session's methods."""

    @property
    def own(self) -> frozenset[bytes]:
        """The identities of this node."""

    def catalogue(self, now: int) -> Catalogue:
        """All that this node has and that has not expired, up to date."""

    def kept(self, peer: bytes) -> Kept:
        """Salt and index of the node with this home id, kept between sessions; made if need be."""

    def envelopes(self, refs: Sequence[int]) -> Sequence[bytes | None]:
        """One for each ref, None where it is gone. No ref ever stands for another record."""
