"""What is kept here of a person: shown to them, and erased with them."""

from typing import Any

from node.features.acting import tables
from node.people.personal import ME, Entry, Part
from node.people.persons import persons
from node.store.core import Core

MOST = 10_000


def tell(core: Core, person: str) -> list[Part]:
    """For whom they act, who acts for them, and how much of that is written down."""
    entries = []
    for one in tables.agreements_of(core, person):
        mine = one.actor == person
        other = persons(core).get(one.person if mine else one.actor)
        label = "acting.personal.acts" if mine else "acting.personal.acted"
        name = other.name if other else ""
        entries.append(Entry(label, name, seen_by=ME, path="/me/acting"))
    log = len(tables.log_of(core, person, MOST))
    entries += [Entry("acting.personal.log", log, seen_by=ME, path="/me/acting")] if log else []
    return [Part("acting.personal.title", "acting.personal.why", tuple(entries))]


def export(core: Core, person: str) -> dict[str, Any]:
    """Who acts for whom, and what was done."""
    return {
        "agreements": [one._asdict() for one in tables.agreements_of(core, person)],
        "log": [one._asdict() for one in tables.log_of(core, person, MOST)],
    }


def erase(core: Core, person: str) -> None:
    """All of it. Inside `transaction`."""
    tables.erase_acting(core, person)
