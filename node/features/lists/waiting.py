"""Lists that somebody brought on a page and looks at: kept until they are read in, for an hour.

What came stays in a nameless file of this machine; of what would happen no more is kept than is
shown. When the node stops they are gone, and nothing was read in.
"""

import tempfile
import weakref
from collections import OrderedDict
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from node.base.errors import Problem
from node.features.groups.tables import own_list
from node.features.lists.actions import Report, import_list
from node.features.lists.file import form_of, read
from node.features.lists.rows import Cell, ListFile
from node.features.lists.text import BYTES
from node.store.core import Core
from protocol.ids import to_text

MOST = 8
"""Lists that wait; of more the oldest is forgotten."""

SECONDS = 3_600

ID_BYTES = 20

SHOWN = 50
"""Names, and things that are wrong, that are shown of each sort."""


class Named(NamedTuple):
    """How many groups of a sort, and the names of the first."""

    n: int
    names: tuple[str, ...]


class Preview(NamedTuple):
    """What would happen."""

    new: Named
    changed: Named
    same: Named
    wrong: tuple[Cell, ...]
    problems: int
    aside: tuple[Cell, ...]
    missing: tuple[str, ...]
    others: tuple[str, ...]
    encoding: str
    changes: tuple[tuple[str, tuple[str, ...]], ...]
    """Of the first that are changed: the name, and which fields of the entry."""
    has_own: bool
    """Whether a row has the name of our own group."""


class Waiting(NamedTuple):
    """A list that waits."""

    id: str
    name: str
    """Of the file."""
    data: BinaryIO
    since: int
    preview: Preview


class Lists:
    """Those of one running node."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._waiting: OrderedDict[str, Waiting] = OrderedDict()
        weakref.finalize(self, _close, self._waiting)  # the node stops while some wait

    def keep(self, name: str, data: bytes, preview: Preview) -> Waiting:
        """Keep one; gives it with its id."""
        file = tempfile.TemporaryFile()  # noqa: SIM115 - `drop` closes it
        file.write(data)
        id = to_text(self._core.entropy(ID_BYTES))
        made = self._waiting[id] = Waiting(id, name, file, self._core.clock(), preview)
        while len(self._waiting) > MOST:
            self.drop(next(iter(self._waiting)))
        return made

    def get(self, id: str) -> Waiting | None:
        """One of them, unless its time is over."""
        now = self._core.clock()
        for one in [*self._waiting.values()]:
            if not 0 <= now - one.since < SECONDS:
                self.drop(one.id)
        return self._waiting.get(id)

    def drop(self, id: str) -> None:
        """Forget one."""
        found = self._waiting.pop(id, None)
        if found is not None:
            found.data.close()

    def again(self, one: Waiting, preview: Preview) -> None:
        """Something else would happen by now."""
        self._waiting[one.id] = one._replace(preview=preview)


def _close(waiting: OrderedDict[str, Waiting]) -> None:
    for one in waiting.values():
        one.data.close()


def waiting_lists(core: Core) -> Lists:
    """What the pages keep."""
    return Lists(core)


def file_of(data: bytes) -> ListFile:
    """The rows of a file of whatever sort; takes seconds. `Problem` if it is no list."""
    if len(data) > BYTES:
        raise Problem("list-too-large", mb=BYTES // 1_000_000)
    return read(data, form_of(data))


def bytes_of(one: Waiting) -> bytes:
    """What came."""
    one.data.seek(0)
    return one.data.read()


def preview_of(core: Core, file: ListFile, own: str) -> Preview:
    """What reading it in would do; nothing is changed. `own`: the name of our own group."""
    report = import_list(core, file, partial=True, dry_run=True)
    return _preview(report, file, own, tuple(_changes(core, file, report.changed[:SHOWN])))


def _changes(core: Core, file: ListFile, names: list[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    rows = {one.content["name"]: one.content for one in file.rows} if names else {}
    for name in names:
        old = own_list(core).entry(own_list(core).number(name) or 0) or {}
        row = {**rows.get(name, {}), "name": name}
        yield name, tuple(field for field, value in row.items() if value != old.get(field))


def _preview(
    report: Report, file: ListFile, own: str, changes: tuple[tuple[str, tuple[str, ...]], ...]
) -> Preview:
    return Preview(
        _named(report.new),
        _named(report.changed),
        _named(report.same),
        wrong=tuple(file.problems[:SHOWN]),
        problems=len(file.problems),
        aside=tuple(file.aside[:SHOWN]),
        missing=file.missing,
        others=file.others[:SHOWN],
        encoding=file.encoding,
        changes=changes,
        has_own=any(one.content["name"] == own for one in file.rows),
    )


def _named(some: list[str]) -> Named:
    return Named(len(some), tuple(some[:SHOWN]))
