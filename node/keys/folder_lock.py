"""The lock of a node's folder: one process owns it, a server or a command (docs/door.md).

Rules: the system gives the lock to one process and takes it back when that process ends, however it
ends; so a lock says more than a note with a process's number, which another may have by now. The
lock is on the folder itself. Who has it is written into `owner` beside, for people only: it counts
for nothing while nobody has the lock, so it may stay behind, or come along in a copy of the folder.
Where a file system has no locks a person is told, and whether a server runs is asked at its door.
"""

import errno
import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from node.base.errors import Problem
from node.base.files import NEW, PRIVATE

OWNER = "owner"

SERVER = "server"
"""What a server does, in its note; of a command, its words."""

TAKEN = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES})

LACKING = frozenset(
    {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS, errno.EBADF}
)
"""What file systems say that have no locks, or none for folders."""

NOTE_BYTES = 4_096


class Owner(NamedTuple):
    """Who has the lock: what it does (`SERVER`, or a command's words), its process, since when, and
    where a server answers once it does."""

    does: str
    pid: int
    since: int
    address: str | None = None

    @property
    def serves(self) -> bool:
        """Whether it is a server."""
        return self.does == SERVER


class Taken(Exception):  # noqa: N818 - no error: somebody else has it
    """Another process has the lock; `owner` if it is known."""

    def __init__(self, owner: Owner | None) -> None:
        super().__init__()
        self.owner = owner


Lock = Callable[[int, int], None]


class FolderLock:
    """Own `folder` inside; `Taken` if another process does.

    `owner` says for others who we are. `without` is called if the file system has no locks.
    """

    def __init__(
        self,
        folder: Path,
        owner: Owner,
        without: Callable[[], None] = lambda: None,
        lock: Lock = fcntl.flock,
    ) -> None:
        self._folder, self._owner = folder, owner
        self._without, self._lock = without, lock
        self._held: int | None = None

    def __enter__(self) -> "FolderLock":
        try:
            held = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise Problem("home-unreadable", path=self._folder, why=error.strerror) from error
        try:
            self._take(held)
        except BaseException:
            os.close(held)
            raise
        self._held = held
        self.note(self._owner)
        return self

    def __exit__(self, *_error: object) -> None:
        held, self._held = self._held, None
        if held is not None:
            os.close(held)

    def _take(self, held: int) -> None:
        try:
            self._lock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in TAKEN:
                raise Taken(owner_of(self._folder)) from error
            if error.errno not in LACKING:
                raise Problem("home-unreadable", path=self._folder, why=error.strerror) from error
            self._without()

    def note(self, owner: Owner) -> None:
        """Say who has the lock. Where nothing can be written nobody learns it, which is no harm."""
        path, beside = self._folder / OWNER, self._folder / f"{OWNER}.new"
        try:
            beside.unlink(missing_ok=True)
            with os.fdopen(os.open(beside, NEW, PRIVATE), "w", encoding="utf-8") as file:
                json.dump(owner._asdict(), file)
            beside.replace(path)
        except OSError:
            return


def owner_of(folder: Path) -> Owner | None:
    """What whoever has the lock says of itself. It counts only while somebody has the lock."""
    try:
        with os.fdopen(os.open(folder / OWNER, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)) as f:
            found: dict[str, Any] = json.loads(f.read(NOTE_BYTES))
        owner = Owner(
            str(found["does"]), int(found["pid"]), int(found["since"]), found.get("address")
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return owner if _lives(owner.pid) else None


def _lives(pid: int) -> bool:
    """Who has just taken the lock has not said so yet: the note is of the one before."""
    try:
        os.kill(pid, 0)
    except PermissionError:  # it does, and is somebody else's
        return True
    except (OSError, OverflowError):
        return False
    return pid > 0
