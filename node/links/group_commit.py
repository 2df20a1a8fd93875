"""One COMMIT for what several peers sent at the same time.

A commit waits for the disk, whatever is in it. Where ten peers push a record each within some
milliseconds, ten commits would cost more than all the rest. So what arrives while one is under
way, or just after it, shares the next one. What comes alone is stored at once. If it can't be
stored together, each is tried by itself: what one peer sends fails nobody else.
"""

import asyncio
from typing import NamedTuple

from node.base.throttle import Throttle
from node.base.tuning import give_back
from node.records.intake import Batch
from node.records.transaction import Brought, Taken, take_all
from node.store.core import Core
from protocol.record import Record

APART = 0.005
"""Seconds between two commits of what peers send: a tenth of what a person would notice."""

RECORDS = 1_000
"""In one commit, at least one batch: a reader of a page waits no longer than for that."""


SHRINK_BYTES = 2**19
"""What was sent fills as much memory with pages, and more; to read again takes some ms."""


class Arrival(NamedTuple):
    """What one peer brought, and the future that gets the outcome."""

    brought: Brought
    outcome: asyncio.Future[Taken]


class GroupCommit:
    """Stores what arrives."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._waiting: list[Arrival] = []
        self.commits = Throttle(self._commit, APART)
        self._written = 0
        """Bytes of envelopes, since pages were let go."""

    async def take_in(
        self, batch: Batch, proven: frozenset[bytes], introducer: bytes | None = None
    ) -> Taken:
        """Store, together with what others sent; `Problem` if nothing can be stored."""
        outcome: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self._waiting.append(Arrival(Brought(batch, proven, introducer), outcome))
        self.commits.due()
        return await outcome

    def _shrink(self, arrivals: list[Arrival]) -> None:
        """Let go of the database's pages in memory: what was written is not read again soon."""
        batches = (one.brought.batch for one in arrivals)
        self._written += sum(
            len(one.raw) for batch in batches for one in batch if isinstance(one, Record)
        )
        if self._written > SHRINK_BYTES:
            self._written = 0
            self._core.db.shrink()
            give_back()

    def _commit(self) -> None:
        arrivals = self._next()
        if not self._take(arrivals) and len(arrivals) > 1:
            for one in arrivals:
                self._take([one])
        self._shrink(arrivals)
        if self._waiting:
            self.commits.due()

    def _take(self, arrivals: list[Arrival]) -> bool:
        """Whether all could be stored; one alone learns why not."""
        try:
            found = take_all(self._core, [one.brought for one in arrivals])
        except Exception as error:  # noqa: BLE001 - whoever waits must learn of it
            if len(arrivals) == 1 and not arrivals[0].outcome.done():
                arrivals[0].outcome.set_exception(error)
            return False
        for one, taken in zip(arrivals, found, strict=True):
            if not one.outcome.done():  # its link was cut meanwhile
                one.outcome.set_result(taken)
        return True

    def _next(self) -> list[Arrival]:
        count, size = 0, 0
        while count < len(self._waiting) and (not count or size < RECORDS):
            size += len(self._waiting[count].brought.batch)
            count += 1
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken
