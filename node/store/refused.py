"""Records that were refused: when, why and of which kind. Never their contents."""

from node.store.database import Database

LISTED = 1_000
"""Refused records that are written down, the latest; older ones are only counted."""


class Refused:
    """The tables of what was refused. All writing happens inside `Database.writing`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def add(self, now: int, code: str, kind: str | None, detail: str) -> None:
        """Write down that a record was refused."""
        self.db.run(
            "insert into refused (at, code, kind, detail) values (?, ?, ?, ?)",
            (now, code, kind, detail),
        )
        self.db.run("delete from refused where no <= (select max(no) from refused) - ?", (LISTED,))
        self.db.run(
            "insert into refused_counts (code, n) values (?, 1)"
            " on conflict (code) do update set n = refused_counts.n + 1",
            (code,),
        )

    def counts(self) -> dict[str, int]:
        """How many records were refused so far, by code."""
        return dict(self.db.all("select code, n from refused_counts order by code"))
