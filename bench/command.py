"""Commands beside a running server ÷ `python -c pass`, and from the shell to the peer.

Two linked nodes, each in a process of its own. `command/status` and `command/invite` are the time
from the start of `verbund` to its end; `command/peer` is from the start of `verbund meeting invite`
until the peer's COMMIT of the invitation had returned, by the clock that all processes of a machine
share (`bench.linked`). Before each a bare interpreter is started.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.filling import empty
from bench.invitation import MEETING, SETTLED_SECONDS, Child, _start, _until_linked, befriend
from bench.linked import now
from bench.processes import ROOT, environment
from bench.result import Result, median, percentile, say
from node.app import open_core
from node.features.meetings.actions import new_meeting
from protocol.ids import to_text

ROUNDS = 41
WARM_UP = 3
PAUSE_SECONDS = 0.05
WANTED_COMMAND = 0.15
WANTED_PEER = 0.2


def run() -> Iterator[Result]:
    """Medians of rounds, and of their ratios."""
    with tempfile.TemporaryDirectory() as folder:
        bare, status, invited, arrived = zip(*asyncio.run(_measure(Path(folder))), strict=True)
    to = "python -c pass"
    for name, values, wanted in (
        ("command/status", status, WANTED_COMMAND),
        ("command/invite", invited, WANTED_COMMAND),
        ("command/peer", arrived, WANTED_PEER),
    ):
        value = median(values)
        ratio = round(median([one / other for one, other in zip(values, bare, strict=True)]), 2)
        more = {"p90": round(percentile(list(values), 90), 3), "bare": round(median(bare), 3)}
        yield Result(
            name, round(value, 3), "s", ratio, to, f"≤ {wanted:g} s", value <= wanted, more
        )


async def _measure(folder: Path) -> list[tuple[float, ...]]:
    homes = [empty(folder, name) for name in ("Alpha", "Beta")]
    host, guest = map(open_core, homes)
    port = befriend(host, guest)
    count = ROUNDS + WARM_UP + 1
    names = [new_meeting(host, host.home_id, "private", MEETING) for _ in range(count)]
    before, peer = guest.records.last(), to_text(guest.home_id)
    host.close()
    guest.close()
    alpha = await _start("node", homes[0].path, port)
    beta = await _start("node", homes[1].path)
    try:
        after = await _until_linked(before, alpha, beta, names.pop())
        await asyncio.sleep(SETTLED_SECONDS)
        found = [await _round(homes[0].path, beta, (name, peer), after) for name in names]
    finally:
        for child in (alpha, beta):
            await child.stop()
    return found[WARM_UP:]


async def _round(
    home: Path, beta: Child, whom: Sequence[str], after: list[int]
) -> tuple[float, ...]:
    bare, _ = await _timed("-c", "pass")
    status, _ = await _timed("-P", "-m", "node", "status", "--home", str(home))
    words = ("meeting", "invite", *whom, "--home", str(home))
    invited, began = await _timed("-P", "-m", "node", *words)
    arrived, after[0] = await beta.commit(after[0])
    await asyncio.sleep(PAUSE_SECONDS)
    took = (arrived - began) / 1e9
    say(f"bare {bare:.3f} s, status {status:.3f} s, invite {invited:.3f} s, peer {took:.3f} s")
    return bare, status, invited, took


async def _timed(*words: str) -> tuple[float, int]:
    """Seconds of a process that must succeed, and when it began."""

    def whole() -> tuple[float, int]:
        began = now()
        subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return (now() - began) / 1e9, began

    return await asyncio.to_thread(whole)
