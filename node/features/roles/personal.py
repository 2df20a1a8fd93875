"""What is kept here of a person: shown to them, and erased with them."""

from typing import Any

from node.features.roles import tables
from node.store.core import Core

MOST = 1_000


def export(core: Core, person: str) -> dict[str, Any]:
    """What happened to their roles."""
    return {"roles": [one._asdict() for one in tables.log_of(core, person, MOST)]}


def erase(core: Core, person: str) -> None:
    """All of it. Inside `transaction`."""
    tables.erase_roles(core, person)
