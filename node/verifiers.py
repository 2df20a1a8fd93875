"""Signatures of many records, verified on the other core.

In a process of its own: threads would share one interpreter lock with whoever stores, and wait for
each other most of the time. The process knows nothing but bytes, answers yes or no for each, and
goes again when nothing came for a while. Few records are verified right where they arrive.
"""

import asyncio
import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor

from protocol.errors import ProtocolError
from protocol.record import Record, signatures_fit, verify_all

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


class Verifiers:
    """The other process, started when it is first needed."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._going: asyncio.TimerHandle | None = None

    async def verify(self, envelopes: Sequence[bytes]) -> Verified:
        """The records in `envelopes`, without keeping the event loop from other work."""
        if len(envelopes) <= INLINE:
            return verify_all(envelopes)
        loop = asyncio.get_running_loop()
        if len(envelopes) < BULK:
            return await loop.run_in_executor(None, verify_all, envelopes)
        if self._going is not None:
            self._going.cancel()
        self._going = loop.call_later(IDLE_SECONDS, self.close)
        try:
            fit = await asyncio.wrap_future(self._submit(envelopes))
        except (BrokenExecutor, OSError):  # killed, or none can be started: slower, that is all
            self.close()
            fit = None
        return await loop.run_in_executor(None, verify_all, envelopes, fit)

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
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=spawn)
        return self._pool.submit(signatures_fit, list(envelopes))

    def close(self) -> None:
        """Let the process go."""
        if self._going is not None:
            self._going.cancel()
            self._going = None
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
