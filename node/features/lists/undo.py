"""Undoing the last import: of one's own list, or into the group's own entry.

Rules: what an import replaced is kept, so that the last one can be undone wholly or not at all;
what somebody changed since is not lost by it; what is erased is not kept here either.
"""

from typing import Any

from node.base.errors import Problem
from node.features.erasures.actions import erase_group
from node.features.groups.actions import current_entry, edit_group
from node.features.groups.tables import keep_undo, own_list, undo_of
from node.store.core import Core
from node.store.disk_reserve import essential
from protocol.ids import from_text


def remember(
    core: Core,
    new: list[str],
    replaced: list[dict[str, Any]],
    mine: dict[str, Any] | None = None,
) -> None:
    """Keep what brings back the state before: names of new entries, contents of replaced ones.

    `mine`: of an own entry its `id`, and its contents `before` and `after`. Inside a transaction.
    """
    numbers = [own_list(core).number(one["name"]) for one in replaced]
    kept = {"new": new, "replaced": replaced, "numbers": numbers, "mine": mine}
    keep_undo(core, kept)


@essential
def undo_import(core: Core, *, dry_run: bool = False) -> tuple[int, int]:
    """Undo the last import or removal: how many entries went, how many are as before.

    `Problem` `nothing-to-undo`, or `changed-since` if the group's own entry is another by now.
    """
    with core.transaction():
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
    for name in kept["new"]:
        own_list(core).remove(name)
    numbers = kept.get("numbers") or [None] * len(kept["replaced"])
    for content, number in zip(kept["replaced"], numbers, strict=True):
        own_list(core).put(content, number)
    keep_undo(core, None)


def _undo_mine(core: Core, mine: dict[str, Any]) -> None:
    own = from_text(mine["id"])
    if mine["before"] is None:  # there was none
        erase_group(core, own)
    else:
        edit_group(core, own, mine["before"])
