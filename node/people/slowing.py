"""Wrong entries – of passwords, of codes – slow, and never lock.

Rules:

1. Counted for what was entered for (an account, a session that types a code) and for all together;
   never for an address: fifteen people sit in one room, behind one router.
2. The first `FREE` wrong ones cost nothing. Each more doubles the wait before the next is looked
   at, up to `LONGEST` seconds; and those for one account are looked at one after the other. What is
   right gets in after that wait: nobody can lock somebody else out by typing nonsense.
3. For one account at most `WAITING` wait. Of more, one by chance is told to come again, so that a
   flood pushes out its own entries, too.
4. A count goes down by one a minute.
5. Who is known – a browser that was signed in before – is counted apart: give it a key of its own,
   and not `ALL`.
"""

import asyncio
import random
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

FREE = 5
"""A slip of the finger, the password of last year, and the phone that begins with a capital."""

FREE_OF_ALL = 60
"""Wrong ones of all together before all strangers wait: fifteen people with four slips each."""

FIRST, LONGEST = 0.5, 10.0
"""Seconds of wait after the first that is too many, and at most: 8,640 guesses a day."""

OF_ALL = 0.2
"""Seconds from one stranger to the next when too many are wrong: for one person nothing, and a
flood keeps one processor busy at most."""

FORGIVEN = 60.0
"""Seconds after which one wrong entry less counts."""

WAITING, WAITING_OF_ALL = 8, 60
"""At once for one account, where a person has one or two; and of all strangers."""

MOST = 2_000
"""Accounts that are counted; of more the one that was entered for longest ago is forgotten."""

ALL = ""
"""The key of all together."""


class TurnedAwayError(Exception):
    """So many wait that this one is to come again in a minute; nothing was looked at."""


@dataclass
class _Count:
    wrong: float = 0.0
    at: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: list[asyncio.Event] = field(default_factory=list)


class Slowing:
    """The counts of one node, in memory: a node that starts again forgives."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def seconds(self, key: str) -> float:
        """How long the next entry for this waits before it is looked at."""
        wrong = self._count(key).wrong
        if key == ALL:
            return OF_ALL if wrong >= FREE_OF_ALL else 0.0
        over = int(wrong) - FREE
        return 0.0 if over < 0 else float(min(FIRST * 2.0 ** min(over, 30), LONGEST))

    def wrong(self, *keys: str) -> None:
        """What was entered was wrong."""
        for key in keys:
            count = self._count(key)
            count.wrong = min(count.wrong + 1, 1_000.0)

    def right(self, key: str) -> None:
        """What was entered was right: the count for this begins anew."""
        self._count(key).wrong = 0.0

    @asynccontextmanager
    async def entering(self, *keys: str) -> AsyncIterator[None]:
        """Wait as long as it takes, and look inside; `TurnedAwayError` if too many wait."""
        async with AsyncExitStack() as turns:
            for key in keys:
                seconds = self.seconds(key)
                if key != ALL or seconds:
                    await turns.enter_async_context(self._turn(key, seconds))
            yield

    @asynccontextmanager
    async def _turn(self, key: str, seconds: float) -> AsyncIterator[None]:
        count, away = self._count(key), asyncio.Event()
        count.waiting.append(away)
        staying = [one for one in count.waiting if not one.is_set()]
        if len(staying) > (WAITING if key else WAITING_OF_ALL):
            random.choice(staying).set()  # noqa: S311 - no secret
        try:
            if not await _unless(away, count.turn.acquire()):
                raise TurnedAwayError
            try:
                if seconds and not await _unless(away, asyncio.sleep(seconds, result=True)):
                    raise TurnedAwayError
                count.waiting.remove(away)
                yield
            finally:
                count.turn.release()
        finally:
            if away in count.waiting:
                count.waiting.remove(away)

    def _count(self, key: str) -> _Count:
        now = self._steady()
        count = self._counts.get(key)
        if count is None:
            count = self._counts[key] = _Count(at=now)
            self._forget()
        self._counts.move_to_end(key)
        gone = int((now - count.at) / FORGIVEN)
        if gone:
            count.wrong, count.at = max(count.wrong - gone, 0.0), count.at + gone * FORGIVEN
        return count

    def _forget(self) -> None:
        for key in list(self._counts)[: max(len(self._counts) - MOST, 0)]:
            if not self._counts[key].waiting:
                del self._counts[key]


async def _unless(away: asyncio.Event, other: Coroutine[Any, Any, Any]) -> bool:
    """Wait for something; False if `away` came before."""
    wanted, told = asyncio.ensure_future(other), asyncio.ensure_future(away.wait())
    try:
        await asyncio.wait([wanted, told], return_when=asyncio.FIRST_COMPLETED)
        return wanted.done()
    finally:
        told.cancel()
        wanted.cancel()
