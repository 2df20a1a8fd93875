"""Small numbers for identities and audiences, so that indexes stay small.

`learn` gives numbers to all that a batch needs in a few statements: one at a time they would cost
as much as storing the records.

`purge` takes back the numbers that no record needs any more: whoever invents identities and
audiences, and lets what it said of them expire, must leave nothing behind. A number is never given
twice, so that one that somebody still remembers stands for nothing else.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Generic, TypeVar

from node.store.database import Database
from protocol.audience import Audience
from protocol.encoding import decode, encode

T = TypeVar("T")

KNOWN = 50_000
"""Numbers kept in memory: some MiB. What is forgotten is read again."""

PART = 500
"""Values bound in one statement: older SQLite allows 999."""


class Numbers(Generic[T]):
    """Numbers of the rows of a table that has a `no` and one unique column of bytes."""

    def __init__(
        self,
        database: Database,
        table: str,
        column: str,
        pack: Callable[[T], bytes],
        unpack: Callable[[bytes], T],
    ) -> None:
        self.db = database
        self._pack, self._unpack = pack, unpack
        self._find = f"select no from {table} where {column} = ?"
        self._find_all = f"select {column}, no from {table} where {column} in "
        self._read = f"select {column} from {table} where no = ?"
        self._insert = f"insert into {table} (no, {column}) values (?, ?)"
        self._last = f"select coalesce(max(no), 0) from {table}"
        # The highest stays, needed or not: the next number is the one after it.
        self._purge = f"delete from {table} where no < ({self._last}) and no not in "
        self._numbers: dict[T, int] = {}
        self._things: dict[int, T] = {}

    def forget(self) -> None:
        """After a rollback, what was numbered meanwhile is not in the table."""
        self._numbers.clear()
        self._things.clear()

    def purge(self, needed: str) -> int:
        """Take back all numbers but those that the query `needed` gives; gives how many."""
        gone = self.db.run(f"{self._purge}({needed})")
        if gone:
            self.forget()
        return gone

    def learn(self, things: AbstractSet[T]) -> set[T]:
        """Give each a number; gives those that had none before. For writing."""
        new = set(things - self._numbers.keys())
        if not new:
            return new
        if len(self._numbers) > KNOWN:
            self.forget()
        packed = {self._pack(one): one for one in new}
        keys = list(packed)
        for start in range(0, len(keys), PART):
            part = keys[start : start + PART]
            marks = f"({', '.join('?' * len(part))})"
            for raw, no in self.db.all(self._find_all + marks, part):
                self._keep(packed.pop(raw), no)
        first = self.db.one(self._last)[0] + 1
        self.db.many(self._insert, [(no, raw) for no, raw in enumerate(packed, first)])
        for no, one in enumerate(packed.values(), first):
            self._keep(one, no)
        return set(packed.values())

    def _keep(self, thing: T, no: int) -> None:
        self._numbers[thing] = no
        self._things[no] = thing

    def of(self, thing: T) -> int:
        """The number of a thing; it gets one if it has none. For writing."""
        no = self._numbers.get(thing)
        if no is None:
            self.learn({thing})
            no = self._numbers[thing]
        return no

    def known(self, thing: T) -> int | None:
        """The number of a thing, or None if it has none. For reading: writes nothing."""
        no = self._numbers.get(thing)
        if no is None:
            row = self.db.one(self._find, (self._pack(thing),))
            if row is None:
                return None
            no = int(row[0])
            self._keep(thing, no)
        return no

    def thing(self, no: int) -> T:
        """What has this number."""
        found = self._things.get(no)
        if found is None:
            found = self._unpack(bytes(self.db.one(self._read, (no,))[0]))
            self._keep(found, no)
        return found


class Numbering:
    """The numbers of the identities and the audiences of a store."""

    def __init__(self, database: Database) -> None:
        self.db = database
        self.identities: Numbers[bytes] = Numbers(database, "identities", "id", bytes, bytes)
        self.audiences: Numbers[Audience] = Numbers(
            database,
            "audiences",
            "encoded",
            lambda audience: encode(audience.array()),
            lambda raw: Audience.parse(decode(raw)),
        )

    def forget(self) -> None:
        """After a rollback: what is in memory may not be in the tables."""
        self.identities.forget()
        self.audiences.forget()

    def purge_identities(self) -> int:
        """Take back the numbers of authors that no record has; gives how many."""
        return self.identities.purge("select author from records")

    def purge_audiences(self) -> int:
        """The same of audiences."""
        return self.audiences.purge("select audience from records")
