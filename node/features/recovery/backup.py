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
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

from crypto.archive import open_stream
from crypto.errors import BadArchive, BadKeyFile, WrongWords
from crypto.keyfile import is_locked
from node.base.errors import Problem
from node.base.files import make_file
from node.features.meetings.tables import erase_again
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.keys.ring import backup_key
from node.keys.staging import FILES, new_home
from node.store.core import UNRECONCILED, Core
from node.store.database import Database
from node.store.erased_rows import erase_row_again
from node.store.schema import Schema
from node.store.settings import Settings
from node.store.snapshot import require_usable
from node.upkeep.backup_file import FORMAT, HEAD, HEADER_BYTES, LENGTH, PIECE, Progress
from node.upkeep.erasure_list import list_beside, read_list, replay
from protocol.encoding import decode
from protocol.errors import Malformed
from protocol.fields import check_fields


def prepare(core: Core, phrase: Phrase) -> None:
    """Let a node that was made by an older version write backups."""
    phrase.require_home(core.ring)
    with core.transaction():
        core.ring.backup = phrase.backup
        core.save_ring()


def check_restore(home: Home, file: Path) -> None:
    """What can be told before anybody types 24 words: `Problem` if there is no way."""
    if home.exists:
        raise Problem("home-exists", path=home.path)
    try:
        with file.open("rb"):
            return
    except OSError as error:
        raise Problem("file-unreadable", file=file, why=error.strerror) from error


def restore(home: Home, file: Path, phrase: Phrase, progress: Progress, schema: Schema) -> int:
    """Make a node in an empty folder from a backup; gives when the backup was made.

    `schema`: what its database is brought up to before anything is erased in it again.

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
        _check(beside, file, schema)
        replay(beside, erased, _erase_again)
        made = int(head["made"])
        _set_waiting(beside, made)
    return made


def _erase_again(db: Database, key: str) -> bool:
    return erase_again(db, key) or erase_row_again(db, key)


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


def look_into(file: Path, phrase: Phrase) -> int:
    """Open a backup with the words, to its last byte, and keep nothing of it; gives when it was
    made. `Problem` as for `restore`."""
    try:
        with file.open("rb") as source:
            inside = _Inside(open_stream(source.read, backup_key(phrase.entropy)))
            head = _head(inside, phrase)
            for _name, size in head["files"]:
                for start in range(0, size, PIECE):
                    inside.read(min(PIECE, size - start))
            inside.end()
    except OSError as error:
        raise Problem("file-unreadable", file=file.name, why=error.strerror) from error
    except WrongWords as error:
        raise Problem("backup-other-words", file=file.name) from error
    except (BadArchive, Malformed) as error:
        raise Problem("backup-damaged", file=file.name) from error
    return int(head["made"])


def _extract(read: Callable[[int], bytes], phrase: Phrase, into: Path) -> dict[str, Any]:
    inside = _Inside(open_stream(read, backup_key(phrase.entropy)))
    head = _head(inside, phrase)
    for name, size in head["files"]:
        _extract_file(inside, into / name, size)
    inside.end()
    return head


def _head(inside: _Inside, phrase: Phrase) -> dict[str, Any]:
    (length,) = LENGTH.unpack(inside.read(LENGTH.size))
    if length > HEADER_BYTES:
        raise BadArchive("header")
    head: dict[str, Any] = decode(inside.read(length))
    if type(head) is dict and type(head.get("format")) is int and head["format"] > FORMAT:
        raise Problem("backup-newer")
    check_fields("backup", HEAD, head)
    names = [name for name, _size_ in head["files"]]
    if head["id"] != phrase.home() or not {"verbund.db", "keys"} <= set(names) <= set(FILES):
        raise BadArchive("not what it should hold")
    return head


def _extract_file(inside: _Inside, path: Path, size: int) -> None:
    with make_file(path) as out:
        for start in range(0, size, PIECE):
            out.write(inside.read(min(PIECE, size - start)))
        out.flush()
        os.fsync(out.fileno())


def _check(beside: Home, file: Path, schema: Schema) -> None:
    """The database is whole and not of newer software, and the keys are keys."""
    try:
        is_locked(beside.key_file.read_bytes())
    except BadKeyFile as error:
        raise Problem("backup-damaged", file=file) from error
    require_usable(beside.database, file, schema)
    Database(beside.database, schema).close()


def _set_waiting(beside: Home, made: int) -> None:
    with closing(Database(beside.database)) as db, db.writing():
        Settings(db).set(UNRECONCILED, {"since": made, "why": "restored"})
