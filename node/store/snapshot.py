"""A copy of the database at one moment, and whether a copy that came back is whole."""

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from node.base.errors import Problem
from node.base.files import make_file
from node.store.database import Database, translated
from node.store.schema import Schema, applied_to


def copied(database: Database, beginning: Path) -> BinaryIO:
    """A copy in a file that has lost its name before anything was written to it.

    `beginning`: of that name. `Problem` if the disk does not take it. SQLite's own backup, by a
    connection of its own: others go on meanwhile.
    """
    path = beginning.with_name(f"{beginning.name}{secrets.token_hex(8)}.new")
    file = make_file(path)
    try:
        with database.reading() as source, closing(_nameless(path)) as copy:
            source.backup(copy)
        return file
    except BaseException as error:
        file.close()
        path.unlink(missing_ok=True)
        if isinstance(error, sqlite3.Error):
            raise translated(error, path) from error
        raise


def _nameless(path: Path) -> sqlite3.Connection:
    """A database in an empty file, which SQLite has open when its name is taken away.

    No journal: it would have a name, and an old page in it; nobody needs a copy that broke off.
    """
    conn = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None)
    for pragma in ("journal_mode = off", "synchronous = off", "schema_version"):
        conn.execute(f"pragma {pragma}").fetchall()
    path.unlink()
    return conn


def require_usable(path: Path, file: Path, schema: Schema) -> None:
    """`Problem` if the database at `path`, out of the backup `file`, is damaged or of newer
    software.
    """
    try:
        with closing(sqlite3.connect(path)) as conn:
            if conn.execute("pragma quick_check").fetchone() != ("ok",):
                raise Problem("backup-damaged", file=file)
            applied = applied_to(conn)
    except sqlite3.Error as error:
        raise Problem("backup-damaged", file=file) from error
    if not applied:
        raise Problem("backup-damaged", file=file)
    if schema.is_older_than(applied):
        raise Problem("backup-newer")
