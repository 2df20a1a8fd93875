"""Files that a node writes, for people or for itself: one way for all of them.

Rules:

1. Only the owner can read them (0600), whatever the umask says. A disk that knows no such rights,
   as sticks do, keeps its own.
2. A new file is made; none that is there is opened. What lies at the name under which it is
   written – left over, a link, somebody else's – is taken away, never followed and never kept.
3. It gets its own name when it is whole and on the disk, and if the file beside is still the one
   that was made here. After an error nothing is left of it.
4. A link is no place for a file, even if it leads nowhere: a person says where something goes.
"""

import contextlib
import errno
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from node.base.errors import Problem

NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
PRIVATE = 0o600

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What systems say when a disk, a share of it, or a file takes no more."""

NO_RIGHTS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS})
"""What systems say when a disk knows no rights of files."""


class Elsewhere(ABC):
    """A file that a person named at a terminal whose process is another one: that one opens it,
    with that person's rights and in their folder (`node.door.files`). Shown as it was typed."""

    @abstractmethod
    def opened(self) -> BinaryIO:
        """For reading; `OSError` if it can't be opened."""

    @abstractmethod
    def written(self, ending: str) -> AbstractContextManager[BinaryIO]:
        """As `written`."""

    @abstractmethod
    def assert_free(self, replace: bool) -> None:
        """As `assert_free`."""


File = Path | Elsewhere
"""What a person named: a file that this process opens itself, or has opened."""


def make_file(path: Path) -> BinaryIO:
    """A new file, open for writing and reading; `FileExistsError` if there is anything."""
    file = os.open(path, NEW, PRIVATE)
    try:
        os.fchmod(file, PRIVATE)
    except OSError as error:
        if error.errno not in NO_RIGHTS:
            os.close(file)
            raise
    return os.fdopen(file, "w+b")


def open_own(path: Path, flags: int) -> int:
    """A file of the node's own that may be there, as a descriptor: never through a link, and only
    a plain one without another name that is ours, or the folder's owner's. `OSError` otherwise.
    """
    owners = (os.geteuid(), path.parent.stat().st_uid)
    file = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE)
    found = os.fstat(file)
    if stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and found.st_uid in owners:
        return file
    os.close(file)
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(path))


def opened(file: File) -> BinaryIO:
    """A file for reading; `OSError` if it can't be opened."""
    return file.opened() if isinstance(file, Elsewhere) else file.open("rb")


def written(file: File, ending: str = ".part") -> AbstractContextManager[BinaryIO]:
    """Write a file as a whole or not at all, under its name with `ending` until it is."""
    return file.written(ending) if isinstance(file, Elsewhere) else _written(file, ending)


@contextlib.contextmanager
def _written(path: Path, ending: str) -> Iterator[BinaryIO]:
    beside = path.with_name(path.name + ending)
    try:
        beside.unlink(missing_ok=True)
        with make_file(beside) as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
            if not _is_at(beside, out.fileno()):
                raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(beside))
        beside.replace(path)
        sync_folder(path.absolute().parent)
    except BaseException:
        with contextlib.suppress(OSError):  # a name that is too long was never there
            beside.unlink(missing_ok=True)
        raise


def _is_at(path: Path, file: int) -> bool:
    """Whether an open file is still what stands under a name."""
    return os.path.samestat(path.lstat(), os.fstat(file))


def write_private(path: Path, data: bytes) -> None:
    """Write a file of the node's own; `Problem` if that can't be."""
    try:
        with written(path, ".new") as out:
            out.write(data)
    except OSError as error:
        if error.errno in FULL:
            raise Problem("disk-full") from error
        raise Problem("home-unwritable", path=path, why=error.strerror) from error


def sync_folder(path: Path) -> None:
    """What was renamed in a folder survives a power cut."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def settle(file: BinaryIO) -> None:
    """What was written is on the disk; read again, it comes from there, not from memory."""
    own_way = getattr(file, "settle", None)
    if own_way is not None:
        own_way()
        return
    file.flush()
    os.fsync(file.fileno())
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def assert_free(file: File, replace: bool) -> None:
    """`Problem` unless `file` may be written: it is not there, or a plain file that may go.

    A folder, a link, a device or a pipe is never replaced: root would take it away from everybody.
    """
    if isinstance(file, Elsewhere):
        file.assert_free(replace)
        return
    try:
        mode = file.lstat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise Problem("file-unwritable", file=file, why=error.strerror) from error
    if not stat.S_ISREG(mode):
        raise Problem("file-not-plain", file=file)
    if not replace:
        raise Problem("file-exists", file=file)
