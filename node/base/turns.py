"""Who works on the node now: the loop that serves pages and peers, or a thread that has its turn.

A node has one core: one connection to its database, its ties in memory. The loop owns it. Work that
takes long or waits for people – a command that came through the door, a large bundle – runs in a
thread of its own, as ordinary code without locks, and *has the turn* whenever it touches the core:
the loop stands still for exactly that time. It hands the turn back wherever it waits (`away`) and
between the pieces of long work (`breathe`), so that pages and peers go on; never in the middle of a
transaction. So there is one writer at any time, and nothing else to be locked.

When the turn comes back, the loop tells the links what was committed before it does anything else.

Where no loop serves – a command that has the folder for itself – `breathe` and `away` do nothing.
`asyncio` is imported only where it is needed.
"""

import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

T = TypeVar("T")

PIECE_SECONDS = 0.02
"""So long a thread works before it lets the others have a go: nobody notices it on a page."""

LOOK_SECONDS = 0.5
"""Between two looks whether somebody still wants what is waited for."""


class Stopped(Exception):  # noqa: N818 - nothing is wrong
    """The server ends: no more turns are given."""


class Turns:
    """The turns of one core. Made and closed in the loop.

    `in_the_middle` tells whether it can't be handed back now.
    """

    def __init__(self, in_the_middle: Callable[[], bool]) -> None:
        import asyncio

        self.loop: AbstractEventLoop = asyncio.get_running_loop()
        self.in_the_middle = in_the_middle
        self.returned: Callable[[], None] = lambda: None
        """Called in the loop each time the turn comes back."""
        self._next = threading.Lock()
        """Held by the thread that gets the next turn, or has it: in between, the loop runs."""
        self._closed = False
        self._waiting: set[Turn] = set()

    @contextmanager
    def turn(self, is_wanted: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Have the turn inside, in a thread that is not the loop's; `Stopped` if there are none.

        `is_wanted` is called when the thread breathes, and raises if nobody wants its work.
        """
        mine = Turn(self, is_wanted)
        mine.take()
        _thread.turn = mine
        try:
            yield
        finally:
            _thread.turn = None
            mine.give_back()

    async def work(self, function: Callable[..., T], *args: Any) -> T:
        """What a function gives that has the turn, from a thread of its own."""
        import asyncio

        def run() -> T:
            with self.turn():
                return function(*args)

        return await asyncio.to_thread(run)

    def close(self) -> None:
        """Give no more turns. Whoever waits for one gets `Stopped`."""
        self._closed = True
        for one in list(self._waiting):
            one.granted.set()

    # For `Turn`

    def grant(self, one: "Turn") -> None:
        """Let the loop stand still, as soon as it comes to that, and go on in this thread."""
        self._next.acquire()
        self._waiting.add(one)
        try:
            if self._closed:
                raise Stopped
            self.loop.call_soon_threadsafe(self._stand_still, one)
            one.granted.wait()
            if not one.stands:  # it was woken by `close`
                raise Stopped
        except BaseException as error:
            self._next.release()
            if isinstance(error, RuntimeError):  # the loop is closed
                raise Stopped from error
            raise
        finally:
            self._waiting.discard(one)

    def take_back(self, one: "Turn") -> None:
        """Let the loop go on; it has told the links when this returns."""
        one.done.set()
        one.told.wait()
        self._next.release()

    def _stand_still(self, one: "Turn") -> None:
        if self._closed:
            one.granted.set()
            return
        one.stands = True
        one.granted.set()
        one.done.wait()
        try:
            self.returned()
        finally:
            one.told.set()


class Turn:
    """Of one thread. It has it, or it has handed it back for a while."""

    def __init__(self, turns: Turns, is_wanted: Callable[[], None]) -> None:
        self.turns = turns
        self._is_wanted = is_wanted
        self._has = False
        self._since = 0.0
        self._renew()

    def _renew(self) -> None:
        self.granted, self.done, self.told = (threading.Event() for _ in range(3))
        self.stands = False

    def take(self) -> None:
        """Wait for it."""
        self._renew()
        self.turns.grant(self)
        self._has, self._since = True, time.monotonic()

    def give_back(self) -> None:
        """Let the loop go on."""
        if self._has:
            self._has = False
            self.turns.take_back(self)

    @property
    def is_kept(self) -> bool:
        """Whether it can't be handed back now: the thread has it, and is in a transaction."""
        return self._has and self.turns.in_the_middle()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Hand it back as long as the block lasts."""
        if self.is_kept:
            raise RuntimeError("a transaction does not wait for anybody")
        had = self._has
        self.give_back()
        try:
            yield
        finally:
            if had:
                self.take()

    def require_wanted(self) -> None:
        """Raise if nobody wants the work any more."""
        self._is_wanted()

    def breathe(self) -> None:
        """Between two pieces of long work."""
        self._is_wanted()
        if self._has and time.monotonic() - self._since > PIECE_SECONDS and not self.is_kept:
            self.give_back()
            self.take()


class _Thread(threading.local):
    turn: Turn | None = None


_thread = _Thread()


def breathe() -> None:
    """Between two pieces of long work: let others work who wait for it."""
    if _thread.turn is not None:
        _thread.turn.breathe()


def require_wanted() -> None:
    """Before a commit: what somebody broke off, or is not there to see, is not done after all."""
    if _thread.turn is not None:
        _thread.turn.require_wanted()


def breathing(things: Iterable[T]) -> Iterator[T]:
    """The same things, each after a breath."""
    for one in things:
        breathe()
        yield one


@contextmanager
def away() -> Iterator[None]:
    """Inside, the core is not touched: others work meanwhile."""
    if _thread.turn is None:
        yield
    else:
        with _thread.turn.away():
            yield


def has_turn() -> bool:
    """Whether this thread works by turns, so that others wait for theirs."""
    return _thread.turn is not None


def is_kept() -> bool:
    """Whether this thread is in a transaction, so that nobody else can work until it is over."""
    return _thread.turn is not None and _thread.turn.is_kept


def run(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives: in the loop that serves if there is one, else in a new one."""
    import asyncio

    turn = _thread.turn
    if turn is None:
        return asyncio.run(work)
    with turn.away():
        future = asyncio.run_coroutine_threadsafe(work, turn.turns.loop)
        try:
            while True:
                turn.breathe()
                with suppress(TimeoutError):
                    return future.result(LOOK_SECONDS)
        except CancelledError as error:
            raise Stopped from error
        finally:
            future.cancel()
