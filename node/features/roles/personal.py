"""What is kept here of a person: shown to them, and erased with them."""

from typing import Any

from node.features.roles import tables
from node.people.personal import GROUP, Entry, Part
from node.store.core import Core

MOST = 1_000


def tell(core: Core, person: str) -> list[Part]:
    """When something happened to their roles."""
    entries = tuple(
        Entry(f"roles.personal.{one.what}", one.at, "time", GROUP)
        for one in tables.log_of(core, person, MOST)
    )
    return [Part("roles.personal.title", "roles.personal.why", entries)]


def export(core: Core, person: str) -> dict[str, Any]:
    """What happened to their roles."""
    return {"roles": [one._asdict() for one in tables.log_of(core, person, MOST)]}


def erase(core: Core, person: str) -> None:
    """All of it. Inside `transaction`."""
    tables.erase_roles(core, person)
