"""Records that one side did not take from the other (docs/protocol.md §8.4, §8.6).

Rules:

1. What the other side refused is not offered again in the session, or, if other control records
   could make it acceptable, not before the next round.
2. Only what no honest node would hold counts as a fault; two nodes that know different ties, have
   clocks that differ or are of different versions refuse each other's records in good faith. That
   is bounded too, because it costs work.
"""

from collections.abc import Iterable

from sync.errors import SessionError

FAULTS = frozenset({"malformed", "bad-signature", "wrong-author", "against-the-rules"})
"""An honest node made the same checks before it stored the record."""

TIES = frozenset({"unknown-key", "unknown-tie", "not-for-you", "not-a-member"})
"""May change with control records."""

LATER = TIES | {"future", "over-limit"}
"""May change at all."""

FAULTS_IN_SESSION = 1_000
"""A peer that sends rubbish is not worth the work."""

REFUSALS_IN_SESSION = 100_000
"""The largest store, refused once; 10 MB where it is remembered."""


class Refusals:
    """In both directions."""

    def __init__(self) -> None:
        self._theirs: dict[int, tuple[str, int]] = {}
        self._faults = self._refused = 0
        self.waiting = False
        """Whether a change of ties makes a new round worth while."""

    def __contains__(self, one: int) -> bool:
        return one in self._theirs

    def count(self, codes: Iterable[str]) -> None:
        """This side refused records; `SessionError` if that was too often."""
        for code in codes:
            self._refused += 1
            self._faults += code in FAULTS
            self.waiting |= code in TIES
        if self._faults > FAULTS_IN_SESSION or self._refused > REFUSALS_IN_SESSION:
            raise SessionError("bounds")

    def refs(self) -> list[int]:
        """Where the store has what the other side refused."""
        return [ref for _code, ref in self._theirs.values()]

    def add(self, one: int, code: str, ref: int) -> None:
        """The other side refused the record with this tag."""
        if len(self._theirs) >= REFUSALS_IN_SESSION:
            raise SessionError("bounds")
        self._theirs[one] = code, ref
        self.waiting |= code in TIES

    def new_round(self) -> None:
        """Offer again what may have become acceptable."""
        self._theirs = {one: found for one, found in self._theirs.items() if found[0] not in LATER}
        self.waiting = False
