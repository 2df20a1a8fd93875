"""The longest block of the loop: a cold start of 100,000 records, then a backup.

Two processes as in `bench.cold_start`. Nothing that takes long may run where peers and pages are
served: `loop/longest` is the longest time between two looks of the loop, at the newcomer and at
the peer (`bench.blocks`), in processor time; wall time and where it was stand beside it. Meanwhile
pages are read, for the second time and later.

`main` with HOME, PORT and FILE as arguments is one such process: besides what that of
`bench.cold_start` does it takes `= PHASE`, and writes what it found to FILE when it ends.
"""

import asyncio
import json
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import aiohttp

from bench import cold_start
from bench.blocks import Block, watched
from bench.filling import empty
from bench.invitation import Child
from bench.linked import now, serve_watched
from bench.processes import ROOT, environment, free_port
from bench.result import Result, say
from node.app import open_core
from node.keys.home import Home
from protocol.ids import to_text

MAIN = "from bench.loop import main; main()"

WANTED_MS = 50

SETTLE_SECONDS = 3
"""For what begins a second after the start."""


def run() -> Iterator[Result]:
    """One line for each phase and process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        peer = cold_start._fill(path / "peer")
        home = empty(path, "newcomer")
        cold_start._introduce(home, peer)
        found = asyncio.run(_measure(path, home, peer))
    for (who, phase), blocks in found.items():
        longest = blocks[0]
        for one in blocks[:4]:
            say(f"{phase}, {who}: {one.cpu} ms of processor time, {one.wall} ms: {one.where}")
        yield Result(
            f"loop/longest/{phase}/{who}",
            longest.cpu,
            "ms of processor time",
            round(longest.cpu / WANTED_MS, 2),
            f"{WANTED_MS} ms",
            f"≤ {WANTED_MS}",
            longest.cpu <= WANTED_MS,
            {"wall": max(one.wall for one in blocks), "where": longest.where},
        )


async def _measure(
    path: Path, home: Home, peer: cold_start.Peer
) -> dict[tuple[str, str], list[Block]]:
    files = {"peer": path / "peer.json", "newcomer": path / "newcomer.json"}
    sender = await _start(peer.folder, files["peer"])
    newcomer = await _start(home.path, files["newcomer"])
    both = (sender, newcomer)
    try:
        async with aiohttp.ClientSession() as http:
            await asyncio.sleep(SETTLE_SECONDS)
            for one in both:  # the first one loads what pages are made of
                await cold_start._ask(http, one, 2)
            pages = [asyncio.create_task(cold_start._ask(http, one, 1_000_000)) for one in both]
            await _phase(both, "cold_start")
            began = now()
            await newcomer.ask(f"http://127.0.0.1:{sender.port} {to_text(peer.id)}")
            _first, ended = await cold_start._commits(newcomer, 0)
            say(f"{cold_start.RECORDS:,} records in {(ended - began) / 1e9:.1f} s")
            await asyncio.sleep(SETTLE_SECONDS)
            await _phase(both, "backup")
            await _backup(home.path, path / "x.verbund")
            await _phase(both, "end")
            for task in pages:
                task.cancel()
            await asyncio.gather(*pages)
    finally:
        for one in both:
            await one.stop()
    return {
        (who, phase): [Block(*one) for one in blocks]
        for who, file in files.items()
        for phase, blocks in json.loads(file.read_text()).items()
        if (phase == "cold_start" or (phase, who) == ("backup", "newcomer"))
    }


async def _phase(both: tuple[Child, Child], name: str) -> None:
    for one in both:
        await one.ask(f"= {name}")
    await asyncio.sleep(0.1)


async def _backup(folder: Path, file: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "node", "--home", str(folder), "backup", str(file)),
        cwd=ROOT,
        env=environment(),
        stdout=DEVNULL,
    )
    assert await process.wait() == 0


async def _start(home: Path, file: Path) -> Child:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", MAIN, str(home), str(port), str(file)),
        cwd=ROOT,
        env=environment(),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
    )
    for _ in range(3_000):
        with suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return Child(process, port)
        await asyncio.sleep(0.02)
    raise TimeoutError(home)


def main() -> None:
    """Serve the node in HOME at PORT; write the longest blocks to FILE."""
    home, port, file = Home(Path(sys.argv[1])), int(sys.argv[2]), Path(sys.argv[3])
    core, blocks = open_core(home), watched()

    def asked(line: str) -> None:
        if line.startswith("= "):
            blocks.phase = line[2:]
        else:
            cold_start.dial(core, line)

    serve_watched(core, port, lambda: str(core.records.last()), asked)
    file.write_text(json.dumps(blocks.top()))
