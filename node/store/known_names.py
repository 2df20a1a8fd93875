"""The names by which identities are known here: of their entries and charters in the directory."""

from node.store.database import Database
from node.store.directory import LISTED


class KnownNames:
    """Reading them. `now`: only of entries that live then."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def all(self, now: int) -> dict[bytes, str]:
        """The latest name of each identity."""
        rows = self.db.all(
            "select i.id, d.name from directory d join identities i on i.no = d.author"
            " where d.expires > ? and d.no > 0 order by d.no",
            (now,),
        )
        return {bytes(identity): name for identity, name in rows}

    def of(self, identity: bytes, now: int) -> str | None:
        """The latest name of one identity."""
        row = self.db.one(
            "select d.name from directory d join identities i on i.no = d.author"
            " where i.id = ? and d.expires > ? order by d.no desc",
            (identity, now),
        )
        return str(row[0]) if row else None

    def entry(self, no: int) -> str | None:
        """The name in the entry of a number."""
        row = self.db.one("select name from directory where no = ?", (no,))
        return str(row[0]) if row else None

    def entries_by(self, author: int | None, now: int) -> list[tuple[int, int, str]]:
        """Number, number of the audience, and form of each entry of an author, by its number."""
        sql = "select no, audience, form from directory where author = ? and expires > ?"
        return self.db.all(sql, (author, now))

    def of_nodes(self) -> list[str]:
        """All names but those of one's own list."""
        rows = self.db.all("select name from directory where author != ?", (LISTED,))
        return [row[0] for row in rows]

    def of_own_list(self) -> list[str]:
        """The names of one's own list."""
        sql = "select name from directory where author = ? order by name"
        return [row[0] for row in self.db.all(sql, (LISTED,))]

    def ids_between(self, first: bytes, last: bytes, most: int) -> list[bytes]:
        """The first identities known here with an id in this span, `most` of them."""
        sql = "select id from identities where id between ? and ? order by id limit ?"
        return [bytes(row[0]) for row in self.db.all(sql, (first, last, most))]
