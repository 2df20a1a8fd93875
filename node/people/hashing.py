"""Hashing passwords beside the loop: pages and peers go on meanwhile.

Each hash takes 19 MiB and a sixth of a second on a small computer. So `AT_ONCE` are made at a time,
in threads; `WAITING` more may wait, and whoever comes then is told to try again.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from crypto.passwords import NOBODY, fits, hash_password

T = TypeVar("T")

AT_ONCE = 2
"""Nearly all small computers have two processors or more; memory for two is 38 MiB."""

WAITING = 60
"""At six a second on a small computer the last one waits for ten seconds."""


class BusyError(Exception):
    """So many wait already that one more would wait for too long."""


class Hashing:
    """The hashing of one node."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._here = 0

    async def make(self, password: str) -> str:
        """What is kept of a password; `BusyError` if too many wait."""
        return await self._run(hash_password, password)

    async def fits(self, hash_: str | None, password: str) -> bool:
        """Whether it is the one that was hashed; None takes as long and fits nothing."""
        return await self._run(fits, hash_ or NOBODY, password)

    async def _run(self, function: Callable[..., T], *args: str) -> T:
        if self._here >= AT_ONCE + WAITING:
            raise BusyError
        self._here += 1
        try:
            async with self._free:
                return await asyncio.to_thread(function, *args)
        finally:
            self._here -= 1
