"""What is kept here of a person: shown to them, and erased with them."""

from typing import Any

from node.features.ways import tables
from node.store.core import Core

MOST = 1_000


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
