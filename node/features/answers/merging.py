"""Two persons become one: what either answered is theirs; where both did, what was said last."""

from collections.abc import Mapping
from typing import Any

from node.features.answers import tables
from node.store.core import Core
from node.store.moving import move, move_back

NAME = "answers"


def merged(core: Core, stays: str, goes: str, moved: dict[str, Any]) -> None:
    """In the transaction."""
    dropped = {
        "answers": _drop(core, "answers", _doubled(core, stays, goes)),
        "answers_taken_back": _drop(core, "answers_taken_back", _known(core, stays, goes)),
    }
    tables.share_seen(core, goes, stays)
    moved[NAME] = {"dropped": dropped, **move(core.db, tables.MOVES, goes, stays)}


def _doubled(core: Core, stays: str, goes: str) -> list[str]:
    """Ids of the older answers, where both answered one meeting."""
    mine = {one.meeting: one for one in tables.all_of_person(core, stays)}
    found = []
    for theirs in tables.all_of_person(core, goes):
        other = mine.get(theirs.meeting)
        if other is not None:
            found.append((other if theirs.rev > other.rev else theirs).id)
    return found


def _known(core: Core, stays: str, goes: str) -> list[str]:
    """Ids of what the one who goes took back, where the other said or took back something."""
    mine = {one.meeting for one in tables.all_of_person(core, stays)}
    mine |= {one.meeting for one in tables.taken_back_by(core, stays)}
    return [one.id for one in tables.taken_back_by(core, goes) if one.meeting in mine]


def _drop(core: Core, table: str, ids: list[str]) -> list[list[Any]]:
    return [row for id_ in ids for row in tables.drop(core, table, id_)]


def parted(core: Core, stayed: str, back: str, moved: Mapping[str, Any]) -> None:
    """As it was; what was said meanwhile stays with whom it is. In the transaction."""
    mine = moved.get(NAME)
    if not mine:
        return
    move_back(core.db, tables.MOVES, mine, stayed, back)
    for table, rows in mine["dropped"].items():
        tables.put_raw(core, table, rows)
