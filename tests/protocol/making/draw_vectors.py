"""draw.json: the generator, lots, whole draws, and transcripts that were altered."""

import json
from typing import Any

from protocol.draw.drawing import draw
from protocol.draw.generator import Generator, draw_key
from protocol.draw.lots import ticket
from protocol.draw_format.lists import read_list
from protocol.draw_format.transcripts import opened, seal_of

ABOUT = (
    "docs/protocol.md §13. `streams`: numbers below each bound and an order of so many, from one "
    "stream after the other. `tickets`: of a key, a kind and an id. `cases`: a frozen list (as "
    "text; its bytes are the UTF-8 of it), a seed, and either the transcript that a draw of it "
    "gives (`transcript`, its bytes with the line feed at the end), or one (`check`) of which a "
    "verifier has to say whether it `holds`, for the list of the case `of`. Their seals fit."
)


def streams() -> list[dict[str, Any]]:
    """Bounds that divide 2³², that don't, and that throw half of the words away."""
    rows = []
    for number, purpose in enumerate(("seats", "mixing", "a purpose – any text")):
        key = bytes([number]) * 32
        generator = Generator(key, purpose)
        bounds = [1, 2, 6, 10, 1000, (1 << 31) + 1, (1 << 32) - 1, 256]
        below = [generator.below(one) for one in bounds]
        row = {"key": key.hex(), "purpose": purpose, "bounds": bounds, "below": below}
        rows.append(row | {"shuffled": generator.shuffled(12)})
    return rows


def tickets() -> list[dict[str, Any]]:
    """Of people and meetings."""
    key = draw_key(bytes(32), bytes(range(32)))
    return [
        {"key": key.hex(), "kind": kind, "id": name, "ticket": ticket(key, kind, name).hex()}
        for kind, name in (("person", "Ada"), ("meeting", "Ada"), ("person", "Łukasz Ö"))
    ]


def made_up(name: str, people: int, meetings: int, **more: Any) -> str:
    """A list from its name: who can go where follows from a generator of the draw itself."""
    pick = Generator(bytes(32), f"vector {name}")
    rows: list[dict[str, Any]] = [
        {"id": f"m{n}", "min": 2 + pick.below(3), "max": 4 + pick.below(3), "day": pick.below(3)}
        for n in range(meetings)
    ]
    persons: list[dict[str, Any]] = []
    for n in range(people):
        allowed = [one["id"] for one in rows if pick.below(3) == 0]
        wishes = [allowed[place] for place in pick.shuffled(len(allowed))[:3]] if allowed else []
        persons.append(
            {
                "id": f"p{n:02}",
                "host": pick.below(5),
                "prefs": [] if more.get("mode") == "random" else wishes,
                "allowed": allowed,
                "avoid": [],
                "companion": None,
            }
        )
    for n in range(more.get("couples", 0)):
        one, other = persons[2 * n], persons[2 * n + 1]
        one["companion"], other["companion"] = other["id"], one["id"]
    for _ in range(more.get("exclusions", 0)):
        one, other = persons[pick.below(people)], persons[pick.below(people)]
        if other["id"] not in (one["id"], one["companion"], *one["avoid"]):
            one["avoid"].append(other["id"])
    for n in range(more.get("unconfirmed", 0)):
        persons[-1 - n]["allowed"] = [one["id"] for one in rows]
        persons[-1 - n]["unconfirmed"] = [["day", [0, 1]], ["day", [n % 3]], ["id", ["m0"]]]
    for n in range(more.get("left_out", 0)):
        persons[3 * n]["left_out"] = 1 + n % 2
    document: dict[str, Any] = {"mode": more.get("mode", "intro"), "meetings": rows}
    document |= {"participants": persons}
    if more.get("mode") == "random":
        names = [persons[n]["id"] for n in pick.shuffled(people)]
        tables = [names[n : n + 4] for n in range(0, people, 4)]
        document["history"] = [tables]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


LISTS = {
    "one person": '{"meetings":[{"id":"a","min":1,"max":1}],"participants":[{"id":"p"}]}',
    "plain": made_up("plain", 24, 6),
    "too few seats": made_up("too few seats", 40, 6),
    "companions": made_up("companions", 30, 6, couples=6),
    "exclusions": made_up("exclusions", 24, 6, couples=2, exclusions=60),
    "unconfirmed": made_up("unconfirmed", 24, 7, unconfirmed=8),
    "left out": made_up("left out", 40, 6, left_out=9),
    "random": made_up("random", 32, 8, mode="random", couples=2),
}


def cases() -> list[dict[str, Any]]:
    """Draws, and altered transcripts."""
    found: list[dict[str, Any]] = []
    for number, (name, text) in enumerate(LISTS.items()):
        source, seed = read_list(text.encode()), bytes([number]) * 32
        raw = draw(source, seed)
        found.append(
            {"name": name, "list": text, "seed": seed.hex(), "transcript": raw.decode("utf-8")}
        )
    by_name = {one["name"]: one for one in found}
    for name, change in ALTERED.items():
        of, what = name.split(": ")
        document = opened(by_name[of]["transcript"].encode())
        change(document)
        document["seal"] = seal_of(document)
        found.append(
            {"name": f"{of}, altered: {what}", "of": of, "check": document, "holds": False}
        )
    return found


def _seated(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in document["people"] if "seat" in row]


def _without(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in document["people"] if "why" in row]


def _lot(document: dict[str, Any]) -> None:
    document["people"][0]["lot"] += 1


def _swap_lots(document: dict[str, Any]) -> None:
    one, other = document["people"][2], document["people"][5]
    one["lot"], other["lot"] = other["lot"], one["lot"]


def _seat(document: dict[str, Any]) -> None:
    rows = _seated(document)
    rows[0]["seat"] = next(row["seat"] for row in rows if row["seat"] != rows[0]["seat"])


def _no_seat(document: dict[str, Any]) -> None:
    row = _seated(document)[0]
    for key in ("seat", "rank", "unwished"):
        row.pop(key, None)
    row["why"] = "nothing"


def _rank(document: dict[str, Any]) -> None:
    _seated(document)[0]["rank"] += 1
    document["totals"]["ranks"] += 1


def _why(document: dict[str, Any]) -> None:
    row = next(one for one in _without(document) if one["why"] == "full")
    row["why"] = "closed"
    del row["regions"]


def _region(document: dict[str, Any]) -> None:
    document["regions"][0]["people"] -= 1


def _smaller_region(document: dict[str, Any]) -> None:
    document["regions"][0]["meetings"].pop()


def _empty(document: dict[str, Any]) -> None:
    row = next(one for one in document["meetings"] if "empty" in one)
    row["empty"] = "unfit" if row["empty"] == "everybody" else "everybody"


def _seed(document: dict[str, Any]) -> None:
    document["seed"] = "ff" * 32


def _waived(document: dict[str, Any]) -> None:
    next(row for row in document["people"] if "waived" in row)["waived"] += 1


def _again(document: dict[str, Any]) -> None:
    _seated(document)[0]["again"] += 1


ALTERED = {
    "plain: a lot": _lot,
    "plain: two lots": _swap_lots,
    "plain: a seat": _seat,
    "plain: no seat": _no_seat,
    "plain: a rank": _rank,
    "plain: the seed": _seed,
    "too few seats: a reason": _why,
    "too few seats: a region": _region,
    "too few seats: a smaller region": _smaller_region,
    "plain: an empty chair": _empty,
    "unconfirmed: waived": _waived,
    "random: who met before": _again,
}
