"""When two entries are one person: whoever came in as one is the other, and back."""

from collections.abc import Mapping
from typing import Any

from node.features.ways import tables
from node.people.passwords import set_names
from node.people.persons import persons
from node.people.sessions import Sessions
from node.store.core import Core
from node.store.moving import move_back

NAME = "ways"

BEFORE = "before"
"""The source of a name under which somebody signs in: that of the entry which was theirs, too."""


def merged(core: Core, kept: str, gone: str, moved: dict[str, Any]) -> None:
    """Sessions and ways of the one who goes are of the one who stays. Inside `transaction`."""
    sessions = [one.digest.hex() for one in Sessions(core).of(gone)]
    Sessions(core).move(gone, kept)
    other = persons(core).get(gone)
    if other is not None:  # under which they chose a password, perhaps (`members.merging` moves it)
        set_names(core, kept, BEFORE, other.name)
    moved[NAME] = {"sessions": sessions, **tables.move_ways(core, gone, kept)}


def parted(core: Core, kept: str, gone: str, moved: Mapping[str, Any]) -> None:
    """And back. Whoever signed in meanwhile did so as the one who stayed. Inside `transaction`."""
    mine = moved.get(NAME, {})
    for digest in mine.get("sessions", ()):
        Sessions(core).move(kept, gone, bytes.fromhex(digest))
    set_names(core, kept, BEFORE)
    move_back(core.db, tables.MOVES, mine, kept, gone)
