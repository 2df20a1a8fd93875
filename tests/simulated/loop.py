"""An event loop whose time is not the machine's: where nothing is ready it jumps to what is next.

No socket is ever waited for, and no thread: whatever would make the order of events depend on the
machine has no place here.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any


class StuckError(RuntimeError):
    """Nothing will ever happen any more, and somebody still waits."""


class _Jump(selectors.SelectSelector):
    """Passes the time in no time."""

    loop: "VirtualLoop"

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise StuckError
        if timeout > 0:
            self.loop.passed += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """`passed` are the seconds since it began."""

    def __init__(self) -> None:
        self.passed = 0.0
        selector = _Jump()
        selector.loop = self
        super().__init__(selector)
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return self.passed

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Until `work` is done, and everything it began is over."""
        asyncio.set_event_loop(self)
        try:
            return self.run_until_complete(work)
        finally:
            left = asyncio.all_tasks(self)
            for task in left:
                task.cancel()
            if left:
                self.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            asyncio.set_event_loop(None)
            self.close()
