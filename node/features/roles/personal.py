"""What is kept here of a person: told to them, and erased with them."""

from node.features.roles import tables
from node.people.personal import Entry, Part
from node.store.core import Core

MOST = 1_000


def tell(core: Core, person: str) -> list[Part]:
    """What happened to their roles."""
    entries = (
        Entry(f"roles.happened.{_plain(one.what)}", one.at, "time")
        for one in tables.log_of(core, person, MOST)
    )
    return [Part("roles.personal.title", "roles.personal.why", tuple(entries))]


def _plain(what: str) -> str:
    """What happened, whoever did it."""
    return "alone-readmit" if what == "keeper-readmit" else what.removeprefix("keeper-")


def erase(core: Core, person: str) -> None:
    """All of it. Inside `transaction`."""
    tables.erase_roles(core, person)
