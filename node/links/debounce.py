"""When the sessions of a node look at its ties anew: at once, but not for every record of a burst.

To look costs milliseconds for each session, a round costs more, on both sides. Where dozens of ties
change within a second, as when a network is founded by ten groups, one look does for several
changes and one round for all: what is new is pushed to every session in between. Looks take a third
of the time at most, however many sessions there are and however often a peer changes its ties. What
ends a tie cuts at once all the same (`node.links.link`).
"""

from collections.abc import Callable, Sequence

from node.base.throttle import Throttle
from sync.shelf import Header

LOOK_APART = 0.05
"""Seconds between two looks. Nobody notices; whoever gets forty records in a row does."""

REST = 2
"""After a look, so many times as long as it took is left to everything else."""

ROUNDS_APART = 0.3
"""Seconds between two beginnings of rounds, for what no push can know of."""


class Debounce:
    """Calls `look(records)` at once or soon, and then `begin()` at once or a little later."""

    def __init__(self, look: Callable[[Sequence[Header]], None], begin: Callable[[], None]) -> None:
        self._look = look
        self._records: list[Header] = []
        self.looks = Throttle(self._look_now, LOOK_APART, REST)
        self._rounds = Throttle(begin, ROUNDS_APART)

    def happened(self, records: Sequence[Header]) -> None:
        """Control records were committed."""
        self._records += records
        self.looks.due()

    @property
    def idle(self) -> bool:
        """Nothing waits to be looked at."""
        return self.looks.idle and self._rounds.idle

    def close(self) -> None:
        """Look no more."""
        self.looks.close()
        self._rounds.close()

    def _look_now(self) -> None:
        records, self._records = self._records, []
        self._look(records)
        self._rounds.due()
