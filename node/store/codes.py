"""Codes of one-time links that were given out, by their digests (docs/protocol.md §9.3)."""

from node.store.database import Database
from protocol.check import GRACE


class Codes:
    """The table of codes. All writing happens inside `Database.writing`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def add(self, digest: bytes, identity: bytes, now: int, expires: int) -> None:
        """Remember a code by its digest: for which identity, and until when."""
        self.db.run(
            "insert into codes (digest, identity, made, expires) values (?, ?, ?, ?)",
            (digest, identity, now, expires),
        )

    def owner(self, digest: bytes, now: int) -> bytes | None:
        """For which identity a code was given out; None if it is unknown, used or too old."""
        row = self.db.one(
            "select identity from codes where digest = ? and used is null and expires > ?",
            (digest, now),
        )
        return bytes(row[0]) if row else None

    def use(self, digest: bytes, now: int) -> None:
        """A code works once."""
        self.db.run("update codes set used = ? where digest = ?", (now, digest))

    def take_back(self, digest: bytes) -> None:
        """A code that was not used works no more."""
        self.db.run("delete from codes where digest = ? and used is null", (digest,))

    def redate(self, now: int) -> None:
        """What a wrong clock dated in the future lasts as long as it was meant to, from now."""
        self.db.run(
            "update codes set expires = ? + expires - made, made = ?"
            " where made > ? and used is null",
            (now, now, now + GRACE),
        )

    def count_open(self, now: int) -> int:
        """How many codes are given out and not used."""
        row = self.db.one("select count(*) from codes where used is null and expires > ?", (now,))
        return int(row[0])
