"""A node that is a member of networks of many groups, filled by the real intake.

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
from bench.crowd import join
from bench.result import say
from node.app import SCHEMA, open_core
from node.features.start.actions import initialise
from node.keys.home import Home
from node.records.transaction import take
from node.store.core import Core
from protocol.record import verify_all

BLOCK = 500
"""Groups that are made and taken in at once."""

MEMBERS = 15_000
"""Of one network; what a network may say of its members ends at 20,000 (docs/protocol.md §4.8)."""

NEWCOMERS = b"newcomer %d"


def empty(folder: Path, name: str) -> Home:
    """A node without company."""
    home = Home(folder / name)
    initialise(home, {"name": name}, None, secrets.token_bytes, schema=SCHEMA)
    return home


def filled(folder: Path, groups: int) -> Core:
    """A node whose directory has so many entries: itself, networks, and their other members."""
    core = open_core(empty(folder.parent, folder.name))
    networks = [_join(core, seed).network for seed in range(1 + groups // MEMBERS)]
    others = groups - len(networks) - 1
    make = partial(_block, networks, core.clock(), others)
    starts = range(0, others, BLOCK)
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        for start, raws in zip(starts, _ahead(pool, make, starts), strict=True):
            refused = {code for code in take(core, verify_all(raws)) if code}
            assert not refused, refused
            if start and start % 10_000 == 0:
                say(f"{start:,} groups")
    return core


def _join(core: Core, seed: int) -> Federation:
    """A network that this node is a member of."""
    federation = Federation.make(0, core.clock(), core.home_id, seed)
    join(core, federation, core.home_id)
    return federation


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


def _block(networks: list[Author], now: int, groups: int, start: int) -> list[bytes]:
    words = Words(1)
    words.random.seed(start)
    network = networks[start // BLOCK % len(networks)]
    network.counter += start
    federation = Federation(network, [], words, now)
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
