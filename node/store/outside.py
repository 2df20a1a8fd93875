"""How much room sealed and closed records take, and for whom they are (docs/protocol.md §4.8)."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from node.store.database import Database
from node.store.numbers import PART, Numbers


class Outside:
    """Their sizes. All writing happens inside `Database.writing`."""

    def __init__(self, database: Database, identities: Numbers[bytes]) -> None:
        self.db = database
        self._identities = identities
        self._carried: int | None = None

    def forget(self) -> None:
        """After a rollback, what was counted is wrong."""
        self._carried = None

    def put(self, rows: Iterable[tuple[int, bytes, bool, int]]) -> None:
        """Count records: (number, author, whether it is for others only, bytes)."""
        found = [(no, self._identities.of(by), int(only), size) for no, by, only, size in rows]
        self.db.many("insert into outside (no, author, carried, size) values (?, ?, ?, ?)", found)
        if self._carried is not None:
            self._carried += sum(size for _no, _by, only, size in found if only)

    def delete(self, rows: list[tuple[int]]) -> None:
        """They are gone. `carried_at_most` stays an upper bound."""
        self.db.many("delete from outside where no = ?", rows)

    def by(self, authors: AbstractSet[bytes]) -> dict[bytes, tuple[int, int, int]]:
        """What is held of each of these: how many, their bytes, and those that are only for others.

        One query for `PART` of them, however many records they have.
        """
        found = dict.fromkeys(authors, (0, 0, 0))
        known = {no: one for one in authors if (no := self._identities.known(one)) is not None}
        numbers = list(known)
        for start in range(0, len(numbers), PART):
            part = numbers[start : start + PART]
            rows = self.db.all(
                "select author, count(*), sum(size), sum(size * carried) from outside"
                f" where author in ({', '.join('?' * len(part))}) group by author",
                part,
            )
            found.update((known[no], (count, size, only)) for no, count, size, only in rows)
        return found

    def size_of(self, no: int) -> int:
        """Bytes of one record; 0 if it is none of these."""
        row = self.db.one("select size from outside where no = ?", (no,))
        return int(row[0]) if row else 0

    def carried_at_most(self) -> int:
        """Bytes that are for others: as counted some time ago, without what went since."""
        return self.count_carried() if self._carried is None else self._carried

    def count_carried(self) -> int:
        """Bytes that are for others, counted anew."""
        sql = "select coalesce(sum(size), 0) from outside where carried = 1"
        self._carried = int(self.db.one(sql)[0])
        return self._carried
