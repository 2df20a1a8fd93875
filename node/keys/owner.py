"""Whose a node's folder is: said before anything is written into it.

Rules: root does not work in a folder that belongs to somebody else, for each file that it makes
there is one that its owner can't open any more; and where that happened once, the owner is told
which files it was and how to get them back, not that there is a fault.
"""

import os
import pwd
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from node.base.errors import Problem

ROOT = 0
SHOWN = 3
"""Files that are named; of more the first ones."""

FILES = ("keys", "verbund.db", "verbund.db-wal", "verbund.db-shm", "tls.pem", "reserve", "backups")
"""What a node needs in its folder, if it is there."""


def assert_ours(folder: Path, user: int | None = None) -> None:
    """`Problem` if `user` (a number; this process's own if None) must not work in `folder`."""
    me = os.geteuid() if user is None else user
    owner = _owner(folder)
    if owner is None:  # nothing is there yet
        return
    if me == ROOT and owner != ROOT:
        raise Problem("root-in-others-folder", path=folder, user=name_of(owner))
    if me == ROOT:
        return
    found = [one for one in _files(folder) if _owner(one) not in (None, me) and not _usable(one)]
    if found:
        raise Problem(
            "files-of-another",
            files=", ".join(one.name for one in found[:SHOWN]),
            path=folder,
            user=name_of(_owner(found[0])),
            command=f"sudo chown -R {quote(name_of(me))} {quote(str(folder))}",
        )


def name_of(user: int | None) -> str:
    """What a user is called; its number if nobody knows."""
    try:
        return pwd.getpwuid(user).pw_name if user is not None else "?"
    except KeyError:
        return str(user)


def _files(folder: Path) -> Iterator[Path]:
    yield folder
    yield from (folder / name for name in FILES)


def _owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except OSError:
        return None


def _usable(path: Path) -> bool:
    """Whether it can be read and written, by a group's rights for instance.

    Where nobody can write, on a read-only file system, reading is enough.
    """
    wanted = os.R_OK | (os.X_OK if path.is_dir() else 0)
    if not os.statvfs(path).f_flag & os.ST_RDONLY:
        wanted |= os.W_OK
    return os.access(path, wanted)
