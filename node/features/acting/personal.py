"""What is kept here of a person: told to them, and erased with them."""

from node.features.acting import tables
from node.people.personal import ME, Entry, Part
from node.people.persons import persons
from node.store.core import Core

MOST = 10_000
PAGE = "/me/acting"


def tell(core: Core, person: str) -> list[Part]:
    """For whom they act, who acts for them, and what was done."""
    entries: list[Entry] = []
    for one in tables.agreements_of(core, person):
        label, id_ = ("for", one.person) if one.actor == person else ("by", one.actor)
        other = persons(core).get(id_)
        name = other.name if other else ""
        entries.append(Entry(f"acting.personal.{label}", name, seen_by=ME, path=PAGE))
    entries += [
        Entry(f"acting.happened.{one.what}", one.at, "time", ME, path=one.path)
        for one in tables.log_of(core, person, MOST)
    ]
    return [Part("acting.personal.title", "acting.personal.why", tuple(entries))]


def erase(core: Core, person: str) -> None:
    """All of it. Inside `transaction`."""
    tables.erase_acting(core, person)
