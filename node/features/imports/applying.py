"""Taking planned rows in, all or nothing, and taking that back.

Rules:

1. All that an import changes is one batch (`node.features.members.changes`): one click undoes it.
2. Nobody waits for it: it is written in pieces of some hundredths of a second, and others work in
   between. Until the last piece is written a mark says that it is not whole; whoever finds the mark
   without its work – the node stopped – takes the pieces back (`mend`). Where no server waits it is
   one transaction.
3. What others changed since stays when it is undone, and is told.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import NamedTuple

from node.base import turns
from node.base.errors import Problem
from node.features.imports.plan import NEW_FIELD, is_rejoining
from node.features.imports.tables import running, set_running
from node.features.imports.types import BELONGS, SINCE, UNTIL, Cells, Outcome, Planned
from node.features.members.changes.tables import Batch, batch_of, begin, latest
from node.features.members.changes.undo import COLUMNS_MADE, Undone, undo
from node.features.members.columns import add_column
from node.features.members.types import Field, Membership
from node.people.last_key import is_last
from node.people.persons import Standing
from node.store.core import Core
from node.store.pieces import in_pieces

WHAT = "import"
"""What its batches are called."""

Progress = Callable[[int, int], None]

_live: set[int] = set()
"""Batches that this process is writing."""


def is_live(batch: int) -> bool:
    """Whether it is being written right now."""
    return batch in _live


class Applied(NamedTuple):
    """What was taken in: the batch, and how many of which outcome."""

    batch: int
    counts: dict[str, int]


def silent(_done: int, _all: int) -> None:
    """Nobody waits for progress."""


def today(core: Core) -> str:
    """The day it is, UTC."""
    return datetime.fromtimestamp(core.clock(), UTC).date().isoformat()


def apply(
    core: Core,
    rows: Sequence[Planned],
    fields: Sequence[Field],
    who: str = "",
    progress: Progress = silent,
) -> Applied:
    """Take the rows in; `fields`: those that are yet to be made. `Problem` if one still asks."""
    counts = counted(rows)
    if counts["ask"]:
        raise Problem("import-asks", n=counts["ask"])
    with _one_at_a_time(core), _whole(core):
        with core.transaction():
            made = {one.key: add_column(core, one.label, one.kind, who=who).key for one in fields}
            note = {"counts": counts, COLUMNS_MADE: list(made.values())}
            batch = begin(core, WHAT, who, note)
            set_running(core, batch.no)
            _live.add(batch.no)
        try:
            writes = [one for one in rows if one.write is not None]
            in_pieces(
                core,
                writes,
                lambda row: _write(batch, row, made),
                lambda done: progress(done, len(writes)),
            )
            with core.transaction():
                set_running(core, None)
        except BaseException:
            _live.discard(batch.no)
            if not core.db.conn.in_transaction:
                mend(core)
            raise
        _live.discard(batch.no)
    return Applied(batch.no, counts)


def counted(rows: Iterable[Planned]) -> dict[str, int]:
    """How many there are of each outcome."""
    found = {one.value: 0 for one in Outcome}
    for row in rows:
        found[row.outcome.value] += 1
    return found


@contextmanager
def _one_at_a_time(core: Core) -> Iterator[None]:
    if running(core) in _live:
        raise Problem("import-running")
    mend(core)
    yield


def _whole(core: Core) -> AbstractContextManager[None]:
    """One transaction, unless others wait for their turn."""
    return nullcontext() if turns.has_turn() else core.transaction()


def mend(core: Core) -> bool:
    """Take back what a stopped node left half; whether there was anything."""
    no = running(core)
    if no is None or no in _live:
        return False
    kept = batch_of(core, no)
    if kept is not None and kept.undone is None:
        undo(core, no)
    with core.transaction():
        set_running(core, None)
    return True


def take_back(core: Core, batch: int | None = None, who: str = "") -> Undone:
    """Undo the last import, or this one; `Problem` `import-nothing-to-undo`."""
    mend(core)
    kept = latest(core, WHAT) if batch is None else batch_of(core, batch)
    if kept is None or kept.undone is not None or kept.what != WHAT:
        raise Problem("import-nothing-to-undo")
    return undo(core, kept.no, who)


def _write(batch: Batch, row: Planned, made: dict[str, str]) -> None:
    cells = row.write
    if cells is None:
        return
    values = {made.get(key, key): some for key, some in cells.values.items()}
    if any(key.startswith(NEW_FIELD) for key in values):
        raise ValueError("a column without a key")
    cells = cells._replace(values=values)
    if row.who is None:
        _add(batch, row.name, cells)
    else:
        _change(batch, row.who, cells)


def _add(batch: Batch, name: str, cells: Cells) -> None:
    belongs = dict(cells.belongs)
    left = is_over(batch, belongs.get(UNTIL, ""))
    standing = Standing.FORMER if left else Standing.MEMBER
    id = batch.add(name, cells.values, standing=standing, since=belongs.pop(SINCE, ""))
    member = batch.members.get(id)
    if belongs and member is not None:
        batch.belong(id, _with(member.memberships[-1], belongs))


def _change(batch: Batch, id: str, cells: Cells) -> None:
    if cells.values or cells.name:
        batch.write(id, cells.values, cells.name or None)
    member = batch.members.get(id)
    if member is None or not cells.belongs:
        return
    last = next(iter(member.memberships[-1:]), None)
    if last is None or is_rejoining(member, cells.belongs.get(SINCE, "")):
        last = Membership(batch.join(id, cells.belongs.get(SINCE, "")))
        batch.stand(id, Standing.MEMBER)
    batch.belong(id, _with(last, cells.belongs))
    if is_over(batch, cells.belongs.get(UNTIL, "")) and not is_last(batch.members.core, id):
        batch.stand(id, Standing.FORMER)


def _with(one: Membership, belongs: Mapping[str, str]) -> Membership:
    return Membership(one.no, *(belongs.get(key) or getattr(one, key) for key in BELONGS))


def is_over(batch: Batch, until: str) -> bool:
    """Whether a last day is past."""
    return bool(until) and until < today(batch.members.core)[: len(until)]
