"""A folder that becomes a node's home only when everything in it is complete.

Rules: it is made in `restoring` below the home, a new node's in `beginning`; the database is moved
first, the keys last, since a folder with keys is a home; whoever stops in between finds that folder
there and begins again. Nothing of a node that is there is ever overwritten.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from node.base.errors import Problem
from node.base.files import sync_folder
from node.keys.home import Home

FOLDER = "restoring"
FILES = ("verbund.db", "tls.pem", "keys")
"""What a node consists of, in the order in which it is moved."""


@contextmanager
def new_home(home: Home, folder: str = FOLDER) -> Iterator[Home]:
    """A home beside; it takes the place of the empty one when the block ends without an error."""
    beside = home.path / folder
    if home.exists:
        raise Problem("home-exists", path=home.path)
    if not beside.exists():
        home.assert_nothing_lost()
    try:
        shutil.rmtree(beside, ignore_errors=True)
        home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.mkdir(mode=0o700)
    except OSError as error:
        raise Problem("home-unwritable", path=home.path, why=error.strerror) from error
    try:
        yield Home(beside)
        move(beside, home.path)
    except OSError as error:
        raise Problem("home-unwritable", path=home.path, why=error.strerror) from error
    finally:
        if not home.exists:
            home.discard()
        shutil.rmtree(beside, ignore_errors=True)


def move(beside: Path, into: Path) -> None:
    """Each file as a whole, the keys last."""
    for name in FILES:
        if (beside / name).exists():
            (beside / name).replace(into / name)
    sync_folder(into)
