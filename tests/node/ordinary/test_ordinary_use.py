"""Hours of ordinary use, compressed: memory and open files at the end as at the beginning."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from tests.node.ordinary.house import Use
from tests.node.ordinary.town import NAMES, Town

OPERATIONS = int(os.environ.get("VERBUND_SOAK_OPERATIONS", "2400"))
"""About two hours of what five groups do on a busy evening; some ten minutes of one core."""

WARMING = 0.2
"""Part of it after which everything was used once: modules are loaded, caches are filled."""

GROWTH = 0.10
"""What a process may hold more at the end. The allocator keeps some of what was freed, and each
thing that was erased leaves a mark of some hundred bytes for 400 days; a leak grows on."""


def grown(before: list[Use], after: list[Use]) -> list[str]:
    """What is more at the end than at the beginning, in words; nothing if all is well."""
    found = []
    for name, was, now in zip(NAMES, before, after, strict=True):
        if now.rss > was.rss * (1 + GROWTH):
            found.append(f"{name}: {was.rss} KiB, then {now.rss}")
        if now.files != was.files:
            found.append(f"{name}: {was.files} open files, then {now.files}")
    return found


def uses(rss: int, files: int) -> list[Use]:
    return [Use(60_000, 20)] * (len(NAMES) - 1) + [Use(rss, files)]


@pytest.mark.parametrize(
    ("rss", "files", "told"),
    [
        (60_000, 20, []),
        (66_000, 20, []),
        (40_000, 20, []),
        (66_001, 20, ["Workshop: 60000 KiB, then 66001"]),
        (60_000, 21, ["Workshop: 20 open files, then 21"]),
        (60_000, 19, ["Workshop: 20 open files, then 19"]),
    ],
)
def test_what_counts_as_grown(rss: int, files: int, told: list[str]) -> None:
    assert grown(uses(60_000, 20), uses(rss, files)) == told


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc says what a process holds")
def test_hours_of_ordinary_use_leave_nothing_behind(tmp_path: Path) -> None:
    town = Town(tmp_path, seed=int(os.environ.get("VERBUND_SOAK_START", "11")))
    began = time.monotonic()
    try:
        town.begin()
        town.work(int(OPERATIONS * WARMING))
        rests = [town.rest()]
        for _part in range(4):
            town.work(int(OPERATIONS * (1 - WARMING) / 4))
            rests.append(town.rest())
            print(json.dumps({"done": town.done, "holds": rests[-1]}), flush=True)
        told = {"seconds": round(time.monotonic() - began), **town.told(), "holds": rests}
        print(json.dumps(told))
        files = [one.kinds_of_files() for one in town.houses]
        assert grown(rests[0], rests[-1]) == [], files
        assert town.told()["commands"]["done"] > 0.8 * sum(town.told()["commands"].values())
        assert town.told()["pages"]["200"] > 0.8 * sum(town.told()["pages"].values())
    finally:
        town.end()
