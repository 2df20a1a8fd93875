"""Small lists in which much is in the way: minimum sizes, parties of up to five, exclusions.

The families of `bench/draw_families.py` are what a draw meets; these are made to reach every
decision of docs/protocol.md §13.6, such as closed meetings that open again.
"""

import json
import random
from typing import Any


def odd_list(seed: int) -> bytes:
    """A list without faults of 2–69 people, as bytes; another for each seed."""
    pick = random.Random(seed)
    people, seats = pick.randrange(2, 70), pick.choice((3, 4, 6, 10))
    count = max(1, round(people * pick.choice((0.7, 0.9, 1.0, 1.1, 1.5)) / seats))
    meetings = [_meeting(pick, number, seats) for number in range(count)]
    names = [f"pä{number}" for number in range(people)]
    pick.shuffle(names)
    density = pick.choice((0.2, 0.5, 0.9))
    rows = [_person(pick, name, meetings, density) for name in names]
    parties = _come_together(pick, rows, meetings)
    share = pick.choice((0, 0.02, 0.05, 0.15, 0.3)) / 2
    for row in rows:
        others = [one for one in names if parties[one] != parties[row["id"]]]
        row["avoid"] = [one for one in others if pick.random() < share]
    document: dict[str, Any] = {"meetings": meetings, "participants": rows}
    document |= {"mode": mode} if (mode := pick.choice(("intro", "random", None))) else {}
    document |= {"share": [pick.randrange(3), 2]} if pick.random() < 0.3 else {}
    if pick.random() < 0.5:
        document["history"] = [_tables(pick, names) for _ in range(pick.randrange(4))]
    return json.dumps(document, ensure_ascii=pick.random() < 0.5).encode()


def _meeting(pick: random.Random, number: int, seats: int) -> dict[str, Any]:
    most = pick.randrange(1, 2 * seats)
    least = min(most, pick.choice((0, 1, 2, seats // 2, seats, most)))
    kinds = {"slot": pick.randrange(3), "host": pick.randrange(4)}
    return {"id": f"m{number}", "max": most, "min": least} | kinds


def _person(
    pick: random.Random, name: str, meetings: list[dict[str, Any]], density: float
) -> dict[str, Any]:
    row: dict[str, Any] = {"id": name, "host": pick.randrange(5)}
    everything = [one["id"] for one in meetings]
    if pick.random() < 0.9:
        row["allowed"] = [one for one in everything if pick.random() < density]
    if pick.random() < 0.8:
        row["prefs"] = pick.sample(everything, min(len(everything), pick.randrange(6)))
    if pick.random() < 0.2:
        said = [["slot", [0, 1]], ["host", pick.randrange(4)], ["slot", 2]]
        row["unconfirmed"] = said[: pick.randrange(4)]
    if pick.random() < 0.2:
        row["left_out"] = pick.randrange(3)
    return row


def _come_together(
    pick: random.Random, rows: list[dict[str, Any]], meetings: list[dict[str, Any]]
) -> dict[str, int]:
    """Make parties; gives the party of each person."""
    often, left, found = pick.choice((0, 0.1, 0.3, 0.9)), list(rows), {}
    while left:
        size = pick.choice((2, 2, 3, 5)) if pick.random() < often else 1
        party, left = left[:size], left[size:]
        allowed = [one["id"] for one in meetings if pick.random() < 0.7]
        for row in party:
            found[row["id"]] = len(left)
            if len(party) > 1:
                row["companion"] = [one["id"] for one in party if one is not row]
                row["allowed"] = allowed
    return found


def _tables(pick: random.Random, names: list[str]) -> list[list[str]]:
    row = [*names, "somebody who is not here"]
    pick.shuffle(row)
    return [row[at : at + 5] for at in range(0, len(row), 5)]
