"""Meetings that are no records: private ones, and those announced in a network that was left."""

from crypto.hashing import digest
from node.store.core import Core
from node.store.database import Database
from protocol.ids import from_text, to_text

FIRST = """
create table kept_meetings (
    host blob not null, name text not null, body blob not null, primary key (host, name)
);
"""

_KEY = "meeting/"
"""Before host and name of one that was erased, where what must not come back is listed (§6.8)."""


def kept_meetings(core: Core) -> "KeptMeetings":
    """The meetings that a node keeps for itself."""
    return KeptMeetings(core.db)


def erased_key(host: bytes, name: str) -> str:
    """Under which key a kept meeting is listed as erased."""
    return f"{_KEY}{to_text(host)}/{name}"


def erase_again(db: Database, key: str) -> bool:
    """Remove a meeting that was erased after the backup was made; whether it was there.

    Keys of other things are left alone.
    """
    kind, _, rest = key.partition("/")
    host, _, name = rest.partition("/")
    if kind + "/" != _KEY:
        return False
    try:
        return KeptMeetings(db).remove(from_text(host), name)
    except ValueError:
        return False


class KeptMeetings:
    """The table of them. All writing happens inside `Core.transaction`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def keep(self, host: bytes, name: str, body: bytes) -> None:
        """Keep a meeting that only its invitations carry, or another version of it."""
        self.db.run(
            "insert into kept_meetings (host, name, body) values (?, ?, ?)"
            " on conflict (host, name) do update set body = excluded.body",
            (host, name, body),
        )

    def all(self, host: bytes) -> list[tuple[str, bytes]]:
        """Name and body of each that `host` keeps, by name."""
        sql = "select name, body from kept_meetings where host = ? order by name"
        return self.db.all(sql, (host,))

    def edition(self) -> bytes:
        """Another value after every change of them."""
        rows = self.db.all("select host, name, body from kept_meetings order by host, name")
        return digest(b"".join(part for row in rows for part in (row[0], row[1].encode(), row[2])))

    def has(self, host: bytes, name: str) -> bool:
        """Whether it is kept here."""
        sql = "select 1 from kept_meetings where host = ? and name = ?"
        return self.db.one(sql, (host, name)) is not None

    def move(self, old: bytes, new: bytes) -> None:
        """What `old` keeps is kept by `new`."""
        self.db.run("update kept_meetings set host = ? where host = ?", (new, old))

    def remove(self, host: bytes, name: str) -> bool:
        """Remove it; whether it was there."""
        sql = "delete from kept_meetings where host = ? and name = ?"
        return self.db.run(sql, (host, name)) > 0
