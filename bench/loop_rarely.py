"""The longest block of the loop in what seldom happens: as `bench.loop`, a block at a time.

One process serves a node with 100,000 groups: its first page, a search without words, the first and
after something was stored, the import of a list of 5,000 groups, what is tidied every hour, with
and without something to forget, and leaving a network of 15,000 groups.

`main` with HOME, PORT and FILE as arguments is that process. It takes `= PHASE` and `tidy`.
"""

import asyncio
import json
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bench.blocks import Block, watched
from bench.filling import filled
from bench.invitation import Child
from bench.linked import serve_watched
from bench.loop import WANTED_MS
from bench.processes import ROOT, environment, free_port
from bench.result import Result, say
from node.app import open_core
from node.keys.home import Home
from node.upkeep.upkeep import Upkeep
from protocol.ids import to_text

MAIN = "from bench.loop_rarely import main; main()"

GROUPS = 100_000
ROWS = 5_000

SETTLE_SECONDS = 12
"""Catalogues of 100,000 groups are filled by then, and what is tidied at the start is."""

AFTERWARDS_SECONDS = 3
"""For what follows a while after something was done."""


def run() -> Iterator[Result]:
    """One line for each phase."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "node"
        filled(home, GROUPS).close()
        yield from measured(home)


def measured(home: Path) -> Iterator[Result]:
    """The same of a folder that was filled before."""
    with tempfile.TemporaryDirectory() as folder:
        file, rows = Path(folder) / "blocks.json", Path(folder) / "rows.csv"
        rows.write_text("name;region\n" + "".join(f"Verein {n};Kiel\n" for n in range(ROWS)))
        phases = asyncio.run(_measure(home, file, rows))
        found = json.loads(file.read_text())
    for phase in phases:
        blocks = [Block(*one) for one in found.get(phase, ())] or [Block(0, 0, "")]
        longest = blocks[0]
        for one in blocks[:4]:
            say(f"{phase}: {one.cpu} ms of processor time, {one.wall} ms: {one.where}")
        yield Result(
            f"loop/rarely/{phase}",
            longest.cpu,
            "ms of processor time",
            round(longest.cpu / WANTED_MS, 2),
            f"{WANTED_MS} ms",
            f"≤ {WANTED_MS}",
            longest.cpu <= WANTED_MS,
            {"wall": max(one.wall for one in blocks), "where": longest.where},
        )


async def _measure(home: Path, file: Path, rows: Path) -> list[str]:
    core = open_core(Home(home))
    network = to_text(max(core.ties.rosters, key=lambda one: len(core.ties.rosters[one])))
    core.close()
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", MAIN, str(home), str(port), str(file)),
        cwd=ROOT,
        env=environment(),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
    )
    child = Child(process, port)
    drain = asyncio.create_task(_drain(process))
    try:
        async with aiohttp.ClientSession() as http:

            async def page(path: str) -> None:
                async with http.get(f"http://127.0.0.1:{port}{path}") as answer:
                    assert answer.status == 200, answer.status
                    await answer.read()

            async def types(*words: str) -> None:
                await _type(home, *words)

            async def enter() -> None:
                link = json.loads(await _type(home, "page"))["address"]
                await page(urlsplit(link).path)

            await _answers(port)
            await asyncio.sleep(SETTLE_SECONDS)
            steps: dict[str, Callable[[], Awaitable[None]]] = {
                "first_page": lambda: page("/"),
                "first_directory": lambda: page("/directory"),
                "inside": enter,
                "first_inside": lambda: page("/directory"),
                "write": lambda: types("group", "edit", "--region", "Kiel"),
                "inside_again": lambda: page("/directory?topic=Kultur"),
                "import": lambda: types("import", str(rows)),
                "tidy": lambda: child.ask("tidy"),
                "leave": lambda: types("network", "leave", "--yes", network),
                "tidy_after": lambda: child.ask("tidy"),
            }
            for phase, step in steps.items():
                await child.ask(f"= {phase}")
                await asyncio.sleep(0.2)
                await step()
                await asyncio.sleep(AFTERWARDS_SECONDS)
    finally:
        await child.stop()
        await drain
    return list(steps)


async def _drain(process: Any) -> None:
    while await process.stdout.readline():
        pass


async def _answers(port: int) -> None:
    for _ in range(3_000):
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    raise TimeoutError


async def _type(home: Path, *words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "node", *words, "--home", str(home), "--json"),
        cwd=ROOT,
        env=environment(),
        stdout=PIPE,
        stderr=PIPE,
        stdin=DEVNULL,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, out + err
    return out.decode()


def main() -> None:
    """Serve the node in HOME at PORT; write the longest blocks to FILE."""
    home, port, file = Home(Path(sys.argv[1])), int(sys.argv[2]), Path(sys.argv[3])
    core, blocks = open_core(home), watched()
    upkeep: list[Upkeep] = []
    made = Upkeep.__init__

    def noting(self: Upkeep, *more: Any) -> None:
        made(self, *more)
        upkeep.append(self)

    Upkeep.__init__ = noting
    tasks = set()

    def asked(line: str) -> None:
        if line.startswith("= "):
            blocks.phase = line[2:]
        else:
            tasks.add(asyncio.get_running_loop().create_task(upkeep[0].tidy_once()))

    serve_watched(core, port, lambda: str(core.records.last()), asked)
    file.write_text(json.dumps(blocks.top()))
