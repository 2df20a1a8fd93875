"""What the file system under a folder says: whether it can be written, and whether it has room."""

import os
import tempfile
from pathlib import Path

from node.base.files import FULL

TRIED_BYTES = 65_536
"""As much as one of the largest records: what does not take that is full."""


def is_read_only(folder: Path) -> bool:
    """Whether nothing can be written there: a read-only file system, or no right to."""
    return folder.is_dir() and not os.access(folder, os.W_OK)


def takes_nothing(folder: Path) -> bool:
    """Whether the disk under `folder` is full, for this user: by trying."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(os.urandom(TRIED_BYTES))  # not zeros: some file systems store none
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno in FULL
    return False
