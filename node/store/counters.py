"""Counters: how far this node counted for each identity it holds (docs/protocol.md §4.4)."""

from collections.abc import Callable
from typing import Any

from node.store.database import Database
from protocol.kind import Seq

LAST_INCARNATION = 2**63 - 1
"""The highest that is counted: SQLite has signed numbers. A node begins there only where a thief
of its key left no higher one, and issues nothing under it (docs/protocol.md §4.4)."""


def first_incarnation(entropy: Callable[[int], bytes]) -> int:
    """2³² + 32 random bits (docs/protocol.md §4.4)."""
    return 2**32 + int.from_bytes(entropy(4), "big")


class Counters:
    """The table of counters. All writing happens inside `Database.writing`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def start(self, identity: bytes, incarnation: int, counter: int = 0) -> None:
        """A new incarnation of an identity begins to count, after `counter`."""
        self.db.run(
            "insert into counters (identity, incarnation, counter) values (?, ?, ?)"
            " on conflict (identity) do update"
            " set incarnation = excluded.incarnation, counter = excluded.counter",
            (identity, incarnation, counter),
        )

    def next(self, identity: bytes, link: int) -> Seq:
        """Count one further: the `seq` of the next record of an identity that this node holds."""
        self.db.run("update counters set counter = counter + 1 where identity = ?", (identity,))
        row = self._row(identity)
        return Seq(link, row[0], row[1])

    def reached(self, identity: bytes) -> Seq | None:
        """How far this node counted; None if it has not begun to. The link is not counted here."""
        row = self._row(identity)
        return Seq(0, row[0], row[1]) if row else None

    def used_up(self) -> frozenset[bytes]:
        """The identities for which there is no higher number left."""
        rows = self.db.all(
            "select identity from counters where incarnation = ?", (LAST_INCARNATION,)
        )
        return frozenset(bytes(row[0]) for row in rows)

    def _row(self, identity: bytes) -> Any:
        sql = "select incarnation, counter from counters where identity = ?"
        return self.db.one(sql, (identity,))
