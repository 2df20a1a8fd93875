"""How long a serving process does nothing else: the time between two looks of its loop.

One iteration of the loop is a *block*: nobody else is served meanwhile. A thread that has its turn
(`node.base.turns`) makes the loop stand still: that is a block, too. What counts is processor time,
of the thread that works, because other processes may have the core meanwhile; wall time is noted
beside it. Beside each long block stands where it was most often when somebody looked, every 5 ms.
"""

import selectors
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NamedTuple

from node.base.turns import Turn

KEPT = 10
LOOK_SECONDS = 0.005
LONG_SECONDS = 0.02
DEEP = 7
"""Functions that are named of a block."""


class Block(NamedTuple):
    """Milliseconds of processor and wall time, and where it was."""

    cpu: float
    wall: float
    where: str


class Blocks:
    """The longest ones, by phase."""

    def __init__(self) -> None:
        self.phase = "start"
        self.longest: dict[str, list[Block]] = {}
        self._wall = self._cpu = 0.0
        self._turn_cpu = 0.0
        self._worker = threading.get_ident()
        self._loop = self._worker
        self._where = Counter[str]()
        self._began: float | None = None

    def begin(self) -> None:
        """The loop has something to do."""
        self._wall, self._cpu, self._turn_cpu = time.perf_counter(), time.thread_time(), 0.0
        self._worker = self._loop = threading.get_ident()
        self._where = Counter()
        self._began = self._wall

    def end(self) -> None:
        """It waits again."""
        if self._began is None:
            return
        self._began = None
        cpu = time.thread_time() - self._cpu + self._turn_cpu
        wall = time.perf_counter() - self._wall
        found = self.longest.setdefault(self.phase, [])
        where = "; ".join(f"{times}× {one}" for one, times in self._where.most_common(2))
        found.append(Block(round(cpu * 1e3, 1), round(wall * 1e3, 1), where))
        if len(found) > 10 * KEPT:
            found.sort(reverse=True)
            del found[KEPT:]

    def top(self) -> dict[str, list[Block]]:
        """The longest of each phase, longest first."""
        return {phase: sorted(found, reverse=True)[:KEPT] for phase, found in self.longest.items()}

    def look(self) -> None:
        """For ever: note where a long block is."""
        while True:
            time.sleep(LOOK_SECONDS)
            began, worker = self._began, self._worker
            if began is not None and time.perf_counter() - began > LONG_SECONDS:
                frame = sys._current_frames().get(worker)
                self._where[" < ".join(_names(frame))] += 1

    @contextmanager
    def turn(self) -> Iterator[None]:
        """This thread works, and the loop stands still."""
        self._worker = threading.get_ident()
        began = time.thread_time()
        try:
            yield
        finally:
            self._turn_cpu += time.thread_time() - began
            self._worker = self._loop


def _names(frame: FrameType | None) -> Iterator[str]:
    found = 0
    while frame is not None and found < DEEP:
        code = frame.f_code
        if any(f"/{one}/" in code.co_filename for one in ("node", "sync", "protocol", "crypto")):
            found += 1
            yield f"{code.co_filename.rpartition('/')[2][:-3]}.{code.co_name}"
        frame = frame.f_back


def watched() -> Blocks:
    """Watch the loop that this process is about to run."""
    blocks = Blocks()

    class Selector(selectors.DefaultSelector):
        def select(self, timeout: float | None = None) -> Any:
            blocks.end()
            try:
                return super().select(timeout)
            finally:
                blocks.begin()

    take, give_back = Turn.take, Turn.give_back
    having: dict[Turn, Any] = {}

    def taken(self: Turn) -> None:
        take(self)
        having[self] = blocks.turn()
        having[self].__enter__()

    def given(self: Turn) -> None:
        if (one := having.pop(self, None)) is not None:
            one.__exit__(None, None, None)
        give_back(self)

    Turn.take, Turn.give_back = taken, given
    selectors.DefaultSelector = Selector
    threading.Thread(target=blocks.look, daemon=True).start()
    return blocks
