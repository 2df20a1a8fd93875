"""Fairness over 300 seeds: equals are treated equally, and nobody's chance is small.

People who can come to the same meetings, alone, are equals: their numbers of seats should differ as
those of coins that are thrown as often (χ² per degree of freedom, 1). The 1st percentile of all who
can come anywhere that takes place is compared with the best possible smallest chance.
"""

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bench.draw import lists
from bench.draw_child import content
from bench.result import Result, say
from protocol.draw.deciding import by_lots, seat_more
from protocol.draw.generator import draw_key
from protocol.draw.instance import build
from protocol.draw.minimum import settle
from protocol.draw_format.lists import read_list

SEEDS = 300
BEST_MINIMUM = 0.838
"""The largest smallest chance that any lottery could give on 1000-short-1, as it was worked out for
that list. For a made-up list the mean chance stands in: no lottery has a higher smallest one."""

LEAST, OFF = 0.93, 0.3


def run() -> Iterator[Result]:
    """One line for each list of the family short."""
    with tempfile.TemporaryDirectory() as folder:
        for path in lists(Path(folder), ("short 1000",)):
            raw = content(path)
            if "1000-short" in path.name and not path.name.startswith("10000"):
                yield _one(path, raw)


def _one(path: Path, raw: bytes) -> Result:
    source = read_list(raw)
    name = f"draw_fair/{path.name.removesuffix('.xz').removesuffix('.json')}"
    say(name)
    seats = [0] * len(source.people)
    for seed in range(SEEDS):
        instance = build(source, draw_key(source.fingerprint, seed.to_bytes(32, "big")))
        board, closings = settle(instance)
        seat_more(board, closings)
        by_lots(board)
        for person, unit in enumerate(instance.unit_of):
            seats[person] += board.at[unit] >= 0
    chances = sorted(
        count / SEEDS
        for count, person in zip(seats, source.people, strict=True)
        if person.allowed and count
    )
    equals = _chi_squared(seats, [(one.allowed, one.companions) for one in source.people])
    percentile = chances[len(chances) // 100]
    named = json.loads(raw).get("seed") == 1 and path.suffix == ".xz"
    best = BEST_MINIMUM if named else sum(chances) / len(chances)
    good = abs(equals - 1) <= OFF and percentile >= LEAST * best
    more = {
        "chi_squared": round(equals, 3),
        "percentile": round(percentile, 4),
        "best_minimum": round(best, 4),
        "smallest": chances[0],
    }
    wish = f"percentile ≥ {LEAST:g} × best possible minimum, χ² per degree 1 ± {OFF:g}"
    share = round(percentile / best, 4)
    return Result(name, share, "of the best minimum", None, None, wish, good, more)


def _chi_squared(seats: list[int], kinds: list[tuple[int, tuple[str, ...]]]) -> float:
    """Over all groups of equals: the sum of (seen - mean)² / (n p (1 - p)), per degree."""
    groups = defaultdict(list)
    for count, (allowed, companions) in zip(seats, kinds, strict=True):
        if allowed and not companions:
            groups[allowed].append(count)
    total, degrees = 0.0, 0
    for counts in groups.values():
        mean = sum(counts) / len(counts)
        chance = mean / SEEDS
        if len(counts) > 1 and 0 < chance < 1:
            spread = SEEDS * chance * (1 - chance)
            total += sum((one - mean) ** 2 for one in counts) / spread
            degrees += len(counts) - 1
    return total / max(1, degrees)
