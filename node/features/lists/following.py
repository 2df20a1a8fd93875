"""Soon after a start, and every hour: what an import of a list left half is taken back."""

from node.features.groups.tables import undo_of
from node.store.core import Core


def tidy(core: Core) -> None:
    """Outside of transactions; what that takes is imported only if there is any."""
    if core.db.conn.in_transaction or not (undo_of(core) or {}).get("half"):
        return
    from node.features.lists.undo import mend

    mend(core)
