"""When two entries are one person: whoever came in as one is the other, and back."""

from collections.abc import Mapping
from typing import Any

from node.features.ways import tables
from node.people.passwords import move_password, set_names
from node.people.persons import persons
from node.people.sessions import Sessions
from node.store.core import Core

NAME = "ways"

BEFORE = "before"
"""The source of a name under which somebody signs in: that of the entry which was theirs, too."""


def merged(core: Core, kept: str, gone: str, moved: dict[str, Any]) -> None:
    """Sessions and ways of the one who goes are of the one who stays. Inside `transaction`."""
    sessions = [one.digest.hex() for one in Sessions(core).of(gone)]
    Sessions(core).move(gone, kept)
    other, password = persons(core).get(gone), move_password(core, gone, kept)
    if password and other is not None:  # who chose it knows the name that went with it
        set_names(core, kept, BEFORE, other.name)
    moved[NAME] = {
        "sessions": sessions,
        "password": password,
        **tables.move_ways(core, gone, kept),
    }


def parted(core: Core, kept: str, gone: str, moved: Mapping[str, Any]) -> None:
    """And back. Whoever signed in meanwhile did so as the one who stayed. Inside `transaction`."""
    mine = moved.get(NAME, {})
    for digest in mine.get("sessions", ()):
        Sessions(core).move(kept, gone, bytes.fromhex(digest))
    if mine.get("password"):
        move_password(core, kept, gone)
        set_names(core, kept, BEFORE)
    tables.move_back(core, mine, kept, gone)
