"""The steps of an import that a page began: each is kept, so the page may be closed meanwhile.

    reading → columns → planning → preview → committing → done → undoing → undone

A file that can't be read is `failed`. From the preview one may go back to the columns. All of it is
ordinary code with breaths, in a thread that has its turn (`node.features.imports.jobs`).
"""

import hashlib
from collections.abc import Sequence
from typing import BinaryIO, NamedTuple

from node.base.errors import Problem
from node.base.turns import away, breathing
from node.features.imports import work
from node.features.imports.applying import Progress, apply, mend, take_back
from node.features.imports.plan import Basis, new_fields
from node.features.imports.tables import (
    BUSY,
    KEPT_SECONDS,
    Import,
    Imports,
    NotedRow,
    kept_row,
    noted_row,
)
from node.features.imports.types import Column, Outcome, Planned
from node.features.imports.work import Table
from node.features.members.types import Field
from node.spreadsheets.book import Book, Line, Sheet
from node.store.core import Core
from node.store.pieces import in_pieces

ROWS_AT_ONCE = 100
ENDED = ("failed", "done", "undone")
"""States of which nothing is kept but that it was."""


def read_in(core: Core, id: str, source: BinaryIO, progress: Progress) -> None:
    """From the file to its columns."""
    try:
        book = work.read_book(source)
        _keep_book(core, id, book, progress)
        sheet = work.best_sheet(book.sheets)
        look(core, id, sheet, None)
    except Problem as problem:
        _change(core, id, state="failed", problem=problem.code, values=problem.values)
        forget(core, id)


def _keep_book(core: Core, id: str, book: Book, progress: Progress) -> None:
    every = sum(len(one.lines) for one in book.sheets)
    sheets = [_about(one) for one in book.sheets]
    _change(core, id, form=book.form, encoding=book.encoding, guessed=book.guessed, sheets=sheets)
    done = 0
    for at, sheet in enumerate(book.sheets):
        parts = Imports(core).put_lines(id, at, sheet.lines)
        in_pieces(core, parts, lambda _one: None)
        done += len(sheet.lines)
        progress(done, every)


def _about(sheet: Sheet) -> dict[str, object]:
    found = sheet._asdict()
    lines = found.pop("lines")
    return {**found, "lines": len(lines)}


def look(core: Core, id: str, sheet: int, heading: int | None) -> None:
    """Choose a sheet, and the line with its headings (None: find it); `Problem`."""
    table = _table_of(_lines(core, id, sheet), heading)
    columns, known = work.known_columns(core, table)
    _change(
        core, id, state="columns", sheet=sheet, heading=table.heading, above=table.above,
        columns=[list(one) for one in columns], remembered=known, answers={}, problem="",
    )  # fmt: skip


def look_again(core: Core, id: str, sheet: int, heading: int | None) -> None:
    """The same after somebody said where to look."""
    try:
        look(core, id, sheet, heading)
    except Problem as problem:
        _change(core, id, state="columns", problem=problem.code, values=problem.values)


def plan(core: Core, id: str) -> None:
    """From the columns to what becomes of each row."""
    one = _of(core, id)
    columns = one.as_columns
    if not any(column.field in ("name", "given", "family", "id") for column in columns):
        _change(core, id, state="columns", problem="import-nameless", values={})
        return
    try:
        rows, _basis = _planned(core, one)
    except Problem as problem:
        _change(core, id, state="columns", problem=problem.code, values=problem.values)
        return
    _keep_rows(core, id, rows, _noted(rows))


def _planned(core: Core, one: Import) -> tuple[list[Planned], Basis]:
    return work.planned(core, _table(core, one).lines, one.as_columns, one.answers)


def _table(core: Core, one: Import) -> Table:
    return _table_of(_lines(core, one.id, one.sheet), one.heading)


def _table_of(lines: list[Line], heading: int | None) -> Table:
    with away():  # all rows are looked at
        return work.table_of(lines, heading)


def _lines(core: Core, id: str, sheet: int) -> list[Line]:
    return list(breathing(Imports(core).lines(id, sheet)))


class Noted(NamedTuple):
    """What becomes of the rows, as it is kept, and a digest of it."""

    rows: list[NotedRow]
    digest: str


def _noted(rows: Sequence[Planned]) -> Noted:
    with away():
        found = [noted_row(one) for one in rows]
        digest = hashlib.blake2b(digest_size=16)
        for one in found:
            digest.update(one.noted.encode())
    return Noted(found, digest.hexdigest())


def _keep_rows(core: Core, id: str, rows: Sequence[Planned], noted: Noted) -> None:
    imports = Imports(core)
    in_pieces(core, imports.forget_rows(id), lambda _one: None)
    pieces = range(0, len(rows), ROWS_AT_ONCE)
    in_pieces(core, pieces, lambda at: imports.put_rows(id, at, noted.rows[at : at + ROWS_AT_ONCE]))
    counts = {one.value: 0 for one in Outcome}
    codes: dict[str, int] = {}
    for row in rows:
        counts[row.outcome.value] += 1
        for question in row.questions:
            codes[question.code] = codes.get(question.code, 0) + 1
    _change(
        core, id, state="preview", counts=counts, codes=codes, stamp=imports.stamp(),
        digest=noted.digest,
    )  # fmt: skip


def commit(core: Core, id: str, progress: Progress) -> None:
    """Take the rows in, if what becomes of them is still what was shown."""
    one = _of(core, id)
    try:
        if one.stamp != Imports(core).stamp():
            rows, _basis = _planned(core, one)
            noted = _noted(rows)
            if noted.digest != one.digest:
                _keep_rows(core, id, rows, noted)
                raise Problem("import-changed")
        else:
            rows = _kept_rows(core, id)
        done = apply(core, rows, _new_fields(core, one), one.who, progress)
    except Problem as problem:
        _change(core, id, state="preview", problem=problem.code, values=problem.values)
        return
    with core.transaction():
        work.remember(core, one.as_columns)
    _change(core, id, state="done", batch=done.batch, counts=done.counts)
    forget(core, id)


def _new_fields(core: Core, one: Import) -> list[Field]:
    if not any(column.field == "new" for column in one.as_columns):
        return []
    lines = _table(core, one).lines
    return new_fields(Basis(lines, one.as_columns, (), (), {}, work.day(core)))


def _kept_rows(core: Core, id: str) -> list[Planned]:
    imports, found = Imports(core), []
    for at in breathing(range(0, 1 << 30, ROWS_AT_ONCE)):
        rows = imports.noted(id, None, at, ROWS_AT_ONCE)
        found += rows
        if len(rows) < ROWS_AT_ONCE:
            break
    with away():
        return [kept_row(one) for one in found]


def undo(core: Core, id: str, who: str) -> None:
    """Take it back."""
    one = _of(core, id)
    try:
        done = take_back(core, one.batch, who)
    except Problem as problem:
        _change(core, id, state="done", problem=problem.code, values=problem.values)
        return
    stays = [list(pair) for pair in done.stays]
    values = {"gone": len(done.gone), "back": len(done.back), "stays": stays}
    _change(core, id, state="undone", values=values, problem="")


def forget(core: Core, id: str) -> None:
    """Erase what the file had."""
    in_pieces(core, Imports(core).forget_lines(id), lambda _one: None)
    in_pieces(core, Imports(core).forget_rows(id), lambda _one: None)


def give_up(core: Core, id: str) -> None:
    """Erase it wholly."""
    forget(core, id)
    with core.transaction():
        Imports(core).remove(id)


at_work: set[str] = set()
"""Imports on which a thread of this process is at work."""


def tidy(core: Core) -> None:
    """After a start, and now and then: take back what is half, and erase what is old."""
    mend(core)
    for one in Imports(core).all():
        if one.id in at_work:
            continue
        if one.made < core.clock() - KEPT_SECONDS:
            give_up(core, one.id)
        elif one.state in BUSY:
            stopped(core, one, "import-interrupted")


BACK_TO = {
    "reading": "failed", "planning": "columns", "committing": "preview", "undoing": "done"
}  # fmt: skip
"""Where an import is when the work on it broke off."""


def stopped(core: Core, one: Import, problem: str) -> None:
    """The work on it broke off: say so, and go back to where it was."""
    if one.state not in BUSY:
        return
    if one.state == "reading":
        forget(core, one.id)
    _change(core, one.id, state=BACK_TO[one.state], problem=problem, values={})


def _of(core: Core, id: str) -> Import:
    found = Imports(core).get(id)
    if found is None:
        raise Problem("import-gone")
    return found


def _change(core: Core, id: str, **values: object) -> None:
    with core.transaction():
        one = _of(core, id)
        for name, value in values.items():
            setattr(one, name, value)
        Imports(core).put(one)


def set_columns(core: Core, id: str, fields: dict[int, str | None]) -> None:
    """What columns are, by their place; the others stay."""
    one = _of(core, id)
    columns = [
        Column(column.at, column.header, fields.get(column.at, column.field))
        for column in one.as_columns
    ]
    _change(core, id, columns=[list(column) for column in columns], problem="")


def answer(core: Core, id: str, answers: dict[str, str]) -> None:
    """More answers, by the key of their question."""
    one = _of(core, id)
    _change(core, id, answers={**one.answers, **answers})


def begin(core: Core, id: str, state: str) -> None:
    """Something is at work on it from now on."""
    _change(core, id, state=state, problem="", values={})
