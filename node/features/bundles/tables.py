"""Files of groups with whom there is no tie yet, kept until somebody decided on them."""

import json
from typing import Any, NamedTuple

from node.store.core import Core
from node.store.database import Database

FIRST = """
-- Files that were handed in, of groups that nobody here accepted yet. `content` goes when it was
-- taken in or dropped, or after some days.
create table strange_files (
    id text primary key, writer blob not null, content blob, made integer not null,
    by text, at integer not null, state text not null, said text, why text, moved integer not null
);
"""

_COLUMNS = "id, writer, made, by, at, state, said, why, moved"


class Strange(NamedTuple):
    """Such a file. `state`: seen, taking, taken, failed, dropped. `made`: when it was written."""

    id: str
    writer: bytes
    made: int
    by: str | None
    at: int
    state: str
    said: dict[str, Any] | None
    why: str | None
    moved: int


def strange_files(core: Core) -> "StrangeFiles":
    """The table of a node."""
    return StrangeFiles(core.db)


class StrangeFiles:
    """All writing happens inside `Core.transaction`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def add(self, one: Strange, content: bytes) -> None:
        """Keep one."""
        said = None if one.said is None else json.dumps(one.said)
        row = (*one._replace(said=None)[:6], said, one.why, one.moved, content)
        self.db.run(
            f"insert into strange_files ({_COLUMNS}, content)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )

    def get(self, id: str) -> Strange | None:
        """One of them."""
        row = self.db.one(f"select {_COLUMNS} from strange_files where id = ?", (id,))
        return _strange(row) if row else None

    def has_any(self) -> bool:
        """Whether there is one."""
        return self.db.one("select 1 from strange_files limit 1") is not None

    def in_state(self, *states: str) -> list[Strange]:
        """Those in one of these states, the oldest first."""
        marks = ", ".join("?" * len(states))
        sql = f"select {_COLUMNS} from strange_files where state in ({marks}) order by at, id"
        return [_strange(row) for row in self.db.all(sql, states)]

    def content(self, id: str) -> bytes | None:
        """The file itself."""
        row = self.db.one("select content from strange_files where id = ?", (id,))
        return bytes(row[0]) if row and row[0] is not None else None

    def move(self, id: str, before: tuple[str, ...], state: str, now: int,
             why: str | None = None) -> bool:  # fmt: skip
        """Let it go from one state to another; whether it was in one before."""
        gone = ", content = null" if state in ("taken", "dropped") else ""
        marks = ", ".join("?" * len(before))
        sql = (
            f"update strange_files set state = ?, why = ?, moved = ?{gone}"
            f" where id = ? and state in ({marks})"
        )
        return self.db.run(sql, (state, why, now, id, *before)) > 0

    def forget(self, seen_before: int, before: int) -> None:
        """What nobody decided on, and what ended long ago."""
        self.db.run(
            "update strange_files set state = 'dropped', content = null"
            " where state in ('seen', 'failed') and at < ?",
            (seen_before,),
        )
        self.db.run("delete from strange_files where content is null and moved < ?", (before,))


def _strange(row: tuple[Any, ...]) -> Strange:
    id, writer, made, by, at, state, said, why, moved = row
    unpacked = json.loads(said) if said else None
    return Strange(id, bytes(writer), made, by, at, state, unpacked, why, moved)
