"""One server for a node's folder: it holds the lock of the folder as long as it runs.

Rules: the system gives the lock to one process and takes it back when that process ends, however it
ends; so a lock says more than a note with a process's number, which another may have by now. The
lock is on the folder itself: nothing has to be written for it, and no file stays behind. Who the
other one is, its server wrote into the settings. Where a file system has no locks, that note is all
there is, and a person is told.
"""

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from node.base.errors import Problem

TAKEN = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES})

LACKING = frozenset(
    {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS, errno.EBADF}
)
"""What file systems say that have no locks, or none for folders."""


class Served(Exception):  # noqa: N818 - no error: somebody else does it
    """Another process serves this folder."""


Lock = Callable[[int, int], None]


@contextmanager
def only_server(
    folder: Path, without: Callable[[], None], lock: Lock = fcntl.flock
) -> Iterator[None]:
    """Be the one server of `folder` inside; `Served` if another process is.

    `without` is called if the file system has no locks.
    """
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise Problem("home-unreadable", path=folder, why=error.strerror) from error
    try:
        try:
            lock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in TAKEN:
                raise Served from error
            if error.errno not in LACKING:
                raise Problem("home-unreadable", path=folder, why=error.strerror) from error
            without()
        yield
    finally:
        os.close(held)
