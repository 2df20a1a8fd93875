"""Backups: everything of a node in one file that only the recovery words open (§5.5).

Rules:

1. Written without the words, so that a timer can do it: sealed to a public key that the node has.
2. A snapshot by SQLite's own backup; servers and other commands go on meanwhile. The key file is
   read before and after: if it changed, both are taken again. The snapshot has no name: whatever
   happens to the process that writes it, nothing that could be read is left on the disk.
3. A file that is there is not overwritten unasked, nor before the new one was read back: what the
   disk gives must be what was written. After an error no part of one is left.
4. Restored is into an empty folder only, and checked before it counts (`node.keys.staging`): the
   words, every byte, the version, the database. The restored node issues nothing until a peer told
   it what is missing (`node.records.stale_copy`).
5. What was erased since does not come back: what the list beside the backup names is erased in the
   restored database before it counts (`node.upkeep.erasure_list`).

Inside the stream of `crypto.archive`: four bytes of length, big-endian, and a map with `format`
(1), `id` of the home group, `made`, and `files`, an array of names and sizes; then the files.
"""

import os
import secrets
import sqlite3
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from crypto.archive import open_stream, seal_stream
from crypto.errors import BadArchive, BadKeyFile, WrongWords
from crypto.hashing import Hashed
from crypto.keyfile import is_locked
from node.base.errors import Problem
from node.base.files import assert_free, make_file, written
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.keys.ring import backup_key
from node.keys.staging import FILES, new_home
from node.store.core import UNRECONCILED, Core
from node.store.database import Database, translated
from node.store.notes import Notes
from node.store.room import is_read_only
from node.upkeep.erasure_list import list_beside, read_list, replay
from protocol.encoding import decode, encode
from protocol.errors import Malformed
from protocol.fields import array, check_fields, fields, identifier, integer, line, pair

FORMAT = 1
PIECE = 1 << 20
"""Bytes read at a time."""

SNAPSHOT = "snapshot."
"""Begins the name that a snapshot has until SQLite has opened it: until then it is empty."""

HEADER_BYTES = 4_096
TRIES = 10
"""For a snapshot between two changes of keys, which a person makes."""

_HEAD = fields(
    format=integer(1, 2**32 - 1),
    id=identifier,
    made=integer(0, 2**53),
    files=array(pair(line(64), integer(0, 2**53)), len(FILES)),
)
_size = struct.Struct(">I")

Progress = Callable[[int, int], None]
"""Bytes done, and of how many."""


class Saved(NamedTuple):
    """A backup that was written. `digest`: of every byte that should be in the file."""

    file: Path
    bytes: int
    digest: str


def prepare(core: Core, phrase: Phrase) -> None:
    """Let a node that was made by an older version write backups."""
    phrase.require_home(core.ring)
    with core.transaction():
        core.ring.backup = phrase.backup
        core.save_ring()


def backup(core: Core, file: Path, replace: bool, progress: Progress) -> Saved:
    """Write everything to `file`; `Problem` if it is there, or can't be written."""
    if core.ring.backup is None:
        raise Problem("backup-needs-words")
    assert_free(file, replace)
    try:
        snapshot, keys = _snapshot(core)
        with snapshot, written(file) as out:
            wanted = _write(core, out, snapshot, keys, core.ring.backup, progress)
            if read_back(out) != wanted:
                raise Problem("backup-unreadable", file=file)
            assert_free(file, replace)
        return Saved(file, file.stat().st_size, wanted)
    except OSError as error:
        raise Problem("file-unwritable", file=file, why=error.strerror) from error


def _snapshot(core: Core) -> tuple[BinaryIO, bytes]:
    """The database as it is at one moment, and the key file that belongs to it."""
    for _ in range(TRIES):
        before = core.home.key_file.read_bytes()
        found = _copy(core)
        if core.home.key_file.read_bytes() == before:
            return found, before
        found.close()
    raise Problem("database-busy")


def _copy(core: Core) -> BinaryIO:
    """A copy of the database in a file that has lost its name before anything was written to it."""
    home = core.home.path
    folder = Path(tempfile.gettempdir()) if is_read_only(home) else home
    path = folder / f"{SNAPSHOT}{secrets.token_hex(8)}.new"
    file = make_file(path)
    try:
        # A connection of its own: this may be another thread than the one that writes.
        with closing(Database(core.db.path)) as source, closing(_nameless(path)) as copy:
            source.conn.backup(copy)
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


def _write(
    core: Core, out: BinaryIO, snapshot: BinaryIO, keys: bytes, public: bytes, progress: Progress
) -> str:
    certificate = core.home.path / "tls.pem"
    pem = certificate.read_bytes() if certificate.exists() else None
    sizes = {"verbund.db": _size_of(snapshot), "keys": len(keys)}
    if pem is not None:
        sizes["tls.pem"] = len(pem)
    names = [name for name in FILES if name in sizes]
    head = {
        "format": FORMAT,
        "id": core.home_id,
        "made": core.clock(),
        "files": [[name, sizes[name]] for name in names],
    }

    def parts() -> Iterator[bytes]:
        packed = encode(head)
        yield _size.pack(len(packed)) + packed
        for name in names:
            if name == "verbund.db":
                yield from _pieces(snapshot, progress)
            else:
                yield keys if name == "keys" else pem or b""

    hashed = Hashed()
    for piece in seal_stream(parts(), public, secrets.token_bytes(32)):
        out.write(piece)
        hashed.add(piece)
    out.flush()
    os.fsync(out.fileno())
    return hashed.text


def read_back(file: BinaryIO) -> str:
    """The digest of what the disk gives back, past the memory of the system."""
    hashed = Hashed()
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    file.seek(0)
    while piece := file.read(PIECE):
        hashed.add(piece)
    return hashed.text


def _size_of(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def _pieces(source: BinaryIO, progress: Progress) -> Iterator[bytes]:
    total, done = _size_of(source), 0
    source.seek(0)
    while piece := source.read(PIECE):
        yield piece
        done += len(piece)
        progress(done, total)


def check_restore(home: Home, file: Path) -> None:
    """What can be told before anybody types 24 words: `Problem` if there is no way."""
    if home.exists:
        raise Problem("home-exists", path=home.path)
    try:
        with file.open("rb"):
            return
    except OSError as error:
        raise Problem("file-unreadable", file=file, why=error.strerror) from error


def restore(home: Home, file: Path, phrase: Phrase, progress: Progress) -> int:
    """Make a node in an empty folder from a backup; gives when the backup was made.

    The node issues nothing until it was reconciled with a peer (§4.4).
    """
    listed = list_beside(file)
    erased = read_list(listed, phrase) if listed else []
    with new_home(home) as beside:
        try:
            total = file.stat().st_size
            with file.open("rb") as source:
                head = _extract(_Counted(source, total, progress).read, phrase, beside.path)
        except OSError as error:
            raise Problem("file-unreadable", file=file, why=error.strerror) from error
        except WrongWords as error:
            raise Problem("backup-other-words", file=file) from error
        except (BadArchive, Malformed) as error:
            raise Problem("backup-damaged", file=file) from error
        _check(beside, file)
        replay(beside, erased)
        made = int(head["made"])
        _set_waiting(beside, made)
    return made


class _Counted:
    """A file that is read, with progress."""

    def __init__(self, source: BinaryIO, total: int, progress: Progress) -> None:
        self._source, self._total, self._progress = source, total, progress
        self._done = 0

    def read(self, n: int) -> bytes:
        data = self._source.read(n)
        before, self._done = self._done, self._done + len(data)
        if before // PIECE != self._done // PIECE:
            self._progress(self._done, self._total)
        return data


class _Inside:
    """What is inside a stream of chunks, as a file to read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def read(self, n: int) -> bytes:
        """Exactly n bytes."""
        found = bytearray()
        while len(found) < n:
            if not self._rest:
                self._rest = next(self._chunks, b"")
                if not self._rest:
                    raise BadArchive("shorter than it says")
            take = self._rest[: n - len(found)]
            self._rest = self._rest[len(take) :]
            found += take
        return bytes(found)

    def end(self) -> None:
        """Nothing may follow; and the last chunk says that it is the last."""
        if self._rest or any(self._chunks):
            raise BadArchive("longer than it says")


def _extract(read: Callable[[int], bytes], phrase: Phrase, into: Path) -> dict[str, Any]:
    inside = _Inside(open_stream(read, backup_key(phrase.entropy)))
    (length,) = _size.unpack(inside.read(_size.size))
    if length > HEADER_BYTES:
        raise BadArchive("header")
    head: dict[str, Any] = decode(inside.read(length))
    if type(head) is dict and type(head.get("format")) is int and head["format"] > FORMAT:
        raise Problem("backup-newer")
    check_fields("backup", _HEAD, head)
    names = [name for name, _size_ in head["files"]]
    if head["id"] != phrase.home() or not {"verbund.db", "keys"} <= set(names) <= set(FILES):
        raise BadArchive("not what it should hold")
    for name, size in head["files"]:
        _extract_file(inside, into / name, size)
    inside.end()
    return head


def _extract_file(inside: _Inside, path: Path, size: int) -> None:
    with make_file(path) as out:
        for start in range(0, size, PIECE):
            out.write(inside.read(min(PIECE, size - start)))
        out.flush()
        os.fsync(out.fileno())


def _check(beside: Home, file: Path) -> None:
    """The database is whole and not of newer software, and the keys are keys."""
    from node.store.schema import MIGRATIONS

    try:
        is_locked(beside.key_file.read_bytes())
        with closing(sqlite3.connect(beside.database)) as conn:
            if conn.execute("pragma quick_check").fetchone() != ("ok",):
                raise Problem("backup-damaged", file=file)
            applied = {row[0] for row in conn.execute("select name from _sqlite_migrations")}
    except (sqlite3.Error, BadKeyFile) as error:
        raise Problem("backup-damaged", file=file) from error
    if not applied <= {one.name for one in MIGRATIONS._migrations}:
        raise Problem("backup-newer")


def _set_waiting(beside: Home, made: int) -> None:
    with closing(Database(beside.database)) as db, db.writing():
        notes = Notes(db)
        notes.set("server", None)
        notes.set(UNRECONCILED, {"since": made, "why": "restored"})
