"""From an empty folder and 24 words to the full directory of 1,000 groups, from one peer.

The peer runs in a process of its own (`bench.linked`) and is called over a WebSocket on loopback.
The ceiling is verifying the same records once, on one core, and committing them in one transaction.
"""

import asyncio
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.corpus import Federation
from bench.filling import filled
from bench.invitation import _start
from bench.result import Result, median, say
from crypto.words import entropy_from_words
from node.app import SCHEMA, open_core
from node.features.networks.actions import apply_to_network
from node.features.peers.actions import accept_peer
from node.features.recovery.recover import begin, exchange, finish
from node.features.start.actions import initialise
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.keys.staging import new_home
from node.links.dial_plan import Target
from node.records.transaction import take
from node.store.core import Core
from node.store.directory import Filters
from protocol.record import verify_all

GROUPS = 1_000
TIMES = 3
WANTED = 2.0


def run() -> Iterator[Result]:
    """Seconds until the node can go on."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, ceiling = asyncio.run(_measure(Path(folder)))
    value = median(seconds)
    to = "verifying the same records once and one FULL commit"
    ratio = round(value / ceiling, 2)
    yield Result("recover", round(value, 3), "s", ratio, to, f"≤ {WANTED:g}", value <= WANTED)


async def _measure(folder: Path) -> tuple[list[float], float]:
    core = filled(folder / "peer", GROUPS)
    home = Home(folder / "lost")
    words = initialise(home, {"name": "Gruppe"}, None, secrets.token_bytes, schema=SCHEMA).words
    phrase = Phrase(entropy_from_words(words))
    with closing(open_core(home)) as lost:
        _join(core, lost)
    peer = Home(folder / "peer")
    who = core.home_id
    core.close()
    child = await _start("node", peer.path)
    target = Target(f"http://127.0.0.1:{child.port}", None, who)
    try:
        found = [await _once(folder / f"new{n}", phrase, target) for n in range(TIMES)]
    finally:
        await child.stop()
    return found, _ceiling(folder / "new0", folder / "bare.db")


def _join(core: Core, lost: Core) -> None:
    """Both are peers and members of the network of the 1,000."""
    ours = [record.raw for _no, record, _in in lost.records.all_by(lost.home_id)]
    theirs = core.chains_of(core.home_id)
    take(core, verify_all(ours), frozenset({lost.home_id}))
    take(lost, verify_all(theirs), frozenset({core.home_id}))
    federation = Federation.make(0, core.clock(), core.home_id, 0)
    network = federation.network.id
    charter = [*federation.introductions(), federation.charter(core.home_id)]
    accept_peer(core, core.home_id, lost.home_id)
    accept_peer(lost, lost.home_id, core.home_id)
    take(lost, verify_all(charter), frozenset({network}))
    apply_to_network(lost, lost.home_id, network, None)
    bond = lost.ties.bond(network, lost.home_id)
    assert bond is not None
    assert bond.membership is not None
    assert bond.membership.epoch is not None
    ours = [record.raw for _no, record, _in in lost.records.all_by(lost.home_id)]
    ours.append(federation.admitted(lost.home_id, bond.membership.epoch))
    take(core, verify_all(ours), frozenset({lost.home_id}))
    assert core.ties.is_member(network, lost.home_id, core.clock())


async def _once(folder: Path, phrase: Phrase, target: Target) -> float:
    began = time.perf_counter()
    with new_home(Home(folder)) as beside:
        core = begin(beside, phrase, None, SCHEMA)
        try:
            await exchange(core, phrase, target, private=True)
            finish(core, phrase, compromised=False)
            groups = core.directory.find("", Filters(core.clock()), 0).total
        finally:
            core.close()
    took = time.perf_counter() - began
    say(f"{groups:,} groups in {took:.3f} s")
    assert groups >= GROUPS
    return took


def _ceiling(folder: Path, bare: Path) -> float:
    with closing(open_core(Home(folder))) as core:
        raws = [row[0] for row in core.db.all("select envelope from records")]
    say(f"{len(raws):,} records")
    began = time.perf_counter()
    verify_all(raws)
    conn = sqlite3.connect(bare, isolation_level=None)
    conn.execute("pragma journal_mode = wal")
    conn.execute("pragma synchronous = full")
    conn.execute("create table records (no integer primary key, envelope blob)")
    conn.execute("begin")
    conn.executemany("insert into records (envelope) values (?)", [(one,) for one in raws])
    conn.execute("commit")
    took = time.perf_counter() - began
    conn.close()
    return took
