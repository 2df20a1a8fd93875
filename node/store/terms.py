"""Records whose time is over: what goes, and what stays because it is one's own (§4.5)."""

from collections.abc import Iterable

from node.store.records import Records
from protocol.kind import Statement
from protocol.kinds import CONTROL, RECEIPTS
from protocol.record import Record, fill_content, reread
from protocol.unread import kind_of


def sweep(
    records: Records,
    reached: int,
    own: Iterable[bytes] = (),
    part: tuple[int, int] = (0, 1 << 62),
) -> tuple[int, bool]:
    """Remove what nobody needs to remember any more; gives how many, and whether some of it was
    control records.

    What one's `own` identities said stays: it can be said again. Their tombstones and receipts
    have done what they were for. `part`: numbers from, and below.
    """
    mine = {records.identities.known(one) for one in own}
    rows = records.db.all(
        "select no, author, kind from records where no >= ? and no < ? and keep <= ?",
        (*part, reached),
    )
    gone = [one for one in rows if one[1] not in mine or _has_served(records, one[0])]
    records.delete(no for no, _author, _kind in gone)
    return len(gone), any(kind in CONTROL for _no, _author, kind in gone)


def _has_served(records: Records, no: int) -> bool:
    sql = "select r.envelope, o.kind from records r left join opened o on o.no = r.no"
    envelope, kind = records.db.one(f"{sql} where r.no = ?", (no,))
    return kind in RECEIPTS or reread(envelope).body is None


def run_out(records: Records, own: Iterable[bytes], now: int) -> list[Statement]:
    """What one's own identities said and whose time is over, open and opened."""
    found: list[Statement] = []
    for author in own:
        rows = records.db.all(
            "select envelope, o.kind, o.name, o.body from records r"
            " left join opened o on o.no = r.no where author = ? and expires <= ?",
            (records.identities.known(author), now),
        )
        for envelope, kind, name, body in rows:
            record = reread(envelope)
            found.append(_inside(record, kind, name, body) if kind else record)
    return found


def _inside(outer: Record, kind: str, name: str, body: bytes | None) -> Statement:
    """What was opened of a sealed record."""
    inner = Statement()
    inner.author, inner.audience = outer.author, outer.audience
    inner.seq, inner.epoch = outer.seq, None
    inner.issued, inner.expires = outer.issued, outer.expires
    inner.kind, inner.name, inner.body = kind, name, body
    fill_content(inner, kind_of(kind))
    return inner


def longer(records: Records, now: int, soon: int, own: Iterable[bytes]) -> list[Record]:
    """Own records that end before `soon` where something was once given out until later."""
    marks = [records.identities.known(one) for one in own]
    sql = (
        "select envelope from records where expires < ? and keep > expires and keep > ?"
        f" and author in ({', '.join('?' * len(marks))})"
    )
    return [reread(row[0]) for row in records.db.all(sql, (soon, now, *marks))]
