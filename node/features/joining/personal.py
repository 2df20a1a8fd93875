"""What is kept here of a person: told to them, and erased with them."""

from node.features.joining import tables
from node.people.personal import KEYS, Entry, Part
from node.store.core import Core


def tell(core: Core, person: str) -> list[Part]:
    """How they came in, and which links they made."""
    entries: list[Entry] = []
    arrival = tables.arrival_of(core, person)
    if arrival is not None:
        entries.append(Entry("joining.personal.came", arrival.at, "time", KEYS))
        state = f"joining.arrival.{arrival.state}"
        entries.append(Entry("joining.personal.state", state, "words", KEYS))
        if arrival.contact:
            entries.append(Entry("joining.personal.contact", arrival.contact, seen_by=KEYS))
        if arrival.reason:
            entries.append(Entry("joining.personal.reason", arrival.reason, seen_by=KEYS))
    entries += [
        Entry("joining.personal.link", one.made, "time", KEYS, path=f"/invitations/{one.id}")
        for one in tables.all_links(core)
        if one.made_by == person
    ]
    return [Part("joining.personal.title", "joining.personal.why", tuple(entries))]


def erase(core: Core, person: str) -> None:
    """All of it; links stay without who made them. Inside `transaction`."""
    tables.erase_person(core, person)
