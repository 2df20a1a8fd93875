"""Room on the disk that is kept for leaving, ending, erasing, and for coming up.

Rules:

1. A node that serves keeps a file beside its database whose blocks are really taken. On a full disk
   what can’t wait – leaving a network, ending a peering, erasing, new keys, the inside view –
   gets this room (`essential`); a part of it stays for opening the database.
2. While the reserve is not whole, or nearly nothing is free besides, nothing else is written: the
   next record of a peer would take the room. It is refused before anything is touched, for there is
   nothing to roll back then. Reading and serving need no room.
3. What is essential is done again as a whole after the room was given, because the failed attempt
   left nothing; afterwards the log is folded and the reserve made again, as large as it can be.
4. Nothing has to be repaired by hand: a reserve that is short is made whole when there is space.
"""

import contextlib
import os
import stat
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from node.base.errors import Problem
from node.base.files import open_own
from node.store.database import Database
from node.store.room import is_read_only

RESERVE_BYTES = 8 * 2**20
"""Leaving a network of a thousand groups rewrites every page with one of their records, some MiB,
and new keys sign everything of one's own again; twice over, in the log and in the file."""

OPENING_BYTES = 256 * 2**10
"""Of these, for opening the database: its log's index is a file of 32 KiB that even readers need;
and for some settings."""

FLOOR_BYTES = 2**20
"""Less than this free besides the reserve is a full disk: sixteen of the largest records fit."""

LOW_BYTES = 100 * 2**20
"""Less than this free is worth a word to a person: one large network brings some ten MiB."""

AGAIN_SECONDS = 300.0
"""After which a disk is tried again that refuses though it seems to have room."""

STEPS = 16
"""What can't be reserved wholly is reserved in sixteenths."""


class Reserve:
    """The file of one node. `entitled`: what runs now may write whatever there is."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "reserve"
        self.entitled = False
        self.refused = False
        """The disk took nothing the last time, though the system says that it has room: a quota."""

    def _size(self) -> int | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None  # else nothing is reserved

    @property
    def state(self) -> str | None:
        """`full`: only what is essential is written. `low`: soon. `read-only`: nothing is.
        None: all is well."""
        if is_read_only(self.path.parent):
            return "read-only"
        free, size = self.free_bytes(), self._size()
        if self.refused or free < FLOOR_BYTES or (size is not None and size < RESERVE_BYTES):
            return "full"
        return "low" if free < LOW_BYTES else None

    def may_write(self) -> bool:
        """Whether the transaction that is about to begin may; tries to make the reserve whole."""
        if self.entitled or is_read_only(self.path.parent):  # who writes is told, and why
            return True
        size = self._size()
        return (size is None or size >= RESERVE_BYTES or self.make()) and (
            self.free_bytes() >= FLOOR_BYTES
        )

    @staticmethod
    def now() -> float:
        """Seconds, for `has_room_since`."""
        return time.monotonic()

    def has_room_since(self, then: float) -> bool:
        """Whether to offer again what was refused `then`; of a quota nobody tells how it stands."""
        return self.may_write() and (not self.refused or self.now() - then >= AGAIN_SECONDS)

    def free_bytes(self) -> int:
        """What the disk has room for besides."""
        try:
            found = os.statvfs(self.path.parent)
        except OSError:  # the folder is not there any more; who writes will be told
            return LOW_BYTES
        return found.f_bavail * found.f_frsize

    def make(self) -> bool:
        """Take the room, or as much of it as there is; whether it is whole."""
        size = self._size() or 0
        if size >= RESERVE_BYTES:
            return True
        try:
            file = open_own(self.path, os.O_RDWR | os.O_CREAT)
        except OSError:
            return False
        try:
            for part in range(STEPS, 0, -1):
                wanted = RESERVE_BYTES // STEPS * part
                if wanted <= size or _take(file, wanted):
                    return wanted >= RESERVE_BYTES
            os.ftruncate(file, size)
        except OSError:
            return False
        finally:
            os.close(file)
        return False

    def release(self, keep: int = OPENING_BYTES) -> bool:
        """Give the room, but for `keep` bytes; whether there was any."""
        if (self._size() or 0) <= keep:
            return False
        try:
            file = open_own(self.path, os.O_RDWR)
            try:
                os.ftruncate(file, keep)
                os.fsync(file)  # only then are the blocks free on every file system
            finally:
                os.close(file)
        except OSError:
            return False
        return True


def _take(file: int, size: int) -> bool:
    """Let a file have so many bytes that are really there."""
    before = os.fstat(file).st_size
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file, 0, size)
        else:
            os.pwrite(file, bytes(size - before), before)
            os.fsync(file)
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(file, before)
        return False
    return True


class OnDisk(Protocol):
    """What has a database, and room kept for it: `node.store.core.Core`."""

    reserve: Reserve
    db: Database


P = ParamSpec("P")
T = TypeVar("T")
C = TypeVar("C", bound=OnDisk)


def essential(action: Callable[Concatenate[C, P], T]) -> Callable[Concatenate[C, P], T]:
    """An action that succeeds on a full disk: one transaction, or what may be done twice."""

    @wraps(action)
    def run(core: C, /, *args: P.args, **kwargs: P.kwargs) -> T:
        reserve = core.reserve
        if reserve.entitled or core.db.conn.in_transaction:
            return action(core, *args, **kwargs)
        reserve.entitled, released = True, False
        try:
            try:
                return action(core, *args, **kwargs)
            except Problem as problem:
                released = problem.code == "disk-full" and reserve.release()
                if not released:
                    raise
            return action(core, *args, **kwargs)
        finally:
            reserve.entitled = False
            if released:
                core.db.fold()
                reserve.make()

    return run
