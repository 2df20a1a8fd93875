"""One's own list: groups without a node, known to this node only; and what undoes an import."""

from typing import Any

from node.store.core import Core
from node.store.database import Database
from node.store.directory import put_entries, remove_entries
from protocol.encoding import decode, encode
from protocol.record import FOREVER

FIRST = """
create table entries (no integer primary key, name text not null unique, content blob not null);
"""

_UNDO, _EDITION = "list_undo", "list_edition"


def own_list(core: Core) -> "OwnList":
    """The own list of a node."""
    return OwnList(core.db)


def list_edition(core: Core) -> int:
    """Another number after every change of the own list."""
    return int(core.settings.get(_EDITION, 0))


def undo_of(core: Core) -> dict[str, Any] | None:
    """What brings back the state before the last import (`node.features.lists.undo`)."""
    found: dict[str, Any] | None = core.settings.get(_UNDO)
    return found


def keep_undo(core: Core, kept: dict[str, Any] | None) -> None:
    """The list changes: keep what undoes that, or nothing. Inside a transaction."""
    core.settings.set(_UNDO, kept)
    core.settings.set(_EDITION, list_edition(core) + 1)


class OwnList:
    """Entries by name. In the directory each stands under its number, negative.

    All writing happens inside `Core.transaction`.
    """

    def __init__(self, database: Database) -> None:
        self.db = database

    def put(self, content: dict[str, Any], no: int | None = None) -> bool:
        """Add a group, or replace the one of that name; whether it was new.

        `no`: the number that it had before it was removed.
        """
        name = content["name"]
        old = self.number(name)
        if old is not None:
            remove_entries(self.db, [(-old,)])
            self.db.run("update entries set content = ? where no = ?", (encode(content), old))
            no = old
        else:
            if no is not None and self.entry(no) is not None:  # another has it by now
                no = None
            self.db.run(
                "insert into entries (no, name, content) values (?, ?, ?)",
                (no, name, encode(content)),
            )
            (no,) = self.db.one("select no from entries where name = ?", (name,))
        assert no is not None  # noqa: S101 - it was just read
        put_entries(self.db, [(-no, 0, 0, "entry", FOREVER, content)])
        return old is None

    def entry(self, no: int) -> dict[str, Any] | None:
        """The entry with a number."""
        row = self.db.one("select content from entries where no = ?", (no,))
        return decode(row[0]) if row else None

    def number(self, name: str) -> int | None:
        """By which number an entry is found."""
        row = self.db.one("select no from entries where name = ?", (name,))
        return int(row[0]) if row else None

    def numbered(self) -> list[tuple[int, str]]:
        """Number and name of each entry, by name."""
        return self.db.all("select no, name from entries order by name")

    def entries(self) -> list[dict[str, Any]]:
        """All entries, by name."""
        return [decode(row[0]) for row in self.db.all("select content from entries order by name")]

    def remove(self, name: str) -> bool:
        """Take a group off the list; whether it was on it."""
        no = self.number(name)
        if no is None:
            return False
        remove_entries(self.db, [(-no,)])
        self.db.run("delete from entries where no = ?", (no,))
        return True
