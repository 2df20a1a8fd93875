"""What `node.store` uses of the standard library's `sqlite3`, on an apsw connection.

Python's own SQLite can't be given a VFS that apsw made: each has a library of its own. So the
node's real `Database`, its pragmas, migrations and statements run on apsw's, through this surface,
which adds nothing and leaves nothing out that they use. What is found after a power cut is opened
with the standard library.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import apsw
import pytest

_KINDS = {
    apsw.ConstraintError: sqlite3.IntegrityError,
    apsw.BusyError: sqlite3.OperationalError,
    apsw.FullError: sqlite3.OperationalError,
    apsw.IOError: sqlite3.OperationalError,
}


class Cursor:
    """The rows of a statement, and how many it changed."""

    def __init__(self, rows: list[Any], rowcount: int, columns: Any = (), last: int = 0) -> None:
        self._rows, self.rowcount = iter(rows), rowcount
        self.description, self.lastrowid = columns, last

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows


class Connection:
    """One connection, without transactions of its own (`isolation_level=None`)."""

    isolation_level = None

    def __init__(self, path: Any, vfs: str, timeout: float) -> None:
        with _as_sqlite3():
            self._conn = apsw.Connection(str(path), vfs=vfs)
        self._conn.set_busy_timeout(int(timeout * 1000))

    @property
    def in_transaction(self) -> bool:
        return self._conn.in_transaction

    @property
    def total_changes(self) -> int:
        return self._conn.total_changes()

    def execute(self, sql: str, values: Any = ()) -> Cursor:
        before = self.total_changes
        with _as_sqlite3():
            statement = self._conn.execute(sql, values if type(values) is dict else tuple(values))
            try:
                columns = statement.get_description()
            except apsw.ExecutionCompleteError:  # it gives no rows
                columns = ()
            rows = list(statement)
        last = self._conn.last_insert_rowid()
        return Cursor(rows, self.total_changes - before, columns, last)

    def executemany(self, sql: str, many: Iterable[Any]) -> Cursor:
        before = self.total_changes
        with _as_sqlite3():
            self._conn.executemany(sql, (tuple(one) for one in many))
        return Cursor([], self.total_changes - before)

    def close(self) -> None:
        with _as_sqlite3():
            self._conn.close()


@contextmanager
def _as_sqlite3() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        made = _KINDS.get(type(error), sqlite3.DatabaseError)(str(error))
        made.sqlite_errorcode = getattr(error, "extendedresult", 0)
        raise made from error


@contextmanager
def through(monkeypatch: pytest.MonkeyPatch, vfs: str) -> Iterator[None]:
    """Until the end of the block `node.store.database` opens its files with this VFS."""

    def connect(path: Any, timeout: float, isolation_level: None, check_same_thread: bool) -> Any:
        return Connection(path, vfs, timeout)

    with monkeypatch.context() as patch:
        patch.setattr("node.store.database.sqlite3.connect", connect)
        yield
