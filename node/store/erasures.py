"""What was erased: by this node, and who confirmed it; by others, and what is to be confirmed.

No content: kinds, ids and times (docs/protocol.md §6.8). All writing happens inside
`Database.writing`.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from crypto.hashing import digest
from node.store.database import Database
from protocol.encoding import encode
from protocol.kind import Place

OWED = 1_000
"""Tombstones confirmed at a time: a page of results, so that a flood of them stops nothing else."""


class Erasure(NamedTuple):
    """Something that this node erased. `until`: when it would have ended by itself; `wiped`: when
    its bytes were gone from the files of the database, None if they are not yet."""

    no: int
    author: bytes
    kind: str
    at: int
    until: int
    wiped: int | None


class Waiting(NamedTuple):
    """Who confirms an erasure, as what, and when it did."""

    erasure: int
    witness: bytes
    role: str
    confirmed: int | None


class Owed(NamedTuple):
    """A tombstone of somebody else that is to be confirmed. `held`: something stood there."""

    id: bytes
    author: bytes
    issued: int
    held: bool


class Erasures:
    """The tables of erasures."""

    def __init__(self, database: Database) -> None:
        self.db = database

    # Of one's own

    def add(
        self, place: Place, kind: str, id_: bytes, at: int, until: int, who: Mapping[bytes, str]
    ) -> int:
        """An own record was erased by the tombstone `id_`."""
        key = digest(encode([place.author, place.audience.array(), place.kind, place.name]))
        self.db.run(
            "insert into erasures (author, place, kind, at, until) values (?, ?, ?, ?, ?)",
            (place.author, key, kind, at, until),
        )
        no = int(self.db.one("select last_insert_rowid()")[0])
        self.alias(id_, no)
        self.db.many(
            "insert into erasure_witnesses (erasure, witness, role) values (?, ?, ?)",
            [(no, one, role) for one, role in sorted(who.items())],
        )
        return no

    def of_tombstone(self, id_: bytes) -> int | None:
        """Which erasure a tombstone stands for."""
        row = self.db.one("select erasure from erasure_ids where id = ?", (id_,))
        return int(row[0]) if row else None

    def alias(self, id_: bytes, no: int) -> None:
        """Another tombstone stands for the same erasure: it was signed again."""
        self.db.run("insert or ignore into erasure_ids (id, erasure) values (?, ?)", (id_, no))

    def confirm(self, id_: bytes, witness: bytes, recipients: Iterable[bytes], at: int) -> bool:
        """A receipt came; whether it counts. `at` is by the clock of the witness."""
        row = self.db.one(
            "select e.no, e.author, e.at from erasure_ids i join erasures e on e.no = i.erasure"
            " where i.id = ?",
            (id_,),
        )
        if row is None or row[1] not in recipients:
            return False
        self.db.run(
            "insert into erasure_witnesses (erasure, witness, role, confirmed)"
            " values (?, ?, 'reader', ?) on conflict (erasure, witness) do update"
            " set confirmed = coalesce(confirmed, excluded.confirmed)",
            (row[0], witness, max(at, row[2])),
        )
        return True

    def all(self) -> list[Erasure]:
        """The latest first."""
        rows = self.db.all(
            "select no, author, kind, at, until, wiped from erasures order by at desc, no desc"
        )
        return [Erasure(*row) for row in rows]

    def waiting(self) -> list[Waiting]:
        """Who confirms what."""
        rows = self.db.all("select erasure, witness, role, confirmed from erasure_witnesses")
        return [Waiting(*row) for row in rows]

    def sweep(self, now: int) -> None:
        """Forget what is long over: the record would have ended, and its tombstone too."""
        old = "select no from erasures where max(until, at + 34560000) <= ?"
        self.db.run(f"delete from erasure_witnesses where erasure in ({old})", (now,))
        self.db.run(f"delete from erasure_ids where erasure in ({old})", (now,))
        self.db.run("delete from erasures where max(until, at + 34560000) <= ?", (now,))
        self.db.run("delete from erased_here where at + 34560000 <= ?", (now,))
        self.db.run("delete from tombstones where no not in (select no from records)")

    # What is to be done once the bytes are gone

    def owe(self, owed: Owed) -> None:
        """A tombstone came that is to be confirmed."""
        self.db.run(
            "insert or ignore into confirmations_owed (id, author, issued, held)"
            " values (?, ?, ?, ?)",
            owed,
        )

    def owed(self, but_to: Collection[bytes] = ()) -> list[Owed]:
        """The first of what is to be confirmed; not to those in `but_to`."""
        sql = (
            "select id, author, issued, held from confirmations_owed"
            f" where author not in ({', '.join('?' * len(but_to))}) order by rowid limit ?"
        )
        rows = self.db.all(sql, (*but_to, OWED))
        return [Owed(i, a, at, bool(held)) for i, a, at, held in rows]

    def paid(self, ids: Iterable[bytes]) -> None:
        """These are confirmed, or nobody is to confirm them."""
        self.db.many("delete from confirmations_owed where id = ?", [(one,) for one in ids])

    def replaced(self, id_: bytes) -> bool:
        """Another tombstone is confirmed in the stead of this; whether something stood there."""
        row = self.db.one("select held from confirmations_owed where id = ?", (id_,))
        self.paid([id_])
        return bool(row and row[0])

    def is_due(self) -> bool:
        """Whether anything waits for its bytes to be gone."""
        sql = (
            "select exists (select 1 from confirmations_owed)"
            " or exists (select 1 from erasures where wiped is null)"
            " or exists (select 1 from erased_here where wiped is null)"
        )
        return bool(self.db.one(sql)[0])

    def unwiped(self) -> list[int]:
        """The own erasures whose bytes may still be somewhere."""
        return [row[0] for row in self.db.all("select no from erasures where wiped is null")]

    def wiped(self, numbers: Iterable[int], keys: Iterable[str], now: int) -> None:
        """The bytes of these are gone."""
        rows = [(now, no) for no in numbers]
        self.db.many("update erasures set wiped = ? where no = ?", rows)
        self.db.many("update erased_here set wiped = ? where key = ?", [(now, key) for key in keys])

    # Tombstones

    def note_tombstone(self, no: int) -> None:
        """The record of this number is one."""
        self.db.run("insert or ignore into tombstones (no) values (?)", (no,))

    def tombstones(self, now: int, limit: int) -> list[bytes]:
        """The envelopes of those that stand, the latest first."""
        sql = (
            "select r.envelope from tombstones t join records r on r.no = t.no"
            " where r.expires > ? order by t.no desc limit ?"
        )
        return [row[0] for row in self.db.all(sql, (now, limit))]

    # What was never a record

    def add_here(self, key: str, now: int) -> None:
        """What never was a record was erased; restoring a backup must not bring it back."""
        self.db.run("insert or replace into erased_here (key, at) values (?, ?)", (key, now))

    def here(self, only_unwiped: bool = False) -> list[str]:
        """The keys of what was erased and never was a record, the latest first."""
        where = " where wiped is null" if only_unwiped else ""
        rows = self.db.all(f"select key from erased_here{where} order by at desc, key")
        return [row[0] for row in rows]
