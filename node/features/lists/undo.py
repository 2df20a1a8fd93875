"""Undoing the last import: of one's own list, or into the group's own entry.

Rules: what an import replaced is kept, so that the last one can be undone wholly or not at all;
what somebody changed since is not lost by it; what is erased is not kept here either.

An import is written in pieces, so that nobody waits for it, and kept as *half* until it is whole:
what a node that stopped left half is taken back before the list is changed again, and soon after
the next start (`node.features.lists.following`); what could be undone before can be then.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from node.base.errors import Problem
from node.features.erasures.actions import erase_group
from node.features.groups.actions import current_entry, edit_group
from node.features.groups.tables import keep_undo, own_list, undo_of
from node.store.core import Core
from node.store.disk_reserve import essential
from node.store.pieces import in_pieces
from protocol.ids import from_text

_busy: set[int] = set()
"""Nodes of which the list is being changed right now."""


@contextmanager
def alone(core: Core) -> Iterator[None]:
    """Change the list inside, and nobody else does; `Problem` if somebody is at it."""
    if id(core) in _busy:
        raise Problem("list-busy")
    mend(core)
    _busy.add(id(core))
    try:
        yield
    finally:
        _busy.discard(id(core))


def mend(core: Core) -> bool:
    """Take back what was left half, unless somebody is at it; whether there was anything."""
    return id(core) not in _busy and take_back(core)


def take_back(core: Core) -> bool:
    """The same, by who is at it."""
    kept = undo_of(core)
    if kept is None or not kept.get("half"):
        return False
    in_pieces(core, _steps(core, kept), lambda step: step())
    with core.transaction():
        keep_undo(core, kept["earlier"])
    return True


def remember(
    core: Core,
    new: list[str],
    replaced: list[dict[str, Any]],
    mine: dict[str, Any] | None = None,
    *,
    half: bool = False,
) -> None:
    """Keep what brings back the state before: names of new entries, contents of replaced ones.

    `mine`: of an own entry its `id`, and its contents `before` and `after`. `half`: it is only
    about to be written, `finish` says that it was. Inside a transaction.
    """
    numbers = [own_list(core).number(one["name"]) for one in replaced]
    kept = {"new": new, "replaced": replaced, "numbers": numbers, "mine": mine}
    keep_undo(core, kept | ({"half": True, "earlier": undo_of(core)} if half else {}))


def finish(core: Core) -> None:
    """What was half is whole. Inside a transaction."""
    kept = undo_of(core) or {}
    keep_undo(core, {name: kept[name] for name in ("new", "replaced", "numbers", "mine")})


@essential
def undo_import(core: Core, *, dry_run: bool = False) -> tuple[int, int]:
    """Undo the last import or removal: how many entries went, how many are as before.

    `Problem` `nothing-to-undo`, or `changed-since` if the group's own entry is another by now.
    """
    with alone(core), core.transaction():
        kept = undo_of(core)
        if kept is None:
            raise Problem("nothing-to-undo")
        mine = kept.get("mine")
        if mine is not None and current_entry(core, from_text(mine["id"])) != mine["after"]:
            raise Problem("changed-since")
        counted = len(kept["new"]), len(kept["replaced"]) + (mine is not None)
        if not dry_run:
            _undo_list(core, kept)
    if mine is not None and not dry_run:
        _undo_mine(core, mine)
    return counted


def _undo_list(core: Core, kept: dict[str, Any]) -> None:
    for step in _steps(core, kept):
        step()
    keep_undo(core, None)


def _steps(core: Core, kept: dict[str, Any]) -> Iterator[partial[bool]]:
    for name in kept["new"]:
        yield partial(own_list(core).remove, name)
    numbers = kept.get("numbers") or [None] * len(kept["replaced"])
    for content, number in zip(kept["replaced"], numbers, strict=True):
        yield partial(own_list(core).put, content, number)


def _undo_mine(core: Core, mine: dict[str, Any]) -> None:
    own = from_text(mine["id"])
    if mine["before"] is None:  # there was none
        erase_group(core, own)
    else:
        edit_group(core, own, mine["before"])
