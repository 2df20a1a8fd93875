"""`verbund serve` of a node with 100,000 groups to its first answer ÷ reading the same rows bare.

The store goes through the real intake (`bench.filling`); then the node runs until its control
records are packed (`node.store.kept_control`), as they are after some minutes everywhere. Timed
from the start of the process to the whole answer to `GET /health`. The bare process imports
`sqlite3`, fetches the envelopes of the same 300,000 records from the same file, and does nothing
with them. `open/unpacked` is the same node before: every record is read again.
"""

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from bench.filling import filled
from bench.processes import node
from bench.result import Result, median, say
from node.keys.home import Home
from node.store.kept_control import SPAN
from protocol.kinds import CONTROL

GROUPS = 100_000
ROUNDS = 5
WANTED = 1.5

PACKED_SECONDS = 300.0
"""A node has packed all of it by then."""

_KINDS = ", ".join(f"'{kind}'" for kind in sorted(CONTROL))
BARE = f"""
import sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute(
    "select envelope from records not indexed where kind in ({_KINDS})").fetchall()
assert len(rows) > 1_000, len(rows)
"""


class Round(NamedTuple):
    """Seconds of the node and of the bare process; of the node's processor; MiB at that moment."""

    health: float
    bare: float
    busy: float
    resident: float


def run() -> Iterator[Result]:
    """Medians of rounds, and of their ratios."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "node"
        say(f"taking in {GROUPS:,} groups")
        filled(home, GROUPS).close()
        database = Home(home).database
        rounds = [_round(home, database)]
        yield _result("open/unpacked", rounds, "shown beside")
        _let_pack(home, database)
        rounds = [_round(home, database) for _ in range(ROUNDS)]
    yield _result(f"open/{GROUPS}", rounds, f"≤ {WANTED} s")


def _let_pack(home: Path, database: Path) -> None:
    with node(home) as one, closing(sqlite3.connect(database)) as conn:
        one.get("/health")
        (last,) = conn.execute("select value from settings where key = 'last_record'").fetchone()
        end = time.perf_counter() + PACKED_SECONDS
        while time.perf_counter() < end:
            (parts,) = conn.execute("select count(*) from kept_control").fetchone()
            if parts >= (int(last) + 1) // SPAN:
                say(f"{parts:,} parts packed")
                return
            time.sleep(1)
    raise AssertionError("not packed in time")


def _round(home: Path, database: Path) -> Round:
    with node(home) as one:
        health, busy, resident = one.get("/health"), one.busy(), one.resident()
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", BARE, str(database)], check=True)
    bare = time.perf_counter() - began
    say(f"node {health:.2f} s, {busy:.2f} of the processor, {resident:.0f} MiB; bare {bare:.2f} s")
    return Round(health, bare, busy, resident)


def _result(name: str, rounds: list[Round], wanted: str) -> Result:
    value = median([one.health for one in rounds])
    ratio = median([one.health / one.bare for one in rounds])
    to = "bare process that fetches the same rows from the same file"
    ok = wanted == "shown beside" or value <= WANTED
    more = {
        "processor_s": round(median([one.busy for one in rounds]), 2),
        "resident_mib": round(median([one.resident for one in rounds]), 1),
    }
    return Result(name, round(value, 3), "s", round(ratio, 2), to, wanted, ok, more)
