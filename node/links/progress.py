"""How far a large transfer is, for people: the pages and `verbund status` read what stands here.

A first exchange with a large network takes seconds to minutes. How many records of how many came is
written down once a second, so that other processes see it too; what takes no time is not mentioned.
It is a note and no state: nothing depends on it, and if it can't be written nothing is lost.
"""

from node.base.errors import Problem
from node.store.core import Core

ARRIVING = "arriving"
"""A setting: id of a peer in hex → [records taken in, records asked for, when that was written]."""

MENTIONED = 1_000
"""Records: fewer are here before anybody looks."""

APART = 1.0
"""Seconds between two notes: each is a commit of its own."""


class TransferProgress:
    """Records expected and received, by linked peer."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._peers: dict[bytes, tuple[int, int]] = {}
        self._noted: set[bytes] = set()
        self._next = float("-inf")

    def expect(self, peer: bytes, count: int) -> None:
        """Count records that were asked for."""
        taken, of = self._peers.get(peer, (0, 0))
        self._peers[peer] = taken, of + count

    def took(self, peer: bytes, count: int, at: float) -> None:
        """Count records that came in; `at` is the time of a steady clock."""
        if peer not in self._peers:
            return
        taken, of = self._peers[peer]
        taken += count
        if taken >= of:
            self.over(peer)
            return
        self._peers[peer] = taken, of
        if of >= MENTIONED and at >= self._next:
            self._next = at + APART
            self._noted.add(peer)
            self._write()

    def over(self, peer: bytes) -> None:
        """Everything came, or the link broke; what is missing is asked for in the next session."""
        self._peers.pop(peer, None)
        if peer in self._noted:
            self._noted.discard(peer)
            self._write()

    def _write(self) -> None:
        core = self._core
        now = core.clock()
        note = {peer.hex(): [*self._peers[peer], now] for peer in sorted(self._noted)}
        try:
            with core.transaction():
                core.settings.set(ARRIVING, note or None)
        except Problem:  # the disk is full, or somebody else writes: it is only a note
            self._next = float("inf")
