"""When the sessions of a node look at its ties anew: at once, but not for every record of a burst.

To look costs milliseconds for each session, a round costs more, on both sides. Where dozens of ties
change within a second, as when a network is founded by ten groups, one look does for several
changes and one round for all: what is new is pushed to every session in between. Looks take a third
of the time at most, however many sessions there are and however often a peer changes its ties. What
ends a tie cuts at once all the same (`node.links.link`).
"""

import asyncio
from collections.abc import Callable, Sequence

from sync.shelf import Header

LOOK_APART = 0.05
"""Seconds between two looks. Nobody notices; whoever gets forty records in a row does."""

REST = 2
"""After a look, so many times as long as it took is left to everything else."""

ROUNDS_APART = 0.3
"""Seconds between two beginnings of rounds, for what no push can know of."""

Look = Callable[[Sequence[Header], bool], None]


class Debounce:
    """Calls `look(records, begin)` at once or soon, and `begin()` where a round was put off."""

    def __init__(self, look: Look, begin: Callable[[], None]) -> None:
        self._look, self._begin = look, begin
        self._records: list[Header] = []
        self.looked = self._began = float("-inf")
        """When the last look began, by the loop's clock."""
        self._took = 0.0
        self._looking: asyncio.TimerHandle | None = None
        self._beginning: asyncio.TimerHandle | None = None

    def happened(self, records: Sequence[Header]) -> None:
        """Control records were committed."""
        self._records += records
        if self._looking is not None:
            return
        loop = asyncio.get_running_loop()
        wait = self.looked + max(LOOK_APART, (1 + REST) * self._took) - loop.time()
        if wait <= 0:
            self._look_now()
        else:
            self._looking = loop.call_later(wait, self._look_now)

    @property
    def idle(self) -> bool:
        """Nothing waits to be looked at."""
        return self._looking is None and self._beginning is None

    def close(self) -> None:
        """Look no more."""
        for timer in (self._looking, self._beginning):
            if timer is not None:
                timer.cancel()

    def _look_now(self) -> None:
        loop = asyncio.get_running_loop()
        self._looking, self.looked = None, loop.time()
        records, self._records = self._records, []
        wait = self._began + ROUNDS_APART - loop.time()
        if wait <= 0:
            self._began = loop.time()
        elif self._beginning is None:
            self._beginning = loop.call_later(wait, self._begin_now)
        self._look(records, wait <= 0)
        self._took = loop.time() - self.looked

    def _begin_now(self) -> None:
        self._beginning, self._began = None, asyncio.get_running_loop().time()
        self._begin()
