"""A backup of everything in one file that only the recovery words open (docs/protocol.md §5.5)."""

import os
import secrets
import struct
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from crypto.archive import seal_stream
from crypto.hashing import Hashed
from node.base.errors import Problem
from node.base.files import FULL, File, assert_free, settle, written
from node.base.turns import away
from node.keys.staging import FILES
from node.store.core import Core
from node.store.room import is_read_only
from node.store.snapshot import copied
from protocol.encoding import encode
from protocol.fields import array, fields, identifier, integer, line, pair

FORMAT = 1


PIECE = 1 << 20
"""Bytes read at a time."""


SNAPSHOT = "snapshot."
"""Begins the name that a snapshot has until SQLite has opened it: until then it is empty."""


HEADER_BYTES = 4_096


MEMORY = Path("/dev/shm")  # noqa: S108 - the file has no name there
"""Files that lie in memory, on Linux."""


TRIES = 10
"""For a snapshot between two changes of keys, which a person makes."""


HEAD = fields(
    format=integer(1, 2**32 - 1),
    id=identifier,
    made=integer(0, 2**53),
    files=array(pair(line(64), integer(0, 2**53)), len(FILES)),
)
"""The map at the beginning of a backup."""


LENGTH = struct.Struct(">I")
"""Stands before each map: how many bytes it has."""


Progress = Callable[[int, int], None]
"""Bytes done, and of how many."""


class Saved(NamedTuple):
    """A backup that was written. `digest`: of every byte that should be in the file."""

    file: File
    bytes: int
    digest: str


def backup(core: Core, file: File, replace: bool, progress: Progress) -> Saved:
    """Write everything to `file`; `Problem` if it is there, or can't be written."""
    public = core.ring.backup
    assert public is not None  # noqa: S101 - who calls this has asked for the words, or waits
    assert_free(file, replace)
    try:
        snapshot, keys = _snapshot(core)
        with snapshot, written(file) as out:
            wanted = _write(core, out, snapshot, keys, public, progress)
            if read_back(out) != wanted:
                raise Problem("backup-unreadable", file=file)
            size = out.seek(0, os.SEEK_END)
            assert_free(file, replace)
        return Saved(file, size, wanted)
    except OSError as error:
        raise Problem("file-unwritable", file=file, why=error.strerror) from error


def _snapshot(core: Core) -> tuple[BinaryIO, bytes]:
    """The database as it is at one moment, and the key file that belongs to it.

    Where the node's own disk is full the copy is made elsewhere: just then people save what they
    have to another disk.
    """
    for place in _places(core.home.path):
        try:
            return _snapshot_in(place, core)
        except OSError as error:
            if error.errno not in FULL:
                raise
        except Problem as problem:
            if problem.code != "disk-full":
                raise
    raise Problem("disk-full")


def _places(home: Path) -> list[Path]:
    """Folders for a file without a name, the best first: memory before the disk of others."""
    elsewhere = [one for one in (MEMORY, Path(tempfile.gettempdir())) if os.access(one, os.W_OK)]
    return elsewhere if is_read_only(home) else [home, *elsewhere]


def _snapshot_in(folder: Path, core: Core) -> tuple[BinaryIO, bytes]:
    for _ in range(TRIES):
        before = core.home.key_file.read_bytes()
        with away():
            found = copied(core.db, folder / SNAPSHOT)
        if core.home.key_file.read_bytes() == before:
            return found, before
        found.close()
    raise Problem("database-busy")


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
        yield LENGTH.pack(len(packed)) + packed
        for name in names:
            if name == "verbund.db":
                yield from _pieces(snapshot, progress)
            else:
                yield keys if name == "keys" else pem or b""

    hashed = Hashed()
    for piece in seal_stream(parts(), public, secrets.token_bytes(32)):
        out.write(piece)
        hashed.add(piece)
    return hashed.text


def read_back(file: BinaryIO) -> str:
    """The digest of what the disk gives back, past the memory of the system."""
    hashed = Hashed()
    settle(file)
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
