"""What a node runs on: it can be killed between any two steps, and its disk can be full.

A step is a row that is written, the beginning and the end of a transaction, or the key file.
After the step at which it is killed nothing of that life writes any more; what lies in the folder
is what the next life finds.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from node.base.errors import Problem
from node.keys.home import Home
from node.keys.ring import Ring
from node.store.core import Core
from node.store.database import Database
from node.store.schema import OF_THE_STORE, Schema


class Killed(BaseException):
    """The process is gone."""


class Machine:
    """One life of one node. `fuse`: how many steps from now it is killed."""

    def __init__(self, on_death: Callable[[], None]) -> None:
        self.alive = True
        self.fuse: int | None = None
        self.full = False
        self.spare = 0
        """Pages that a full disk takes all the same: room that was kept, and released."""
        self.keeps_room = False
        self._on_death = on_death

    def step(self) -> None:
        """One step; raises `Killed` if there is none any more."""
        if not self.alive:
            raise Killed
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                self.die()
                raise Killed

    def die(self) -> None:
        """As by kill -9."""
        if self.alive:
            self.alive = False
            self._on_death()


MACHINES: dict[Path, Machine] = {}
"""By the folder of a node. What is not in it never breaks."""


class Stepped(Database):
    """A database on a machine."""

    def __init__(self, path: Path | str, schema: Schema = OF_THE_STORE) -> None:
        self.machine = MACHINES.get(Path(path).parent)
        super().__init__(path, schema)

    def _step(self) -> None:
        if self.machine is not None:
            self.machine.step()

    @contextmanager
    def writing(self) -> Iterator[None]:
        if self.conn.in_transaction:
            yield
            return
        self._step()
        if self.machine is not None and self.machine.full:
            self._fill()
        with super().writing():
            yield
            self._step()
        self._step()  # committed, and nobody was told

    def _fill(self) -> None:
        """SQLite itself says that the disk is full, as soon as the file would have to grow."""
        (pages,) = self.one("pragma page_count")
        assert self.machine is not None
        self.one(f"pragma max_page_count = {pages + self.machine.spare}")

    def empty(self) -> None:
        """There is room again."""
        self.one("pragma max_page_count = 4294967294")

    def run(self, sql: str, values: Any = ()) -> int:
        self._step()
        return super().run(sql, values)

    def many(self, sql: str, rows: Any) -> int:
        self._step()
        return super().many(sql, rows)


class MachineCore(Core):
    """A core that, once it is killed, cleans up nothing."""

    @property
    def _dead(self) -> bool:
        machine = MACHINES.get(self.home.path)
        return machine is not None and not machine.alive

    def restore_keys(self) -> None:
        if not self._dead:
            super().restore_keys()

    def reload(self) -> None:
        if not self._dead:
            super().reload()


_write_ring = Home.write_ring


def write_ring(self: Home, ring: Ring, passphrase: str | None) -> None:
    """`Home.write_ring` on a machine."""
    machine = MACHINES.get(self.path)
    if machine is not None:
        machine.step()
        if machine.full and machine.keeps_room and not machine.spare:
            raise Problem("disk-full")
        if machine.full and not machine.keeps_room:
            raise Problem("home-unwritable", path=self.path, why="full")
    _write_ring(self, ring, passphrase)


EXPECTED = (Killed, sqlite3.ProgrammingError)
"""What tasks of a dead node end by."""
