"""`verbund serve` without passphrase to its first answers ÷ a bare process with the same libraries.

The node has 1,000 groups in its directory. Measured from the start of the process to the whole
answer: `start` to the first request, `GET /health`; `start/page` to the group's page, `GET /`,
asked for right afterwards, which needs more libraries. The bare process imports exactly those
modules of others that the node has imported by then, and answers with aiohttp.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.filling import filled
from bench.processes import bare, libraries, node
from bench.result import Result, median, say

GROUPS = 1_000
ROUNDS = 11
WANTED = 1.5

HEALTH, PAGE = "/health", "/"


def run() -> Iterator[Result]:
    """Medians of rounds, and of their ratios; the first round only warms the caches."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "node"
        filled(home, GROUPS).close()
        first = libraries(home, [HEALTH])
        second = libraries(home, [HEALTH, PAGE])
        say(f"{len(first)} modules of others at the first answer, {len(second)} with the page")
        rounds = [_round(home, first, second) for _ in range(ROUNDS + 1)][1:]
    yield _result("start", rounds, 0, "first answer, /health")
    yield _result("start/page", rounds, 1, "the page /")


def _round(home: Path, first: Sequence[str], second: Sequence[str]) -> tuple[float, ...]:
    with node(home) as one:
        health, page = one.get(HEALTH), one.get(PAGE)
    spent = []
    for modules in (first, second):
        with bare(modules) as other:
            spent.append(other.get("/"))
    say(f"node {health:.3f} s, page {page:.3f} s, bare {spent[0]:.3f} s, {spent[1]:.3f} s")
    return health, page, *spent


def _result(name: str, rounds: list[tuple[float, ...]], which: int, what: str) -> Result:
    value = median([one[which] for one in rounds])
    ratio = median([one[which] / one[which + 2] for one in rounds])
    to = f"bare aiohttp process importing the same libraries; {what}"
    wanted = f"ratio ≤ {WANTED}"
    return Result(name, round(value, 3), "s", round(ratio, 3), to, wanted, ratio <= WANTED)
