"""When two entries are one person: how they came in, and back."""

from collections.abc import Mapping
from typing import Any

from node.features.joining import tables
from node.store.core import Core
from node.store.moving import move, move_back

NAME = "joining"


def merged(core: Core, kept: str, gone: str, moved: dict[str, Any]) -> None:
    """Who stays came in as the one who goes did. Inside `transaction`."""
    rows = [tables.raw_arrival(core, one) for one in (kept, gone)]
    if rows[1] is not None:
        tables.move_arrival(core, gone, kept)
    moved[NAME] = {"rows": rows, **move(core.db, tables.MOVES, gone, kept)}


def parted(core: Core, kept: str, gone: str, moved: Mapping[str, Any]) -> None:
    """And back, as it was. Inside `transaction`."""
    mine = moved.get(NAME, {})
    rows = mine.get("rows", [])
    if any(row is not None for row in rows):
        tables.remove_arrival(core, kept)
    for row in rows:
        if row is not None:
            tables.put_raw_arrival(core, row)
    move_back(core.db, tables.MOVES, mine, kept, gone)
