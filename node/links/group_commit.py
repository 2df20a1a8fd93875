"""One COMMIT for what several peers sent at the same time.

A commit waits for the disk, whatever is in it. Where ten peers push a record each within some
milliseconds, ten commits would cost more than all the rest. So what arrives while one is under
way, or just after it, shares the next one. What comes alone is stored at once. If it can't be
stored together, each is tried by itself: what one peer sends fails nobody else.
"""

import asyncio
from typing import NamedTuple

from node.base.throttle import Throttle
from node.records.intake import Batch
from node.records.transaction import Codes, take_all
from node.store.core import Core

APART = 0.005
"""Seconds between two commits of what peers send: a tenth of what a person would notice."""

RECORDS = 1_000
"""In one commit, at least one batch: a reader of a page waits no longer than for that."""


class Arrival(NamedTuple):
    """Records of one peer, the identities it proved, and the future that gets the outcome."""

    batch: Batch
    proven: frozenset[bytes]
    outcome: asyncio.Future[Codes]


class GroupCommit:
    """Stores what arrives."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._waiting: list[Arrival] = []
        self.commits = Throttle(self._commit, APART)

    async def take_in(self, batch: Batch, proven: frozenset[bytes]) -> Codes:
        """Store, together with what others sent; `Problem` if nothing can be stored."""
        outcome: asyncio.Future[Codes] = asyncio.get_running_loop().create_future()
        self._waiting.append(Arrival(batch, proven, outcome))
        self.commits.due()
        return await outcome

    def _commit(self) -> None:
        arrivals = self._next()
        if not self._take(arrivals) and len(arrivals) > 1:
            for one in arrivals:
                self._take([one])
        if self._waiting:
            self.commits.due()

    def _take(self, arrivals: list[Arrival]) -> bool:
        """Whether all could be stored; one alone learns why not."""
        try:
            found = take_all(self._core, [(one.batch, one.proven) for one in arrivals])
        except Exception as error:  # noqa: BLE001 - whoever waits must learn of it
            if len(arrivals) == 1 and not arrivals[0].outcome.done():
                arrivals[0].outcome.set_exception(error)
            return False
        for one, codes in zip(arrivals, found, strict=True):
            if not one.outcome.done():  # its link was cut meanwhile
                one.outcome.set_result(codes)
        return True

    def _next(self) -> list[Arrival]:
        count, size = 0, 0
        while count < len(self._waiting) and (not count or size < RECORDS):
            size += len(self._waiting[count].batch)
            count += 1
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken
