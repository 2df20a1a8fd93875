"""Records that this software can't read, or could not when they came (docs/protocol.md §4.9)."""

from collections.abc import Iterable, Sequence

from node.store.numbers import PART
from node.store.records import Records
from protocol.kinds import KINDS

Kept = tuple[int, str, int, int, str]
"""Until when nothing older may come, and a place: kind, audience, author (by number), name."""


def _marks(some: Iterable[object]) -> str:
    return ", ".join("?" for _ in some)


def unread_by(records: Records, author: bytes) -> tuple[int, int]:
    """How many records one author has in kinds that are not known here, and their bytes."""
    no = records.identities.known(author)
    sql = (
        "select count(*), coalesce(sum(length(envelope)), 0) from records"
        f" where author = ? and kind not in ({_marks(KINDS)})"
    )
    count, size = (0, 0) if no is None else records.db.one(sql, (no, *KINDS))
    return int(count), int(size)


def note(records: Records, numbers: Iterable[int]) -> None:
    """These could not be read."""
    records.db.many("insert or ignore into unread values (?)", [(no,) for no in numbers])


def unread(records: Records) -> list[tuple[int, str]]:
    """Number and outer kind of what could not be read when it came."""
    if records.db.one("select 1 from unread limit 1") is None:
        return []
    return records.db.all("select r.no, r.kind from unread u join records r on r.no = u.no")


def forget_gone(records: Records) -> None:
    """Numbers are never given twice, so those of what is gone only take room."""
    records.db.run("delete from unread where no not in (select no from records)")


def kept(records: Records, numbers: Sequence[int]) -> list[Kept]:
    """Until when the places of some records are kept."""
    found: list[Kept] = []
    for start in range(0, len(numbers), PART):
        part = numbers[start : start + PART]
        sql = f"select keep, kind, audience, author, name from records where no in ({_marks(part)})"
        found += records.db.all(sql, part)
    return found


def keep(records: Records, places: Iterable[Kept]) -> None:
    """Keep places as long as they were kept before."""
    records.db.many(
        "update records set keep = max(keep, ?)"
        " where kind = ? and audience = ? and author = ? and name = ?",
        list(places),
    )
