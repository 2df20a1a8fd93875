"""Writing much, so that nobody waits for it: in pieces, each a transaction, with a breath between.

What is written so is not all or nothing by itself: whoever does it says how half of it is found and
taken back when the node stopped meanwhile. Where no loop serves it is one transaction.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from node.base import turns
from node.store.core import Core

T = TypeVar("T")

PIECE_SECONDS = 0.018
"""Of writing, before others have a go; committing takes some milliseconds besides. Processor time:
on a busy machine a piece would else be hardly more than its commit."""


def in_pieces(
    core: Core,
    things: Iterable[T],
    write: Callable[[T], object],
    wrote: Callable[[int], None] = lambda _n: None,
) -> None:
    """Write each thing; `wrote` is told after a piece how many that were, outside of it."""
    waiting = iter(things)
    done, more = 0, True
    while more:
        with core.transaction():
            count, more = _piece(waiting, write)
        done += count
        wrote(done)
        turns.breathe()


def _piece(waiting: Iterator[T], write: Callable[[T], object]) -> tuple[int, bool]:
    """How many were written, and whether there may be more."""
    until = time.thread_time() + PIECE_SECONDS
    count = 0
    for thing in waiting:
        write(thing)
        count += 1
        if time.thread_time() > until:
            return count, True
    return count, False
