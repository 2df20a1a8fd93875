"""What is kept here of a person: shown to them, and erased with them."""

from typing import Any

from node.features.acting import tables
from node.store.core import Core

MOST = 10_000


def export(core: Core, person: str) -> dict[str, Any]:
    """Who acts for whom, and what was done."""
    return {
        "agreements": [one._asdict() for one in tables.agreements_of(core, person)],
        "log": [one._asdict() for one in tables.log_of(core, person, MOST)],
    }


def erase(core: Core, person: str) -> None:
    """All of it. Inside `transaction`."""
    tables.erase_acting(core, person)
