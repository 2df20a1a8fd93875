"""A file system that forgets: what a power cut leaves of files whose writes were not synced.

`Recorder` is a VFS for apsw over the system's own one. It writes down, in order, everything that
SQLite does to files; the files themselves are written as usual, so that SQLite sees what it wrote.
`power_cut` then makes, for any point of that order, one of the states in which a disk may be found.

The model, which is harsher than most disks:
* what was written to a file since it was last synced is kept, lost or torn, write by write, each
  for itself, in any order; a torn one keeps some of its sectors, and of one of these only a part;
* a length that was set since then (by cutting, or by writing behind the end) may be the old one;
  what lies between and was not kept is zero;
* a name that was made or removed, and whose folder was not synced since, may be there or not; a
  name that was removed and made again is one of the files that it ever meant since then. The first
  sync of a journal that was made syncs its folder, as SQLite's own VFS does (the base class does it
  unseen); a removal does so if SQLite asks for it.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import apsw

SECTOR = 512
"""The smallest that disks write at once; larger ones tear less."""

KEPT, LOST, TORN = "kept", "lost", "torn"


class Op(NamedTuple):
    """One thing that happened to files. `file` is a number: a name made anew is another file."""

    what: str
    file: int = 0
    name: str = ""
    at: int = 0
    data: bytes = b""


class Recorder(apsw.VFS):
    """Writes down what happens; registered under `name` until `unregister`."""

    def __init__(self, name: str) -> None:
        self.ops: list[Op] = []
        self._numbers: dict[str, int] = {}
        self._files = 0
        self.name = name
        super().__init__(name, "")

    def begin(self, path: Path) -> None:
        """Forget what was; the files of this database that are there are safe on the disk."""
        self.ops.clear()
        self._numbers.clear()
        for one in (path, path.with_name(path.name + "-wal")):
            if one.exists():
                data = one.read_bytes()
                number = self.number(one.name, made=True)
                self.ops += [Op("write", number, data=data), Op("sync", number)]
        self.ops.append(Op("folder"))

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        return _Recorded(self, str(path or ""), flags)

    def xDelete(self, name: str, sync: bool) -> None:
        super().xDelete(name, sync)
        self._numbers.pop(Path(name).name, None)
        self.ops.append(Op("remove", name=Path(name).name))
        if sync:
            self.ops.append(Op("folder"))

    def number(self, name: str, made: bool) -> int:
        """Of the file with this name now."""
        if name not in self._numbers:
            assert made, f"{name} was there before it was looked at"
            self._files += 1
            self._numbers[name] = self._files
            self.ops.append(Op("make", self._files, name))
        return self._numbers[name]


class _Recorded(apsw.VFSFile):
    def __init__(self, recorder: Recorder, path: str, flags: list[int]) -> None:
        super().__init__("", path, flags)
        name = Path(path).name
        self._ops, self._journal = recorder.ops, not flags[0] & apsw.SQLITE_OPEN_MAIN_DB
        self._number, self._new = recorder.number(name, made=True), self._journal

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self._ops.append(Op("write", self._number, at=offset, data=bytes(data)))

    def xTruncate(self, size: int) -> None:
        super().xTruncate(size)
        self._ops.append(Op("cut", self._number, at=size))

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._ops.append(Op("sync", self._number))
        if self._new:
            self._new = False
            self._ops.append(Op("folder"))


@dataclass
class _File:
    """What of one file is safe, and what is not yet."""

    safe: bytearray = field(default_factory=bytearray)
    open: list[Op] = field(default_factory=list)

    def sync(self) -> None:
        for op in self.open:
            _apply(self.safe, op)
        self.open.clear()

    def after(self, chance: random.Random, fates: Sequence[str]) -> bytes:
        data = bytearray(self.safe)
        for op in self.open:
            fate = chance.choice(fates)
            if fate == KEPT:
                _apply(data, op)
            elif fate == TORN and op.what == "write":
                _tear(data, op, chance)
        return bytes(data)


def _apply(data: bytearray, op: Op) -> None:
    if op.what == "cut":
        del data[op.at :]
        data.extend(bytes(op.at - len(data)))
        return
    if len(data) < op.at:
        data.extend(bytes(op.at - len(data)))
    data[op.at : op.at + len(op.data)] = op.data


def _tear(data: bytearray, op: Op, chance: random.Random) -> None:
    """Some of its sectors; of one of them the beginning."""
    sectors = [
        op._replace(at=op.at + start, data=op.data[start : start + SECTOR])
        for start in range(0, len(op.data), SECTOR)
    ]
    kept = [one for one in sectors if chance.random() < 0.5]
    if kept:
        at = chance.randrange(len(kept))
        kept[at] = kept[at]._replace(data=kept[at].data[: chance.randrange(SECTOR)])
    for one in kept:
        _apply(data, one)


FATES = ((KEPT, LOST, TORN), (KEPT, LOST), (LOST,), (KEPT,), (KEPT, KEPT, KEPT, LOST))
"""How disks lose: one of these for each cut; all that was not synced, or some of it."""


def power_cut(ops: Sequence[Op], at: int, chance: random.Random, folder: Path) -> None:
    """Leave in `folder` what a disk may have after the first `at` of these, when the power went."""
    files: dict[int, _File] = {}
    names: dict[str, list[int]] = {}
    """What a name may mean; 0: it is not there. The last one if the folder is synced."""
    for op in ops[:at]:
        if op.what == "make":
            files[op.file] = _File()
            names.setdefault(op.name, [0]).append(op.file)
        elif op.what == "remove":
            names[op.name].append(0)
        elif op.what == "folder":
            names = {name: meant[-1:] for name, meant in names.items()}
        elif op.what == "sync":
            files[op.file].sync()
        else:
            files[op.file].open.append(op)
    fates = chance.choice(FATES)
    for name, meant in sorted(names.items()):
        file = chance.choice(meant)
        if file:
            (folder / name).write_bytes(files[file].after(chance, fates))
