"""From COMMIT to the sessions: what was stored, by whomever, is passed on a moment later.

Rules:

1. Whoever commits need not know of it: the core says so (`Core.on_commit`).
2. It is passed on when those who wait for this commit have gone on: a link whose records were
   stored has told its session, which then does not offer to its peer what came from there.
3. A command that has its turn waits until it is passed on (`node.base.turns`).
4. Where it can't be read, nothing is lost: it is tried again.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable

from node.base.errors import Problem
from node.base.logs import event
from node.store import troubles
from node.store.core import Core

log = logging.getLogger(__name__)

AGAIN_SECONDS = 5.0
"""After the store could not be read."""


class AfterCommit:
    """Calls `pass_on` in the loop in which it was begun."""

    def __init__(self, core: Core, pass_on: Callable[[], None]) -> None:
        self.core, self._pass_on = core, pass_on
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waits = self._closed = False
        self._failed = True  # perhaps in an earlier life
        self._timer: asyncio.TimerHandle | None = None

    @property
    def idle(self) -> bool:
        """Everything that was committed was passed on."""
        return not self._waits and self._timer is None

    def begin(self) -> None:
        """Hear of each commit from now on. In the loop."""
        self._loop = asyncio.get_running_loop()
        self.core.on_commit = self._committed

    def close(self) -> None:
        """Pass on nothing any more."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()

    def _committed(self) -> None:
        if self._loop is None or self._closed or self._waits:
            return
        self._waits = True
        if asyncio._get_running_loop() is self._loop:
            self._loop.call_soon(self._soon)
        else:  # by a thread that has its turn
            self._loop.call_soon_threadsafe(self._soon)

    def _soon(self) -> None:
        asyncio.get_running_loop().call_soon(self.now)  # behind all whose commit this was

    def now(self) -> None:
        """Pass on what was committed."""
        if self._closed:
            return
        self._waits = False
        try:
            self._pass_on()
        except (Problem, sqlite3.Error) as error:
            code = error.code if isinstance(error, Problem) else type(error).__name__
            event(log, "store-unreadable", code=code)
            troubles.note(self.core, "store", error)
            self._failed = True
            if self._loop is not None and self._timer is None:
                self._timer = self._loop.call_later(AGAIN_SECONDS, self._try_again)
        else:
            if self._failed:
                troubles.over(self.core, "store")
            self._failed = False

    def _try_again(self) -> None:
        self._timer = None
        self.now()
