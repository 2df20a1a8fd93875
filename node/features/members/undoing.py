"""Undoing whatever was done to members, by the number of its batch: one button for all of them."""

from node.features.members.changes.tables import batch_of
from node.features.members.changes.undo import Undone, undo
from node.features.members.columns import bring_back_column
from node.features.members.merging import part
from node.store.core import Core


def undo_any(core: Core, no: int, who: str = "") -> Undone:
    """Undo an edit, an end, a merge, a column taken away, an import; `Problem` if there is none."""
    kept = batch_of(core, no)
    if kept is not None and kept.what == "merge":
        return part(core, no, who)
    if kept is None or kept.what != "column-removed":
        return undo(core, no, who)
    with core.transaction():
        if kept.undone is None:
            bring_back_column(core, kept.note)
        return undo(core, no, who)
