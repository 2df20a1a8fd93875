"""Made-up lists of the families std, short, dense and rand, of any size, from a seed.

    python -m bench.draw_families std 30000 1 > list.json

* std: 1.10 seats a person; short: 0.90
* dense: as std, and 5 % of all pairs exclude each other
* rand: as std, without wishes, after six rounds in which everybody met nine others

Everybody has three restrictions (times, online or not, languages, groups, a way without stairs,
regions near by), and up to five wishes among what these leave; some meetings are far more popular
than others. One in twenty comes only together with somebody; one in twenty excludes somebody.
"""

import json
import random
import sys
from itertools import accumulate
from typing import Any

FAMILIES = {"std": 1.10, "short": 0.90, "dense": 1.10, "rand": 1.10}
TABLE, LEAST = 10, 5
SLOTS = 8
KINDS = ("slot", "slot", "slot", "mode", "host", "lang", "region", "access")


def family(name: str, people: int, seed: int) -> dict[str, Any]:
    """A list as it would be written to a file."""
    pick = random.Random(f"{name} {people} {seed}")
    meetings = _meetings(pick, max(1, round(people * FAMILIES[name] / TABLE)), people)
    rows = [_person(pick, number, meetings, people) for number in range(people)]
    _wish(pick, rows, meetings, name != "rand")
    _relate(pick, rows, people * (people - 1) // 40 if name == "dense" else people // 20)
    rounds = [_tables(pick, rows) for _ in range(6)] if name == "rand" else []
    return {
        "fam": name,
        "n": people,
        "seed": seed,
        "meetings": meetings,
        "participants": rows,
        "history": rounds,
    }


def _meetings(pick: random.Random, count: int, people: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"m{number:04d}",
            "slot": pick.randrange(SLOTS if people > 500 else 4),
            "mode": pick.choice(("online", "offline")),
            "region": pick.randrange(_regions(people)),
            "lang": pick.choices(("de", "en", "tr", "ar"), (82, 11, 5, 2))[0],
            "accessible": pick.random() < 0.8,
            "host": pick.randrange(_groups(people)),
            "min": LEAST,
            "max": TABLE,
        }
        for number in range(count)
    ]


def _regions(people: int) -> int:
    return max(1, people // 250)


def _groups(people: int) -> int:
    return max(5, min(60, people // 20))


def _person(
    pick: random.Random, number: int, meetings: list[dict[str, Any]], people: int
) -> dict[str, Any]:
    region, regions = pick.randrange(_regions(people)), _regions(people)
    speaks = [["de"], ["de", "en"], ["de", "tr"], ["tr"], ["en"]]
    spoken = pick.choices(speaks, (62, 28, 5, 3, 2))[0]
    kinds: set[str] = set()
    while len(kinds) < 3:
        kinds.add(pick.choice(KINDS))
    slots = SLOTS if people > 500 else 4
    away = set(pick.sample(range(slots), pick.randrange(slots // 2 - 1, slots - 1)))
    mode = pick.choices(("online", "offline"), (2, 1))[0]
    others = set(pick.sample(range(_groups(people)), 2))
    near = {region, (region + 1) % regions} if "region" in kinds else {region}
    near |= {(region + 1) % regions, (region - 1) % regions} - (
        {-1} if "region" in kinds else set()
    )
    allowed = [
        one["id"]
        for one in meetings
        if one["lang"] in (spoken[:1] if "lang" in kinds else spoken)
        and (one["mode"] == "online" or one["region"] in near)
        and not ("slot" in kinds and one["slot"] in away)
        and not ("mode" in kinds and one["mode"] != mode)
        and not ("host" in kinds and one["host"] in others)
        and not ("access" in kinds and one["mode"] == "offline" and not one["accessible"])
    ]
    return {
        "id": f"p{number:05d}",
        "host": pick.randrange(_groups(people)),
        "allowed": allowed,
        "avoid": [],
        "companion": None,
        "prefs": [],
    }


def _wish(
    pick: random.Random, rows: list[dict[str, Any]], meetings: list[dict[str, Any]], wishes: bool
) -> None:
    places = pick.sample(range(len(meetings)), len(meetings))
    weight = {one["id"]: 1 / (place + 3) for one, place in zip(meetings, places, strict=True)}
    for row in rows if wishes else ():
        sums = list(accumulate(weight[one] for one in row["allowed"]))
        wanted = min(5, len(row["allowed"]))
        while len(row["prefs"]) < wanted:
            one = pick.choices(row["allowed"], cum_weights=sums)[0]
            if one not in row["prefs"]:
                row["prefs"].append(one)


def _relate(pick: random.Random, rows: list[dict[str, Any]], exclusions: int) -> None:
    couples = 0
    while couples < len(rows) // 40:
        one, other = pick.sample(rows, 2)
        free = one["companion"] is None and other["companion"] is None
        if free and not set(one["allowed"]).isdisjoint(other["allowed"]):
            one["companion"], other["companion"] = other["id"], one["id"]
            couples += 1
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < exclusions:
        one, other = pick.randrange(len(rows)), pick.randrange(len(rows))
        fresh = one < other and (one, other) not in pairs
        if fresh and rows[one]["companion"] != rows[other]["id"]:
            pairs.add((one, other))
            rows[one]["avoid"].append(rows[other]["id"])


def _tables(pick: random.Random, rows: list[dict[str, Any]]) -> list[list[str]]:
    names = [row["id"] for row in rows]
    pick.shuffle(names)
    return [names[at : at + TABLE] for at in range(0, len(names), TABLE)]


if __name__ == "__main__":
    json.dump(family(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])), sys.stdout)
