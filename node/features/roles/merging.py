"""When two entries are one person: what is kept here of one is the other's, and back."""

from collections.abc import Mapping
from typing import Any

from node.features.roles import tables
from node.store.core import Core
from node.store.moving import move_back

NAME = "roles"


def merged(core: Core, kept: str, gone: str, moved: dict[str, Any]) -> None:
    """Inside `transaction`."""
    moved[NAME] = tables.move_roles(core, gone, kept)


def parted(core: Core, kept: str, gone: str, moved: Mapping[str, Any]) -> None:
    """Inside `transaction`."""
    move_back(core.db, tables.MOVES, moved.get(NAME, {}), kept, gone)
