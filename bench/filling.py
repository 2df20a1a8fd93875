"""A node that is a member of a network of many groups, filled by the real intake.

Of each group its identity, its membership, its admission and its entry in the directory. They are
made and signed beforehand in other processes; verifying and storing are the node's own code.
"""

import secrets
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from bench.corpus import Author, Federation, Words
from bench.intake import prepare
from bench.result import say
from node.actions.start import initialise
from node.core import Core
from node.desk import take
from node.home import Home
from protocol.record import verify_all

BLOCK = 500
"""Groups that are made and taken in at once."""

NEWCOMERS = b"newcomer %d"


def empty(folder: Path, name: str) -> Home:
    """A node without company."""
    home = Home(folder / name)
    initialise(home, {"name": name}, None, secrets.token_bytes)
    return home


def filled(folder: Path, groups: int) -> Core:
    """A node with so many groups in its directory, besides the few it began with."""
    core, federation = prepare(folder)
    make = partial(_block, federation.network, federation.now, groups)
    starts = range(0, groups, BLOCK)
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        for start, raws in zip(starts, _ahead(pool, make, starts), strict=True):
            refused = {code for code in take(core, verify_all(raws)) if code}
            assert not refused, refused
            if start * 10 % groups < BLOCK * 10 and start:
                say(f"{start:,} groups")
    return core


def _ahead(
    pool: ProcessPoolExecutor, make: partial[list[bytes]], starts: range
) -> Iterator[list[bytes]]:
    """Blocks in order, a few of them made in advance: all at once would not fit into memory."""
    waiting = []
    for start in starts:
        waiting.append(pool.submit(make, start))
        if len(waiting) > 4:
            yield waiting.pop(0).result()
    for one in waiting:
        yield one.result()


def _block(network: Author, now: int, groups: int, start: int) -> list[bytes]:
    words = Words(1)
    words.random.seed(start)
    federation = Federation(network, [], words, now)
    network.counter += start
    raws = []
    for n in range(start, min(start + BLOCK, groups)):
        one = Author.make(NEWCOMERS % n)
        raws += [
            one.identity(now),
            federation.member(one, one.epoch, bytes(32)),
            federation.admitted(one.id, one.epoch),
            federation.entry(one),
        ]
    return raws
