"""What is kept here of a person: shown to them, and erased with them."""

from typing import Any

from node.features.ways import tables
from node.people.personal import ME, Entry, Part
from node.store.core import Core

MOST = 1_000


def tell(core: Core, person: str) -> list[Part]:
    """Their ways to come in, and how much is written down of them."""
    papers, _made = tables.paper_of(core, person)
    entries = [
        Entry("ways.personal.passkey", f"{one.name} ({one.host})", seen_by=ME, path="/me/ways")
        for one in tables.passkeys_of(core, person)
    ]
    for name, count in (("papers", papers), ("log", len(tables.log_of(core, person, MOST)))):
        if count:
            entries.append(Entry(f"ways.personal.{name}", count, seen_by=ME, path="/me/ways"))
    return [Part("ways.personal.title", "ways.personal.why", tuple(entries))]


def export(core: Core, person: str) -> dict[str, Any]:
    """Of each way when it was made; the secrets themselves are not kept, or of no use elsewhere."""
    papers, made = tables.paper_of(core, person)
    return {
        "passkeys": [
            {"name": one.name, "host": one.host, "made": one.made, "used": one.used}
            for one in tables.passkeys_of(core, person)
        ],
        "codes_on_paper": {"left": papers, "made": made},
        "log": [one._asdict() for one in tables.log_of(core, person, MOST)],
    }


def erase(core: Core, person: str) -> None:
    """All of it. Inside `transaction`."""
    tables.erase_ways(core, person)
