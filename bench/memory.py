"""Resident memory of an idle node, beside a bare process that imported the same libraries.

The node of `start`: 1,000 groups in its directory. `memory` is the larger of the two: when it has
served each of its pages and is idle again. `memory/start` is before that, after `GET /health`.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.filling import filled
from bench.processes import bare, libraries, node
from bench.result import Result, median, say
from bench.start import GROUPS

ROUNDS = 5
WANTED = 70

SETTLED_SECONDS = 2.0
"""The tasks of the start (renewing, forgetting) are over by then."""

PAGES = (
    *("/", "/directory", "/directory?q=umwelt", "/networks", "/meetings", "/meetings.ics"),
    *("/static/style.css", "/.well-known/verbund"),
)


def run() -> Iterator[Result]:
    """Medians of a few rounds."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "node"
        filled(home, GROUPS).close()
        first = libraries(home, ["/health"])
        second = libraries(home, ["/health", *PAGES])
        rounds = [_round(home, first, second) for _ in range(ROUNDS)]
    started, served, bare_first, bare_second = map(median, zip(*rounds, strict=True))
    yield _result("memory", served, bare_second)
    yield _result("memory/start", started, bare_first)


def _round(home: Path, first: Sequence[str], second: Sequence[str]) -> tuple[float, ...]:
    with node(home) as one:
        one.get("/health")
        time.sleep(SETTLED_SECONDS)
        started = one.resident()
        for path in PAGES:
            one.get(path)
        time.sleep(SETTLED_SECONDS)
        served = one.resident()
    beside = []
    for modules in (first, second):
        with bare(modules) as other:
            other.get("/")
            beside.append(other.resident())
    say(f"node {started:.1f}, {served:.1f} MiB; bare {beside[0]:.1f}, {beside[1]:.1f} MiB")
    return started, served, *beside


def _result(name: str, value: float, other: float) -> Result:
    ratio = round(value / other, 3)
    to = "bare aiohttp process importing the same libraries"
    return Result(name, round(value, 1), "MiB", ratio, to, f"≤ {WANTED}", value <= WANTED)
