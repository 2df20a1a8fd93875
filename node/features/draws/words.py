"""What a transcript says about one person, in a sentence of each language."""

from typing import Any

from node.base import formats
from node.texts import Texts
from protocol.draw_format.faults import Fault


def find(document: dict[str, Any], name: str) -> dict[str, Any] | None:
    """The line of a person; capital letters don't matter if nobody else is meant."""
    rows: list[dict[str, Any]] = document["people"]
    exact = [row for row in rows if row["id"] == name]
    if exact:
        return exact[0]
    similar = [row for row in rows if row["id"].casefold() == name.casefold()]
    return similar[0] if len(similar) == 1 else None


def sentence(document: dict[str, Any], row: dict[str, Any], texts: Texts) -> str:
    """Why somebody has this seat, or none."""
    parts = [_seat(document, row, texts) if "seat" in row else _reason(document, row, texts)]
    if "waived" in row:
        parts.append(texts("draws.explain.waived", n=row["waived"]))
    return " ".join(parts)


def _seat(document: dict[str, Any], row: dict[str, Any], texts: Texts) -> str:
    lots = max(one["lot"] for one in document["people"])
    values = {"meeting": row["seat"], "lot": _n(row["lot"], texts), "lots": _n(lots, texts)}
    if document["mode"] == "random":
        met = "draws.explain.met_none" if not row["again"] else "draws.explain.met"
        return texts("draws.explain.random", **values) + " " + texts(met, n=row["again"])
    if "unwished" in row:
        return texts("draws.explain.unwished", **values)
    return texts("draws.explain.wished", rank=row["rank"], **values)


def _reason(document: dict[str, Any], row: dict[str, Any], texts: Texts) -> str:
    why = row["why"]
    if why == "full":
        return _full(document, row, texts)
    return texts(f"draws.explain.{why}", lot=_n(row["lot"], texts))


def _full(document: dict[str, Any], row: dict[str, Any], texts: Texts) -> str:
    region = document["regions"][row["regions"][0]]
    rivals = [
        one["lot"]
        for one in document["people"]
        if one.get("why") == "full" and set(one["regions"]) & set(row["regions"])
    ]
    last = "last" if len(set(rivals)) == 1 else "late"
    if len(row["regions"]) > 1:
        last = "parts"
    return texts(
        f"draws.explain.full_{last}",
        people=_n(region["people"] + len(rivals), texts),
        seats=_n(region["seats"], texts),
        meetings=_meetings(region["meetings"], texts),
        lot=_n(row["lot"], texts),
    )


NAMED = 3
"""Meetings that a sentence names; of more it says how many."""


def _meetings(names: list[str], texts: Texts) -> str:
    if len(names) <= NAMED:
        return formats.list_words(tuple(names), texts)
    return texts("draws.explain.meetings", n=_n(len(names), texts))


def _n(number: int, texts: Texts) -> str:
    return formats.number(number, texts)


def fault(one: Fault, texts: Texts) -> str:
    """What is wrong with a list, or only worth a note, and with whom."""
    said = texts(f"draws.fault.{one.code.replace('-', '_')}")
    if not one.where:
        return said
    more = one.times - len(one.where)
    shown = ", ".join(one.where)
    if more:
        shown = texts("draws.fault.more", names=shown, n=more)
    return f"{said} ({shown})"
