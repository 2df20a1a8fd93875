"""A hostile peer at full speed: memory, disk, and how soon honest ones are served (`flood`).

A node, an honest peer and a hostile one (`bench.flooding`), each a process, all three accepted by
persons and linked over loopback. The hostile one sends all that costs anything for `MINUTES`
(`--minutes 5`); meanwhile the honest one invites the node to meetings, one after the other, and
`/health` is asked for. Each invitation's time is from its COMMIT there to the COMMIT here. Before
and after it the same without a flood: the ratios are to that.

`python -m bench.flood HOME PORT` is the node: as `bench.linked`, but each line says how many
invitations it has.
"""

import asyncio
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import aiohttp

from bench.corpus import Author
from bench.filling import empty
from bench.invitation import MEETING, Child, _start, befriend
from bench.linked import serve_watched
from bench.processes import ROOT, environment
from bench.result import Result, median, percentile, say
from node.app import open_core
from node.features.meetings.actions import new_meeting
from node.features.peers.actions import accept_peer
from node.keys.home import Home
from node.records.transaction import take
from protocol.ids import to_text
from protocol.record import verify_all

MINUTES = 1.0
QUIET_SECONDS = 10.0
"""How long is measured without a flood, before it."""

APART_SECONDS = 0.25
SETTLED_SECONDS = 3.0
SEED = "flood"
INVITATIONS = 480
"""As many as one author may say to another (docs/protocol.md §4.8), and some to spare."""

PATIENCE = 60.0
MIB = 2**20
MEMORY, DISK, INVITATION, HEALTH = 30, 64, 50, 100
"""What is wanted: MiB, MiB, milliseconds, milliseconds."""


class Measured(NamedTuple):
    """Milliseconds of each, and what the node takes at most, in MiB."""

    invitations: list[float]
    health: list[float]
    memory: float
    disk: float


def run() -> Iterator[Result]:
    """Memory and disk, and the times, beside those without a flood."""
    with tempfile.TemporaryDirectory() as folder:
        quiet, flooded = asyncio.run(_measure(Path(folder)))
    to = "the same node before the flood"
    for name, unit, value, wanted in (
        ("flood/memory", "MiB", flooded.memory - quiet.memory, MEMORY),
        ("flood/disk", "MiB", flooded.disk - quiet.disk, DISK),
    ):
        before = quiet.memory if name == "flood/memory" else quiet.disk
        ratio = round((before + value) / before, 2)
        yield Result(name, round(value, 1), unit, ratio, to, f"≤ +{wanted}", value <= wanted)
    for name, times, before_it, most in (
        ("flood/invitation", flooded.invitations, quiet.invitations, INVITATION),
        ("flood/health", flooded.health, quiet.health, HEALTH),
    ):
        value, ratio = median(times), round(median(times) / median(before_it), 2)
        p95 = {"p95": round(percentile(times, 95), 1)}
        yield Result(name, round(value, 1), "ms", ratio, to, f"≤ {most}", value <= most, p95)


async def _measure(folder: Path) -> tuple[Measured, Measured]:
    alpha, beta = (empty(folder, name) for name in ("Alpha", "Beta"))
    host, guest = open_core(alpha), open_core(beta)
    port, target = befriend(host, guest), to_text(host.home_id)
    hostile = Author.make(SEED.encode())
    take(host, verify_all([hostile.identity(host.clock())]), frozenset({hostile.id}))
    accept_peer(host, host.home_id, hostile.id)
    names = [new_meeting(guest, guest.home_id, "private", MEETING) for _ in range(INVITATIONS)]
    said = guest.records.last()
    for core in (host, guest):
        core.close()
    url, flood = f"http://127.0.0.1:{port}", None
    node = await _serve(alpha, port)
    peer = await _start("node", beta.path)
    meter = _Meter(node, peer, url, alpha.path, names, said)
    try:
        await meter.settle()
        quiet = await meter.measure(QUIET_SECONDS, APART_SECONDS)
        flood = await _run("bench.flooding", url, target, SEED)
        told = asyncio.create_task(_last_line(flood))
        seconds = MINUTES * 60
        flooded = await meter.measure(seconds, max(APART_SECONDS, seconds / 400))
        flood.kill()
        sent, answered = map(int, (await told).split())
        if answered < sent / 2:  # it was hung up on: then nothing was measured
            raise RuntimeError(f"no flood: {answered:,} of {sent:,} records were answered")
        say(
            f"{sent:,} records in {MINUTES:g} minutes; the process that verifies, which"
            f" any large exchange starts, took {meter.beside:.0f} MiB beside"
        )
        return quiet, flooded
    finally:
        await node.stop()
        await peer.stop()
        if flood is not None and flood.returncode is None:
            flood.kill()


async def _run(module: str, *arguments: str) -> Process:
    command = (sys.executable, "-m", module, *arguments)
    pipes = {"stdin": PIPE, "stdout": PIPE, "stderr": DEVNULL}
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment(), **pipes)


async def _serve(home: Home, port: int) -> Child:
    process = await _run("bench.flood", str(home.path), str(port))
    for _ in range(1_000):
        with suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return Child(process, port)
        await asyncio.sleep(0.02)
    raise TimeoutError("the node")


async def _last_line(process: Process) -> bytes:
    assert process.stdout is not None
    last = b"0 0"
    async for line in process.stdout:
        last = line
    return last


class _Meter:
    """Invites, asks, and looks at what the node takes."""

    def __init__(
        self, node: Child, peer: Child, url: str, folder: Path, names: list[str], said: int
    ) -> None:
        self._node, self._peer, self._url, self._folder = node, peer, url, folder
        self._names, self._said = names, said
        self.beside = 0.0
        """MiB at most of what the node started: the process that verifies."""

    async def settle(self) -> None:
        """Until the node they start with is all exchanged."""
        with suppress(TimeoutError):
            while True:
                async with asyncio.timeout(SETTLED_SECONDS):
                    _at, self._said = await self._peer.commit(self._said)

    async def measure(self, seconds: float, apart: float) -> Measured:
        """For so many seconds; an invitation each `apart` seconds at most."""
        found = Measured([], [], *self._takes())
        until = time.monotonic() + seconds
        asking = asyncio.create_task(self._ask(found.health))
        most = list(self._takes())
        try:
            while time.monotonic() < until:
                began = time.monotonic()
                found.invitations.append(await self._invite())
                most = [max(pair) for pair in zip(most, self._takes(), strict=True)]
                await asyncio.sleep(max(0.0, apart - (time.monotonic() - began)))
        finally:
            asking.cancel()
        return found._replace(memory=most[0], disk=most[1])

    async def _invite(self) -> float:
        before = INVITATIONS - len(self._names)
        await self._peer.ask(self._names.pop())
        began, self._said = await self._peer.commit(self._said)
        ended, _count = await self._node.commit(before)
        return (ended - began) / 1e6

    async def _ask(self, found: list[float]) -> None:
        async with aiohttp.ClientSession() as client:
            while True:
                began = time.monotonic()
                async with client.get(f"{self._url}/health") as answer:
                    await answer.read()
                found.append((time.monotonic() - began) * 1e3)
                await asyncio.sleep(APART_SECONDS)

    def _takes(self) -> tuple[float, float]:
        """Resident memory of the node, and bytes on the disk; MiB."""
        pid = self._node.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        parts = [_resident(one) for one in (str(pid), *children)]
        self.beside = max(self.beside, sum(parts[1:]))
        disk = sum(one.stat().st_size for one in self._folder.rglob("*") if one.is_file())
        return parts[0], disk / MIB


def _resident(pid: str) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:  # it went meanwhile
        return 0.0
    return int(status.split("VmRSS:")[1].split()[0]) / 1024 if "VmRSS:" in status else 0.0


def main(folder: str, port: str) -> None:
    """The node."""
    core = open_core(Home(Path(folder)))
    count = "select count(*) from opened where kind = 'invitation'"
    serve_watched(core, int(port), lambda: str(core.db.one(count)[0]), lambda _line: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
