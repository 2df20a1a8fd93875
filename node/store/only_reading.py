"""A database that can't be written: on a read-only file system, or in a folder without rights.

Rules: what stands in it can be read all the same, and nothing is written, beside it neither.
Without a log the file alone is read, as it is. A log that is still there belongs to it: both are
copied to where they can be put together, and the copy has no name any more before the first answer.
"""

import shutil
import sqlite3
import tempfile
from pathlib import Path
from urllib.parse import quote

LOG = "-wal"


def open_for_reading(path: Path) -> sqlite3.Connection:
    """A connection on which every attempt to write fails. Raises `sqlite3.Error` or `OSError`."""
    log = path.with_name(path.name + LOG)
    if log.exists() and log.stat().st_size:
        try:
            conn = open_beside(path)
            conn.execute("select 1 from sqlite_master").fetchone()
        except sqlite3.Error:
            conn = _put_together(path, log)
    else:
        conn = _connect(f"file:{quote(str(path))}?immutable=1")
    conn.execute("pragma query_only = on")
    return conn


def open_beside(path: Path) -> sqlite3.Connection:
    """The same beside a connection that writes."""
    return _connect(f"file:{quote(str(path))}?mode=ro")


def _put_together(path: Path, log: Path) -> sqlite3.Connection:
    with tempfile.TemporaryDirectory(prefix="verbund-") as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        shutil.copyfile(log, copy.with_name(copy.name + LOG))
        conn = _connect(f"file:{quote(str(copy))}")
        conn.execute("pragma locking_mode = exclusive")
        conn.execute("pragma journal_mode = delete")  # takes in the log: one file is all there is
        conn.execute("begin").fetchall()
        conn.execute("select 1 from sqlite_master").fetchone()
        conn.execute("commit")
    return conn


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
