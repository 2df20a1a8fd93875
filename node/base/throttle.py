"""Work that is done at once, or soon where it was just done: one throttle for all of a node.

Commits of what peers send, looks at ties and at whom to dial, rounds, receipts: each has its own
spacing, and what comes meanwhile shares the next one. Nothing is forgotten: what is due is done.
"""

import asyncio
from collections.abc import Callable


class Throttle:
    """Does `work` in the loop, with at least `apart` seconds in between.

    After it, `rest` times as long as it took is left to everything else.
    """

    def __init__(self, work: Callable[[], None], apart: float, rest: float = 0) -> None:
        self.work, self.apart, self.rest = work, apart, rest
        self.ended = float("-inf")
        """When it was done last, by the loop's clock."""
        self._took = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._working = self._closed = False
        self._again: float | None = None

    @property
    def idle(self) -> bool:
        """Nothing is due."""
        return self._timer is None and self._again is None

    def due(self, within: float = 0) -> None:
        """Do it: at once if it may be, else as soon as it may; or `within` so many seconds."""
        if self._closed:
            return
        if self._working:
            self._again = within if self._again is None else min(within, self._again)
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        at = max(now + within, self.ended + max(self.apart, self.rest * self._took))
        if self._timer is not None and self._timer.when() <= at:
            return
        self._forget_timer()
        if at <= now:
            self._do()
        else:
            self._timer = loop.call_at(at, self._do)

    def close(self) -> None:
        """Do it no more."""
        self._closed = True
        self._forget_timer()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _do(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer, self._working, began = None, True, loop.time()
        try:
            self.work()
        finally:
            self.ended, self._working = loop.time(), False
            self._took = self.ended - began
            again, self._again = self._again, None
            if again is not None:
                self.due(again)
