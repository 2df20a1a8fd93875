"""Receipts for what was erased here (docs/protocol.md §6.8)."""

from node.records.erasure_notes import note_receipt
from node.records.publish import Publisher
from node.store.core import Core
from protocol.kind import Statement


def note(core: Core, _publisher: Publisher, receipt: Statement) -> None:
    """Somebody confirmed that it is gone there."""
    if receipt.kind == "erased":
        note_receipt(core, receipt)
