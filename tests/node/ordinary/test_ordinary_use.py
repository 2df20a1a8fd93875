"""Hours of ordinary use, compressed: memory and open files at the end as at the beginning."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from tests.node.ordinary.house import Use
from tests.node.ordinary.town import NAMES, STEADY, Town

OPERATIONS = int(os.environ.get("VERBUND_SOAK_OPERATIONS", "2400"))
"""About two hours of what five groups do on a busy evening; some ten minutes of one core."""

WARMING = 0.2
"""Part of it after which everything was used once: modules are loaded, caches are filled."""

PAGES = 800
"""Pages of each node that are opened before that: only the first hundreds of them make a process
larger (the templates are compiled, the allocator finds its size)."""

GROWTH = 0.10
"""What a process may hold more at the end. The allocator keeps some of what was freed, and each
thing that was erased leaves a mark of some hundred bytes for 400 days; a leak grows on."""


MOST = 0.8
"""Of what people ask for is done: the rest was gone meanwhile. Otherwise nothing was measured."""


def grown(before: list[Use], after: list[Use]) -> list[str]:
    """What is more at the end than at the beginning, in words; nothing if all is well.

    A node that was started again has fewer open files than one that wrote its backup of the day:
    SQLite keeps that second descriptor of the database for the next time. It never has more.
    """
    found, most = [], max(one.files for one in before)
    for number, (was, now) in enumerate(zip(before, after, strict=True)):
        if now.rss > was.rss * (1 + GROWTH):
            found.append(f"{NAMES[number]}: {was.rss} KiB, then {now.rss}")
        if now.files != was.files and (number < STEADY or now.files > most):
            found.append(f"{NAMES[number]}: {was.files} open files, then {now.files}")
    return found


@pytest.mark.parametrize(
    ("number", "rss", "files", "told"),
    [
        (0, 60_000, 20, []),
        (0, 66_000, 20, []),
        (0, 40_000, 20, []),
        (0, 66_001, 20, ["Harbour: 60000 KiB, then 66001"]),
        (0, 60_000, 21, ["Harbour: 20 open files, then 21"]),
        (0, 60_000, 19, ["Harbour: 20 open files, then 19"]),
        (4, 60_000, 19, []),
        (4, 60_000, 21, ["Workshop: 20 open files, then 21"]),
    ],
)
def test_what_counts_as_grown(number: int, rss: int, files: int, told: list[str]) -> None:
    before = [Use(60_000, 20)] * len(NAMES)
    after = [*before[:number], Use(rss, files), *before[number + 1 :]]
    assert grown(before, after) == told


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc says what a process holds")
def test_hours_of_ordinary_use_leave_nothing_behind(tmp_path: Path) -> None:
    town = Town(tmp_path, seed=int(os.environ.get("VERBUND_SOAK_START", "11")))
    began = time.monotonic()
    try:
        town.begin()
        town.open_pages(PAGES)
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
        commands, pages = town.commands(), town.pages()
        assert commands["done"] > MOST * commands.total()
        assert pages[200] > MOST * pages.total()
    finally:
        town.end()
