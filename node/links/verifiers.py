"""Signatures of many records, verified on the other core.

In a process of its own: threads would share one interpreter lock with whoever stores, and wait for
each other most of the time. The process knows nothing but bytes, answers yes or no for each, and
goes again when nothing came for a while. Few records are verified right where they arrive.

While the process has enough to do, a thread takes parts too. It needs the interpreter for a moment
a record only, and gets little done while there is something to store; so no core is idle when there
is not. A node that is held to one core has nobody to share with: there only the thread verifies.
"""

import asyncio
import os
from collections import deque
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future
from typing import TYPE_CHECKING, NamedTuple

from protocol.errors import ProtocolError
from protocol.record import Record, signatures_fit, verify_all

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

INLINE = 32
"""Records that are verified right where they arrive, in 2 ms."""

BULK = 300
"""Records for which the other process is worth its start: a first exchange has many such frames."""

PART = 250
"""Records given to the process at a time: 15 ms of work, so that nobody waits long for the last."""

AHEAD = 3
"""Parts that wait for the process, so that it is never idle."""

IDLE_SECONDS = 60.0
"""After which the process goes: it holds 25 MiB."""

Verified = list[Record | ProtocolError]


class Part(NamedTuple):
    """Some of the envelopes of a frame, and who waits for them."""

    envelopes: Sequence[bytes]
    outcome: "asyncio.Future[Verified]"


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Verifiers:
    """The other process, started when it is first needed."""

    def __init__(self) -> None:
        self.pool: ProcessPoolExecutor | None = None
        self._going: asyncio.TimerHandle | None = None
        self.waiting: deque[Part] = deque()
        self._there = 0
        """Parts that the process has."""
        self._here = False
        """Whether the thread has one."""
        self._running: set[asyncio.Task[None]] = set()

    async def verify(self, envelopes: Sequence[bytes]) -> Verified:
        """The records in `envelopes`, without keeping the event loop from other work."""
        if len(envelopes) <= INLINE:
            return verify_all(envelopes)
        loop = asyncio.get_running_loop()
        if len(envelopes) < BULK:
            return await loop.run_in_executor(None, verify_all, envelopes)
        parts = [
            Part(envelopes[start : start + PART], loop.create_future())
            for start in range(0, len(envelopes), PART)
        ]
        self.waiting += parts
        self._hand_out()
        found: Verified = []
        try:
            for part in parts:
                found += await part.outcome
        finally:
            for part in parts:  # nobody waits any more: the link was cut
                part.outcome.cancel()
        return found

    def _hand_out(self) -> None:
        """Give waiting parts to whoever has room for one; the process comes first."""
        while self.waiting:
            if self.waiting[0].outcome.done():
                self.waiting.popleft()
            elif self._there < AHEAD and cores() > 1:
                self._there += 1
                self._start(self._by_process(self.waiting.popleft()))
            elif not self._here:
                self._here = True
                self._start(self._by_thread(self.waiting.popleft()))
            else:
                return

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _by_process(self, part: Part) -> None:
        loop = asyncio.get_running_loop()
        if self._going is not None:
            self._going.cancel()
        self._going = loop.call_later(IDLE_SECONDS, self.close)
        fit: list[bool] | None = None
        try:
            fit = await asyncio.wrap_future(self._submit(part.envelopes))
        except (BrokenExecutor, OSError):  # killed, or none can be started: slower, that is all
            self.close()
        except asyncio.CancelledError:  # the node stops
            part.outcome.cancel()
            raise
        finally:
            self._there -= 1
        self._hand_out()
        await self._finish(part, fit)

    async def _by_thread(self, part: Part) -> None:
        try:
            await self._finish(part, None)
        finally:
            self._here = False
        self._hand_out()

    async def _finish(self, part: Part, fit: list[bool] | None) -> None:
        """Decode, and verify unless that was done."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(None, verify_all, part.envelopes, fit)
        except BaseException as error:
            if not part.outcome.done():
                part.outcome.set_exception(error)
            raise
        if not part.outcome.done():  # its link was cut meanwhile
            part.outcome.set_result(found)

    def stream(self, parts: Iterable[Sequence[bytes]]) -> Iterator[Verified]:
        """The records of each part, in order. While the caller stores one, later ones are verified.

        Where the caller would have to wait, it verifies a later part itself.
        """
        waiting = iter(parts)
        ahead: deque[tuple[Sequence[bytes], Future[list[bool]]]] = deque()
        while True:
            while len(ahead) < AHEAD and (part := next(waiting, None)) is not None:
                ahead.append((part, self._submit(part)))
            if not ahead:
                return
            part, fit = ahead.popleft()
            while not fit.done() and (later := next(waiting, None)) is not None:
                here: Future[list[bool]] = Future()
                here.set_result(signatures_fit(later))
                ahead.append((later, here))
            yield verify_all(part, fit.result())

    def _submit(self, envelopes: Sequence[bytes]) -> "Future[list[bool]]":
        if self.pool is None:
            import multiprocessing  # not before there is much to verify
            from concurrent.futures import ProcessPoolExecutor

            spawn = multiprocessing.get_context("spawn")
            self.pool = ProcessPoolExecutor(1, mp_context=spawn)
        return self.pool.submit(signatures_fit, list(envelopes))

    def close(self) -> None:
        """Let the process go."""
        if self._going is not None:
            self._going.cancel()
            self._going = None
        pool, self.pool = self.pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
