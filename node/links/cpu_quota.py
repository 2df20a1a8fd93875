"""How much of this machine's time one peer may take by asking (docs/protocol.md §8.6).

The bounds of a session keep one frame from costing much; a peer that goes on and on, in one session
or in a hundred, each with a new key, would still keep this machine busy with a few bytes a second.

Rules:

1. What counts is the processor time for what a peer asks (rounds, announcements, lists), for its
   handshakes, and for records that bring nothing: refused ones, known ones, chains of strangers,
   and what replaces what stands. Not for what is new, nor for what it gets: a first exchange may be
   large.
2. `BURST` seconds are free; whoever takes more is read more slowly, so that it takes `SHARE` of the
   time. Nothing is lost by that: what it sends waits.
3. Peers have separate accounts, kept over sessions. An honest one never notices.
"""

import time
from collections.abc import Callable

SHARE = 0.2
"""Of one processor, for each peer, in the long run."""

BURST = 5.0
"""Seconds of processor time: to compare a store of 100,000 a dozen times, on a small machine."""

LONGEST_PAUSE = 10.0
"""At a time, in seconds. The rest stays on the account."""

REMEMBERED = 1_024
"""Accounts: four for each session. A forgotten one begins anew."""


class CpuQuota:
    """The accounts of one node. `cpu`: processor seconds of this thread."""

    def __init__(self, cpu: Callable[[], float] = time.thread_time) -> None:
        self.cpu = cpu
        self.accounts: dict[bytes, tuple[float, float]] = {}
        """By peer: the seconds that it owes, and since when."""

    def owes(self, peer: bytes, now: float) -> bool:
        """Whether a peer took more than is free."""
        owed, since = self.accounts.get(peer, (0.0, now))
        return owed - SHARE * max(now - since, 0.0) > BURST

    def charge(self, peer: bytes, seconds: float, now: float) -> float:
        """Note that `seconds` were spent for `peer` at the time `now`; gives what it owes."""
        owed, since = self.accounts.pop(peer, (0.0, now))
        owed = max(owed - SHARE * max(now - since, 0.0), 0.0) + seconds
        self.accounts[peer] = owed, now
        while len(self.accounts) > REMEMBERED:
            del self.accounts[next(iter(self.accounts))]
        return owed

    def pause(self, peer: bytes, seconds: float, now: float) -> float:
        """How long not to read from `peer`, for whom `seconds` were spent at the time `now`."""
        owed = self.charge(peer, seconds, now)
        return min(max(owed - BURST, 0.0) / SHARE, LONGEST_PAUSE)
