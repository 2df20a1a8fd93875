"""What is kept here of a person: shown to them, and erased with them."""

from dataclasses import asdict
from typing import Any

from node.features.joining import tables
from node.people.personal import KEYS, Entry, Part
from node.store.core import Core


def tell(core: Core, person: str) -> list[Part]:
    """When they came in, what they gave to be recognised, and which links they made."""
    arrival, entries = tables.arrival_of(core, person), []
    if arrival is not None:
        entries.append(Entry("joining.personal.came", arrival.at, "time", KEYS))
        entries.append(Entry("joining.personal.state", _state(arrival.state), "words", KEYS))
        entries += [
            Entry(f"joining.personal.{name}", said, seen_by=KEYS)
            for name, said in (("contact", arrival.contact), ("reason", arrival.reason))
            if said
        ]
    made = sum(1 for one in tables.all_links(core) if one.made_by == person)
    entries += [Entry("joining.personal.links", made, seen_by=KEYS)] if made else []
    return [Part("joining.personal.title", "joining.personal.why", tuple(entries))]


def _state(state: str) -> str:
    return f"joining.personal.{state.replace('-', '_')}"


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
