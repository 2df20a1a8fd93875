"""When two entries are one person: what is kept here of one is the other's, and back."""

from collections.abc import Mapping
from typing import Any

from node.features.acting import tables
from node.store.core import Core

NAME = "acting"


def merged(core: Core, kept: str, gone: str, moved: dict[str, Any]) -> None:
    """Inside `transaction`."""
    moved[NAME] = tables.move_agreements(core, gone, kept)


def parted(core: Core, kept: str, gone: str, moved: Mapping[str, Any]) -> None:
    """Inside `transaction`."""
    tables.move_agreements_back(core, moved.get(NAME, {}), kept, gone)
