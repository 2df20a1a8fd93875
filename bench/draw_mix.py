"""Random meetings: how many of the pairs who meet have met before, in per cent."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.draw import lists, measured
from bench.draw_child import SEED, content
from bench.result import Result, say
from protocol.draw.deciding import seat_more
from protocol.draw.generator import Generator, draw_key
from protocol.draw.instance import build
from protocol.draw.minimum import settle
from protocol.draw.mixing import totals
from protocol.draw_format.lists import read_list

MADE_UP = ("rand 1000", "rand 10000")
WANTED = {1_000: 0.7, 10_000: 0.5}


def run() -> Iterator[Result]:
    """A line for each list of random meetings."""
    with tempfile.TemporaryDirectory() as folder:
        for path in lists(Path(folder), MADE_UP):
            raw = content(path)
            if json.loads(raw).get("fam") == "rand":
                yield _one(path, raw)


def _one(path: Path, raw: bytes) -> Result:
    name = f"draw_mix/{path.name.removesuffix('.xz').removesuffix('.json')}"
    say(name)
    found = measured(path)
    source = read_list(raw)
    instance = build(source, draw_key(source.fingerprint, SEED))
    board, closings = settle(instance, Generator(instance.key, "seats"))
    seat_more(board, closings)
    again, own, pairs = totals(instance, board.at)
    seen = found["totals"]
    percent = 100 * seen["again"] / max(1, seen["pairs"])
    wanted = WANTED.get(len(source.people))
    more = {
        "own_percent": round(100 * seen["own"] / max(1, seen["pairs"]), 3),
        "unmixed_percent": round(50 * sum(again) / max(1, pairs), 3),
        "unmixed_own_percent": round(50 * sum(own) / max(1, pairs), 3),
        "seated": seen["seated"],
        "seconds": round(found["seconds"], 3),
        "mib": round(found["mib"], 1),
    }
    wish = "shown beside" if wanted is None else f"≤ {wanted:g} %"
    good = wanted is None or percent <= wanted
    return Result(name, round(percent, 3), "%", None, None, wish, good, more)
