"""Draws: seats beside the proven bound, ranks, time and memory.

Lists are those of `--instance FILE` (may be repeated), or of the folder VERBUND_DRAW_LISTS, or
made-up ones of each family (`bench.draw_families`). Each is drawn three times in a process of its
own; the median of its processor time counts, reading the list not included (`read` says how long
that took). In the same run: random greedy, and OR-Tools' flow with local search if it is installed.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from bench.draw_bound import bound
from bench.draw_child import SEED, content
from bench.draw_families import family
from bench.draw_rivals import Rival, flow, greedy, has_ortools
from bench.result import Result, say
from protocol.draw.generator import draw_key
from protocol.draw.instance import build
from protocol.draw_format.lists import read_list

INSTANCES: list[str] = []
"""What `--instance` named."""

MADE_UP = ("std 100", "short 100", "dense 100", "std 1000", "short 1000", "dense 1000", "std 10000")
TIMES = 3
SECONDS = 0.25
"""For 1,000 people, unless so many exclude each other that there is no arrangement by prices."""

MIB = 256.0
SHARE = 0.999
FLOW_TIMES = 3.0
REASONS, DENSE_REASONS = 1.0, 0.99


def run() -> Iterator[Result]:
    """A line for each list."""
    with tempfile.TemporaryDirectory() as folder:
        for path in lists(Path(folder), MADE_UP):
            yield _one(path)


def lists(folder: Path, made_up: tuple[str, ...], *, only_made_up: bool = False) -> Iterator[Path]:
    """Files with lists: named ones, or those of a folder, or made-up ones."""
    lab = os.environ.get("VERBUND_DRAW_LISTS")
    if (INSTANCES or lab) and not only_made_up:
        found = [Path(one) for one in INSTANCES] or sorted(Path(lab or "").glob("*.json.xz"))
        yield from found
        return
    for one in made_up:
        name, people = one.split()
        path = folder / f"{people}-{name}.json"
        path.write_text(json.dumps(family(name, int(people), 1)), encoding="utf-8")
        yield path


def measured(path: Path) -> dict[str, Any]:
    """What the draw needed, the median of some times."""
    rows = []
    for _ in range(TIMES):
        done = subprocess.run(
            [sys.executable, "-m", "bench.draw_child", str(path)],
            check=True,
            capture_output=True,
        )
        rows.append(json.loads(done.stdout))
    return rows[0] | {key: median(row[key] for row in rows) for key in ("read", "seconds", "mib")}


def _one(path: Path) -> Result:
    name = f"draw/{path.name.removesuffix('.xz').removesuffix('.json')}"
    say(name)
    found = measured(path)
    source = read_list(content(path))
    instance = build(source, draw_key(source.fingerprint, SEED))
    most, kind = bound(instance)
    rivals = {"greedy": greedy(instance), "flow": flow(instance) if has_ortools() else None}
    totals, people = found["totals"], len(source.people)
    dense = sum(map(len, instance.foes)) > people
    unexplained = found["why"].count("procedure")
    reasons = 1 - unexplained / max(1, len(found["why"]))
    more = {
        "seated": totals["seated"],
        "bound": most,
        "bound_from": kind,
        "mean_rank": _mean(totals),
        "seconds": round(found["seconds"], 3),
        "read": round(found["read"], 3),
        "mib": round(found["mib"], 1),
        "pairs": found["pairs"],
        "reasons": round(reasons, 5),
        "packed_kb": round(found["packed"] / 1000, 1),
        "greedy": _shown(rivals["greedy"]),
        "flow": _shown(rivals["flow"]) or "OR-Tools is not installed",
    }
    holds = _holds(found, most, kind, rivals["flow"], people, dense)
    holds["reasons"] = reasons >= (DENSE_REASONS if dense else REASONS)
    missed = [what for what, good in holds.items() if not good]
    share = totals["seated"] / max(1, most)
    wish = "seats: the bound (std) or ≥ 99.9 %, and ≥ flow; time, memory, reasons"
    return Result(
        name,
        round(share, 5),
        "of the bound",
        None,
        None,
        wish,
        not missed,
        more | {"missed": missed},
    )


def _holds(
    found: dict[str, Any], most: int, kind: str, rival: Rival | None, people: int, dense: bool
) -> dict[str, bool]:
    seated = found["totals"]["seated"]
    holds = {"mib": people > 10_000 or found["mib"] <= MIB}
    if kind == "solver":
        holds["seats"] = seated >= SHARE * most
    if people <= 1000 and not dense:
        holds["seconds"] = found["seconds"] <= SECONDS
    if rival is not None:
        holds["flow"] = seated >= rival.seated
        if people > 1000 and not dense:
            holds["seconds"] = found["seconds"] <= FLOW_TIMES * rival.seconds
    return holds


def _mean(totals: dict[str, int]) -> float | None:
    return round(totals["ranks"] / max(1, totals["seated"]), 4) if "ranks" in totals else None


def _shown(rival: Rival | None) -> dict[str, float] | None:
    if rival is None:
        return None
    return {
        "seated": rival.seated,
        "mean_rank": round(rival.mean_rank, 4),
        "seconds": round(rival.seconds, 3),
    }
