"""Whose a node's folder is: said before anything is written into it.

Rules: root does not work in a folder that belongs to somebody else, for each file that it makes
there is one that its owner can't open any more; and where that happened once, the owner is told
which files it was and how to get them back, not that there is a fault. Nobody works in a folder in
which everybody on the machine can write: a database can be slipped into it, or a log that SQLite
would take for its own. (An empty one of one's own is closed when a node is made in it.)
"""

import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shlex import quote

from node.base.errors import Problem

ROOT = 0
EVERYBODY = stat.S_IRWXO
SHOWN = 3
"""Files that are named; of more the first ones."""

FILES = ("keys", "verbund.db", "verbund.db-wal", "verbund.db-shm", "tls.pem", "reserve", "backups")
"""What a node needs in its folder, if it is there."""

OURS = frozenset({*FILES, "door", "owner"})
"""What is there when a node has the folder for itself."""


def assert_ours(folder: Path, user: int | None = None) -> None:
    """`Problem` if `user` (a number; this process's own if None) must not work in `folder`."""
    me = os.geteuid() if user is None else user
    owner = _owner(folder)
    if owner is None:  # nothing is there yet
        return
    if me == ROOT and owner != ROOT:
        raise Problem("root-in-others-folder", path=folder, user=name_of(owner))
    if _is_open(folder) and (owner != me or any(folder.iterdir())):
        command = f"chmod o-w {quote(str(folder))}"
        raise Problem("folder-open", path=folder, command=command)
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


def close_to_others(folder: Path) -> list[str]:
    """Take from everybody the right to read what is private; gives what everybody could read.

    A copy made without its rights is open, as are files out of some archives. The folder is closed
    too where nothing else is in it: who can open it can lock it. Before the database is opened:
    whatever is swapped in meanwhile loses nothing but rights of others.
    """
    was_open = bool(_mode(folder) & stat.S_IXOTH)
    closed = [one.name for one in _private(folder) if _close(one)]
    with suppress(OSError):
        if {one.name for one in folder.iterdir()} <= OURS:
            _close(folder)
    return closed if was_open else []


def _close(path: Path) -> bool:
    """Whether that had to be done, and could be."""
    mode = stat.S_IMODE(_mode(path))
    if not mode & EVERYBODY:
        return False
    try:
        path.chmod(mode & ~EVERYBODY)
    except OSError:  # it is another's, or nothing can be written
        return False
    return True


def _private(folder: Path) -> Iterator[Path]:
    yield from (path for path in _files(folder) if stat.S_ISREG(_mode(path)))


def _mode(path: Path) -> int:
    try:
        return path.lstat().st_mode
    except OSError:
        return 0


def name_of(user: int | None) -> str:
    """What a user is called; its number if nobody knows."""
    try:
        return pwd.getpwuid(user).pw_name if user is not None else "?"
    except KeyError:
        return str(user)


def _files(folder: Path) -> Iterator[Path]:
    yield folder
    yield from (folder / name for name in FILES)


def _is_open(folder: Path) -> bool:
    """Whether everybody may write there."""
    found = folder.stat().st_mode
    return stat.S_ISDIR(found) and bool(found & stat.S_IWOTH)


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
