"""The connection to a node's SQLite file.

Rules: write-ahead log; `synchronous=FULL`, asserted on every connection, because an acknowledgement
is given only after COMMIT and must survive a power cut; deleted content is overwritten; one
connection writes, others only read (`reading`); migrations before anything else.

What is to be written together with what comes next may be deferred (`defer`): it is written before
anything is read, changed or committed, so nobody has to know of it.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from node.base.errors import Problem
from node.store.only_reading import LOG, open_beside, open_for_reading
from node.store.room import is_read_only, takes_nothing
from node.store.schema import OF_THE_STORE, Schema, applied_to, apply
from node.store.scrub import scrub

BUSY_SECONDS = 15
"""How long a writer waits for another one, before it tells its user."""

CACHE_KIB = 32_768
"""Page cache, filled as needed: all of a usual node, the indexes of a large one."""


class Database:
    """One connection. `writing` is the only way to change anything.

    `schema`: the tables that are made where they are missing.
    """

    def __init__(self, path: Path | str, schema: Schema = OF_THE_STORE) -> None:
        self.path = path
        self.schema = schema
        self.read_only = False
        self._deferred: Callable[[], None] | None = None
        self._file: int | None = None
        """The file itself, for `scrub`."""
        self.conn = self._open(path)
        try:
            self.configure()
            self._migrate()
        except sqlite3.Error as error:
            self.conn.close()
            raise translated(error, path) from error
        except Problem:
            self.conn.close()
            raise

    def _open(self, path: Path | str) -> sqlite3.Connection:
        """To write; or only to read, where nobody can write."""
        file = Path(path)
        try:
            if file.is_file() and is_read_only(file.parent):
                self.read_only = True
                return open_for_reading(file)
            return sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise translated(error, path) from error
        except OSError as error:
            raise Problem("database-unreadable", path=str(path), why=error.strerror) from error

    def configure(self) -> None:
        """Set the connection up; what it needs is per connection."""
        run = self.conn.execute
        if not self.read_only:
            run("pragma journal_mode = wal")
        run("pragma synchronous = full")
        run("pragma secure_delete = on")
        run("pragma temp_store = memory")  # what is sorted is never written to other files
        run("pragma foreign_keys = on")
        run(f"pragma cache_size = -{CACHE_KIB}")
        self.assert_durable()

    def _migrate(self) -> None:
        there = applied_to(self.conn)
        if self.schema.is_older_than(there):
            raise Problem("database-newer", path=str(self.path))
        if not self.schema.missing(there):
            return
        with self.writing():
            apply(self.conn, self.schema)

    def assert_durable(self) -> None:
        """`synchronous` is per connection: a forgotten one would lose acknowledged records."""
        if self.one("pragma synchronous")[0] != 2:
            raise Problem("database-not-durable")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction: all of it or nothing. Nested ones belong to the outermost."""
        if self.conn.in_transaction:
            yield
            return
        self.assert_durable()
        if self.read_only:
            raise Problem("database-read-only", path=str(self.path))
        try:
            self.conn.execute("begin immediate")
        except sqlite3.OperationalError as error:
            raise translated(error, self.path) from error
        try:
            yield
            self._settle()
            self.conn.execute("commit")
        except sqlite3.DatabaseError as error:
            self._roll_back()
            if type(error) in (sqlite3.OperationalError, sqlite3.DatabaseError):
                raise translated(error, self.path) from error
            raise  # a defect of ours
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        self._deferred = None
        if self.conn.in_transaction:
            self.conn.execute("rollback")

    def defer(self, write: Callable[[], None]) -> None:
        """Call `write` once before anything is read, changed or committed; not after a rollback.

        Inside `writing`.
        """
        if self._deferred != write:
            self._settle()
        self._deferred = write

    def _settle(self) -> None:
        while self._deferred is not None:
            write, self._deferred = self._deferred, None
            write()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for another thread: it sees what is committed, and can't write."""
        path = Path(self.path)
        with closing(open_for_reading(path) if self.read_only else open_beside(path)) as conn:
            yield conn

    def one(self, sql: str, values: Any = ()) -> Any:
        """The first row, or None."""
        self._settle()
        return self.conn.execute(sql, values).fetchone()

    def all(self, sql: str, values: Any = ()) -> list[Any]:
        """All rows."""
        self._settle()
        return self.conn.execute(sql, values).fetchall()

    def run(self, sql: str, values: Any = ()) -> int:
        """Change something; gives the number of rows."""
        self._settle()
        return self.conn.execute(sql, values).rowcount

    def many(self, sql: str, rows: Any) -> int:
        """Change something for each row; gives the number of rows changed."""
        self._settle()
        return self.conn.executemany(sql, rows).rowcount

    def fold(self) -> bool:
        """Move the log into the file and empty it, so that what was erased is in neither.

        Whether that was possible: while somebody reads or writes it is not, and is tried again.
        """
        self.conn.execute("pragma busy_timeout = 0")
        try:
            busy, _log, _moved = self.conn.execute("pragma wal_checkpoint(truncate)").fetchone()
        except sqlite3.OperationalError:
            return False
        finally:
            self.conn.execute(f"pragma busy_timeout = {BUSY_SECONDS * 1000}")
        return bool(busy == 0)

    def scrub(self) -> bool:
        """Overwrite what SQLite left where it lay once (`node.store.scrub`), after `fold`.

        Whether that was possible: not while the log holds anything.
        """
        path = Path(self.path)
        with self.writing():
            if _has_log(path):
                return False
            if self._file is None:
                self._file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            found = scrub(self._file, self.one("pragma page_size")[0])
        if found:
            self.shrink()
        return True

    def shrink(self) -> None:
        """Let go of the pages in memory: after much was read that is not needed again."""
        self.conn.execute("pragma shrink_memory")

    def close(self) -> None:
        """Fold the log into the file and close."""
        self.conn.close()
        if self._file is not None:  # not before: a file that is closed takes all locks with it
            os.close(self._file)
            self._file = None


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + LOG)
    return log.exists() and log.stat().st_size > 0


def translated(error: sqlite3.Error, path: Path | str = "") -> Problem:
    """What SQLite says, as a problem of a person."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return Problem("disk-full")
    if code == sqlite3.SQLITE_IOERR:  # a quota is one, too: only trying tells
        full = takes_nothing(Path(path).parent) if path else None
        why = getattr(error, "sqlite_errorname", str(error))
        return Problem("disk-full") if full else Problem("disk-failing", path=str(path), why=why)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Problem("database-busy")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return Problem("database-read-only", path=str(path))
    return Problem("database-unreadable", path=str(path), why=str(error))
