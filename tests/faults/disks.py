"""Disks that can be full.

`Mounted` is a real small file system: what the system does on it is what it does on a full disk. It
needs the right to mount; where that is missing, `Limited` runs alone: SQLite is told to make no
page more, and the reserve counts as pages that may be made after all.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from node.store.database import Database
from node.store.disk_reserve import OPENING_BYTES, Reserve

DISK_BYTES = 24 * 2**20
"""Room for the reserve, a node, and something to fill it with."""

PAGE = 4_096


class Mounted:
    """A file system of its own, in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, leave: int = 0) -> None:
        """Not a byte is left, but for `leave`."""
        with self._filler.open("ab", buffering=0) as out:
            try:
                while True:
                    out.write(bytes(PAGE))
            except OSError:
                pass
        if leave:
            os.truncate(self._filler, self._filler.stat().st_size - leave)

    def free(self) -> None:
        self._filler.unlink()

    fill_again = fill


class Limited:
    """As many pages as there are now."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages: int | None = None
        self.connections: list[Database] = []

    def opened(self, db: Database) -> None:
        self.connections.append(db)
        self._tell(db)

    def _tell(self, db: Database) -> None:
        db.conn.execute(f"pragma max_page_count = {self.pages or 1_000_000}")

    def _tell_all(self) -> None:
        for db in self.connections:
            try:
                self._tell(db)
            except Exception:  # noqa: BLE001 - closed by now
                continue

    def fill(self, leave: int = 0) -> None:
        db = self.connections[-1]
        self.pages = db.one("pragma page_count")[0] - db.one("pragma freelist_count")[0]
        self._tell_all()

    def fill_again(self) -> None:
        """It is: closing a database gives it no page."""

    def free(self) -> None:
        self.pages = None
        self._tell_all()

    def released(self, size: int) -> None:
        if self.pages is not None:
            self.pages += size // PAGE
            self._tell_all()


Disk = Mounted | Limited


@contextmanager
def mounted(folder: Path) -> Iterator[Mounted]:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("no mount on this system")
    if done.returncode:
        pytest.skip("no right to mount a small file system; the limited disk is tested")
    try:
        yield Mounted(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def limited(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Limited]:
    folder.mkdir()
    disk, configure, release = Limited(folder), Database.configure, Reserve.release

    def configured(self: Database) -> None:
        configure(self)
        if Path(self.path).is_relative_to(folder):
            disk.opened(self)

    def released(self: Reserve, keep: int = OPENING_BYTES) -> bool:
        before = self.path.stat().st_size if self.path.exists() else 0
        found = release(self, keep)
        disk.released(before - keep if found else 0)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Database, "configure", configured)
        patch.setattr(Reserve, "release", released)
        yield disk
