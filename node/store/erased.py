"""What a tombstone of a sealed record erases (docs/protocol.md §7.11)."""

from node.store.records import Records
from protocol.kind import Statement
from protocol.record import Record


def erased_by(records: Records, tombstone: Record) -> Statement | None:
    """What was opened of the sealed record that `tombstone` replaces, erased too."""
    old = records.standing_at(tombstone.place)
    row = old and records.db.one("select kind, name from opened where no = ?", (old.no,))
    if not row:
        return None
    inner = Statement()
    inner.author, inner.audience = tombstone.author, tombstone.audience
    inner.seq, inner.epoch = tombstone.seq, None
    inner.issued, inner.expires = tombstone.issued, tombstone.expires
    inner.kind, inner.name = row
    inner.body = inner.content = None
    return inner
