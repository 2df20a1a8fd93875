"""Receipts that this node gives for what others erased: how often, and on which page (§6.8)."""

from node.store.database import Database


class Receipts:
    """The tables of receipts given. All writing happens inside `Database.writing`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def paced(self, enough: range, now: int, most: int) -> list[bytes]:
        """Authors, `most` of them, whose pace is so many seconds ahead of `now` as in `enough`."""
        rows = self.db.all(
            "select author from receipt_paces where at - ? >= ? and at - ? < ?"
            " order by author limit ?",
            (now, enough.start, now, enough.stop, most),
        )
        return [bytes(row[0]) for row in rows]

    def pace(self, author: bytes) -> int:
        """When an author may have been told all that it was; 0 if it was told nothing lately."""
        row = self.db.one("select at from receipt_paces where author = ?", (author,))
        return int(row[0]) if row else 0

    def set_pace(self, author: bytes, at: int, now: int) -> None:
        """An author was told something; paces that are over by `now` are forgotten."""
        self.db.run("insert or replace into receipt_paces (author, at) values (?, ?)", (author, at))
        self.db.run("delete from receipt_paces where at <= ?", (now,))

    def page(self, own: bytes, author: bytes) -> int:
        """The number of the page that `own` fills for an author."""
        sql = "select page from receipt_pages where own = ? and author = ?"
        row = self.db.one(sql, (own, author))
        return int(row[0]) if row else 0

    def set_page(self, own: bytes, author: bytes, page: int) -> None:
        """The page that is filled from now on."""
        sql = "insert or replace into receipt_pages (own, author, page) values (?, ?, ?)"
        self.db.run(sql, (own, author, page))
