"""The shape of a transcript: which fields there are, of which type (§13.8)."""

from typing import Any

from protocol.draw_check.doubts import Doubts

TOP = {
    *("format", "groups", "list", "meetings", "mode", "people"),
    *("regions", "seal", "seed", "share", "totals"),
}
PERSON = {"id": str, "lot": int}
MEETING = {"id": str, "lot": int}
REGION = {"meetings": list, "people": int, "seats": int}
GROUP = {"excluding": int, "meetings": list, "needed": int, "people": int}
WITH_REGIONS = ("full", "blocked")
WHY = ("nothing", "apart", "closed", *WITH_REGIONS, "procedure")


def check_shape(document: dict[str, Any], doubts: Doubts) -> bool:
    """Whether every field is there and of its type, so that the other checks can rely on it."""
    whole = doubts.expect(set(document) == TOP, "shape", "fields")
    if not whole:
        return False
    for name, wanted in (("groups", GROUP), ("regions", REGION)):
        for at, row in enumerate(_rows(document[name])):
            good = _has(row, wanted) and set(row) == set(wanted) and _texts(row["meetings"])
            doubts.expect(good, "shape", f"{name} {at + 1}")
    intro = document["mode"] == "intro"
    for at, row in enumerate(_rows(document["people"])):
        doubts.expect(_is_person(row, intro), "shape", f"people {at + 1}")
    for at, row in enumerate(_rows(document["meetings"])):
        doubts.expect(_is_meeting(row), "shape", f"meetings {at + 1}")
    for name in ("groups", "regions", "people", "meetings"):
        doubts.expect(type(document[name]) is list, "shape", name)
    for name in ("list", "seed", "seal"):
        doubts.expect(_is_hex(document[name]), "shape", name)
    totals = document["totals"]
    good = type(totals) is dict and all(_is_count(one) for one in totals.values())
    doubts.expect(good, "shape", "totals")
    return not doubts


def _rows(value: Any) -> list[Any]:
    return value if type(value) is list else []


def _has(row: Any, wanted: dict[str, type]) -> bool:
    return type(row) is dict and all(
        type(row.get(key)) is kind and (kind is not int or row[key] >= 0)
        for key, kind in wanted.items()
    )


def _texts(value: Any) -> bool:
    return type(value) is list and all(type(one) is str for one in value)


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_hex(value: Any) -> bool:
    return type(value) is str and len(value) == 64 and not set(value) - set("0123456789abcdef")


def _is_person(row: Any, intro: bool) -> bool:
    if not _has(row, PERSON):
        return False
    keys = set(row) - set(PERSON)
    if "waived" in keys:
        keys.discard("waived")
        if not _is_count(row["waived"]) or not row["waived"]:
            return False
    if "unwished" in keys:
        keys.discard("unwished")
        if row["unwished"] is not True or "rank" not in keys:
            return False
    if "seat" in row:
        others = ("rank",) if intro else ("again", "own")
        return (
            type(row["seat"]) is str
            and keys == {"seat", *others}
            and all(_is_count(row[one]) for one in others)
        )
    if row.get("why") not in WHY:
        return False
    if row["why"] not in WITH_REGIONS:
        return keys == {"why"}
    places = row.get("regions")
    return keys == {"why", "regions"} and type(places) is list and all(map(_is_count, places))


def _is_meeting(row: Any) -> bool:
    if not _has(row, MEETING):
        return False
    keys = set(row) - set(MEETING)
    if "closed" in row:
        if keys == {"closed", "why"}:
            return _is_count(row["closed"]) and row["why"] in ("spare", "procedure")
        return keys == {"closed", "group"} and all(_is_count(row[one]) for one in keys)
    if keys - {"empty"} != {"people"} or not _is_count(row["people"]):
        return False
    return "empty" not in row or row["empty"] in ("everybody", "unfit")
