"""What processes left in a node's folder that were killed: taken away before anything is confirmed.

Rules:

1. Whatever is here may hold what was erased since: a snapshot of the database, which older versions
   made under a name, or a node that was being made from a backup.
2. Taken away at the start, every hour, and before an erasure is confirmed: as long as something
   can't be taken away nothing is confirmed.
3. Nobody writes there meanwhile: snapshots have no name any more, and a folder that is a node's
   home is made only once. In a folder that lies in the place of ours nothing is touched.
"""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

from node.base.logs import event
from node.keys.home import BEGINNING
from node.keys.staging import FOLDER as RESTORING
from node.store import troubles
from node.store.core import Core

log = logging.getLogger(__name__)


def clear(core: Core) -> bool:
    """Take away what was left; whether nothing is left any more."""
    if not core.has_folder:
        return False
    failed: OSError | None = None
    for path in _left(core.home.path):
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            event(log, "leftover-stays", code=type(error).__name__)
            failed = error
    if failed is not None:
        troubles.note(core, "leftovers", failed)
    else:
        troubles.over(core, "leftovers")
    return failed is None


def _left(home: Path) -> Iterator[Path]:
    yield from home.glob("backup.*.new*")  # with SQLite's journal beside it
    for name in (RESTORING, BEGINNING):
        if (home / name).is_dir():
            yield home / name
