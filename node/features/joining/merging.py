"""When two entries are one person: how they came in, and back."""

from collections.abc import Mapping
from typing import Any

from node.features.joining import tables
from node.store.core import Core

NAME = "joining"


def merged(core: Core, kept: str, gone: str, moved: dict[str, Any]) -> None:
    """Who stays came in as the one who goes did. Inside `transaction`."""
    rows = [tables.raw_arrival(core, one) for one in (kept, gone)]
    moved[NAME] = rows
    if rows[1] is not None:
        tables.move_arrival(core, gone, kept)


def parted(core: Core, kept: str, _gone: str, moved: Mapping[str, Any]) -> None:
    """And back, as it was. Inside `transaction`."""
    rows = moved.get(NAME, [])
    if any(row is not None for row in rows):
        tables.remove_arrival(core, kept)
    for row in rows:
        if row is not None:
            tables.put_raw_arrival(core, row)
