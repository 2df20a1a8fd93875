"""What is kept here of a person: shown to them, and erased with them."""

from dataclasses import asdict
from typing import Any

from node.features.joining import tables
from node.store.core import Core


def export(core: Core, person: str) -> dict[str, Any]:
    """How they came in, and which links they made."""
    arrival = tables.arrival_of(core, person)
    return {
        "came_in": asdict(arrival) if arrival else None,
        "links_made": [asdict(one) for one in tables.all_links(core) if one.made_by == person],
    }


def erase(core: Core, person: str) -> None:
    """All of it; links stay without who made them. Inside `transaction`."""
    tables.erase_person(core, person)
