"""How fast rounds may follow each other, and how long a peer may owe something (§8.6)."""

from sync.errors import SessionError

ROUNDS_AT_ONCE = 30
SPAN_SECONDS = 10
"""Rounds allowed in `SPAN_SECONDS`: each looks at every header that concerns the peer. People
who wait for an answer notice ten seconds at most, and only after thirty changes of ties."""

STALL_SECONDS = 120
"""The largest window takes ten seconds to store on a small machine."""


class Pace:
    """Counts rounds in a span of time, and remembers when the peer last did something."""

    def __init__(self) -> None:
        self._since = self._heard = self._rounds = 0

    def allows(self, now: int) -> bool:
        """Whether this side may begin a round now; counted if so."""
        return self._count(now) <= ROUNDS_AT_ONCE

    def check(self, now: int) -> None:
        """The other side began a round. Two of its spans may touch one of ours."""
        if self._count(now) > 2 * ROUNDS_AT_ONCE:
            raise SessionError("bounds")

    def _count(self, now: int) -> int:
        if not 0 <= now - self._since < SPAN_SECONDS:  # also after a clock was set back
            self._since, self._rounds = now, 0
        self._rounds += 1
        return self._rounds

    def heard(self, now: int) -> None:
        """The other side sent something, or owes nothing."""
        self._heard = now

    def stalled(self, waits: bool, now: int) -> bool:
        """Whether the other side has owed something for too long."""
        if not waits or now < self._heard:
            self.heard(now)
        return now - self._heard > STALL_SECONDS
