"""Growth of the draw: 1,000, 10,000 and 30,000 people, in nanoseconds for each allowed pair."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.draw import lists, measured
from bench.result import Result, say

FAMILIES = ("std", "short")
SIZES = (1_000, 10_000, 30_000)
WANTED = 1.1
"""At most in proportion to allowed pairs, from 1,000 people on; a tenth more is noise."""


def run() -> Iterator[Result]:
    """A line for each size of each family; only made-up lists have all sizes."""
    for family in FAMILIES:
        first = None
        for size in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                (path,) = lists(Path(folder), (f"{family} {size}",), only_made_up=True)
                say(f"{family} {size}")
                found = measured(path)
            each = found["seconds"] * 1e9 / found["pairs"]
            first = first or each
            more = {
                "seconds": round(found["seconds"], 2),
                "pairs": found["pairs"],
                "mib": round(found["mib"]),
                "seated": found["totals"]["seated"],
            }
            name, ratio = f"draw_growth/{family}-{size}", round(each / first, 3)
            wish = f"≤ {WANTED:g} × that of 1,000 people"
            to = "1,000 people"
            yield Result(name, round(each), "ns a pair", ratio, to, wish, ratio <= WANTED, more)
