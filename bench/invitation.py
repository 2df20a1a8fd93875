"""From one node's COMMIT of a sealed invitation to the other's COMMIT of it.

Two nodes in two processes, peers, linked over a WebSocket on loopback; one invites the other to
one meeting after the other, each a new sealed record. Both report the time at which COMMIT had
returned, by the clock that all processes of a machine share (`bench.linked`). After each
invitation a bare process gets as many bytes over a bare WebSocket and commits them once, with FULL.
"""

import asyncio
import os
import signal
import sqlite3
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

import aiohttp

from bench.days import to_come
from bench.filling import empty
from bench.linked import now
from bench.processes import ROOT, environment, free_port
from bench.result import Result, median, percentile, say
from node.app import open_core
from node.features.meetings.actions import new_meeting
from node.features.peers.actions import accept_peer
from node.records.transaction import act, take
from node.serving import ENDPOINT_NAME
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.kind import Place
from protocol.record import verify_all
from sync.gate import Verdict, gate
from sync.shelf import Header

INVITATIONS = 500
WARM_UP = 20

PAUSE_SECONDS = 0.02
"""Between two invitations: what follows from one, such as its acknowledgement, is over by then."""

SETTLED_SECONDS = 2.0
"""What a start leaves to be done is over by then."""

PATIENCE = 30.0
WANTED = 5.0
WANTED_P99 = 20.0

MEETING = {
    "title": "Kennenlernen der Nachbarschaft",
    "topic": "Inklusion",
    "text": "Wir stellen uns vor und planen das Sommerfest. Der Eingang ist ohne Stufen.",
    "starts": to_come(time.time()),
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Haus der Vereine",
}


class Child(NamedTuple):
    """A process of `bench.linked`, and where it listens."""

    process: Process
    port: int

    async def ask(self, line: str) -> None:
        """Write a line to it."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        await self.process.stdin.drain()

    async def commit(self, after: int = -1) -> tuple[int, int]:
        """The next commit that stored a record with a number higher than `after`."""
        assert self.process.stdout is not None
        while True:
            async with asyncio.timeout(PATIENCE):
                line = await self.process.stdout.readline()
            assert line, "ended"
            at, last = map(int, line.split())
            if last > after:
                return at, last

    async def stop(self) -> None:
        """End it."""
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        await self.process.wait()


async def _start(what: str, path: Path, port: int | None = None) -> Child:
    port = port or free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.linked", what, str(path), str(port)),
        cwd=ROOT,
        env=environment(),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
    )
    for _ in range(1_000):
        with suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return Child(process, port)
        await asyncio.sleep(0.02)
    raise TimeoutError(what)


def run() -> Iterator[Result]:
    """The median and the 99th percentile."""
    with tempfile.TemporaryDirectory() as folder:
        nodes, bare = asyncio.run(_measure(Path(folder)))
    to = "as many bytes over a bare WebSocket on loopback and one FULL commit"
    for name, value, other, wanted in (
        ("invitation", median(nodes), median(bare), WANTED),
        ("invitation/p99", percentile(nodes, 99), percentile(bare, 99), WANTED_P99),
    ):
        ratio = round(value / other, 2)
        yield Result(name, round(value, 3), "ms", ratio, to, f"≤ {wanted:g}", value <= wanted)


async def _measure(folder: Path) -> tuple[list[float], list[float]]:
    homes = [empty(folder, name) for name in ("Alpha", "Beta")]
    host, guest = map(open_core, homes)
    port = befriend(host, guest)
    count = INVITATIONS + WARM_UP + 1
    names = [new_meeting(host, host.home_id, "private", MEETING) for _ in range(count)]
    before = guest.records.last()
    for core in (host, guest):
        core.close()
    alpha = await _start("node", homes[0].path, port)
    beta = await _start("node", homes[1].path)
    bare = await _start("bare", folder / "bare.db")
    (received,) = await _until_linked(before, alpha, beta, names.pop())
    size, sent = _size(homes[0].database)
    say(f"{INVITATIONS} invitations of {size} bytes")
    try:
        return await _in_turns((alpha, beta), bare, names, size, (sent, received))
    finally:
        for child in (alpha, beta, bare):
            await child.stop()


def befriend(host: Core, guest: Core) -> int:
    """Both accept each other, and know so; gives the port at which the guest will dial the host."""
    port = free_port()
    with act(host) as publisher:
        place = Place(host.home_id, PUBLIC, "endpoint", ENDPOINT_NAME)
        publisher.write(place, {"url": f"http://127.0.0.1:{port}", "tls": None})
    for core, other in ((host, guest), (guest, host)):
        with core.transaction():
            core.settings.set("serve", {"private_addresses": True})
        _give(other, core, lambda one: one.kind == "identity")
        accept_peer(core, core.home_id, other.home_id)
    for giver, taker in ((host, guest), (guest, host)) * 2:
        ties, own, at = giver.ties, taker.own, giver.clock()
        _give(giver, taker, lambda one: gate(own, one, ties, at) is not Verdict.NO)  # noqa: B023
    return port


def _give(giver: Core, taker: Core, wanted: Callable[[Header], bool]) -> None:
    refs = [one.ref for one in giver.records.headers(giver.clock()) if wanted(one)]
    take(taker, verify_all(giver.records.envelopes(refs)), giver.own)


async def _until_linked(before: int, alpha: Child, beta: Child, name: str) -> list[int]:
    """The first invitation arrives as soon as they are linked; then they settle."""
    await alpha.ask(name)
    _at, last = await beta.commit(before)
    with suppress(TimeoutError):
        while True:
            async with asyncio.timeout(SETTLED_SECONDS):
                _at, last = await beta.commit(last)
    return [last]


def _size(database: Path) -> tuple[int, int]:
    """Bytes of an invitation, and the number of the last record."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
        sql = "select length(envelope), no from records where kind = 'sealed' order by no desc"
        size, last = conn.execute(sql).fetchone()
        return int(size), int(last)


async def _in_turns(
    linked: tuple[Child, Child], bare: Child, names: list[str], size: int, before: tuple[int, int]
) -> tuple[list[float], list[float]]:
    """Milliseconds of each. `before` are the numbers of the last records on both sides."""
    (alpha, beta), (sent, received) = linked, before
    nodes, plain = [], []
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"http://127.0.0.1:{bare.port}/", compress=0) as ws,
    ):
        for name in names:
            await asyncio.sleep(PAUSE_SECONDS)
            await alpha.ask(name)
            began, sent = await alpha.commit(sent)
            ended, received = await beta.commit(received)
            nodes.append((ended - began) / 1e6)
            await asyncio.sleep(PAUSE_SECONDS)
            began = now()
            await ws.send_bytes(os.urandom(size))
            ended, _ = await bare.commit()
            plain.append((ended - began) / 1e6)
    return nodes[WARM_UP:], plain[WARM_UP:]
