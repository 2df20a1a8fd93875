"""The steps of an import, as ordinary code that breathes: read, look at columns, plan, take in.

A command does them one after the other and keeps nothing but what it takes in; the pages keep each
step (`node.features.imports.jobs`).
"""

import hashlib
import threading
from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import BinaryIO, NamedTuple

from node.base.errors import Problem
from node.base.tuning import uncollected
from node.base.turns import away, breathe, breathing
from node.features.imports.applying import today
from node.features.imports.headings import guess, headers, heading_line, meaning
from node.features.imports.plan import Basis, plan
from node.features.imports.tables import Imports, ids
from node.features.imports.types import NEW, Answers, Column, Planned
from node.features.members.changes.tables import settle
from node.features.members.sheet import STANDING, columns
from node.features.members.tables import members
from node.features.members.types import Field, Member
from node.spreadsheets.book import Book, Line, Sheet, Unreadable
from node.spreadsheets.reader import read
from node.store.core import Core
from node.texts import LANGUAGES, Texts

READ_AT_ONCE = 80
"""People, before others have a go: a hundredth of a second."""


_reading = threading.Lock()
"""One file at a time: what one may take of memory is taken once."""


class Table(NamedTuple):
    """A sheet with its headings found: their line (0 if there is none), what they are, and the
    lines below. `above`: lines before the headings."""

    heading: int
    headers: list[str]
    lines: list[Line]
    above: int


def read_book(source: BinaryIO) -> Book:
    """What is in a file; `Problem` `import-…` says why it is not read."""
    try:
        with away(), _reading:
            return read(source)
    except Unreadable as error:
        raise Problem(f"import-{error.code}", **error.values) from error


def best_sheet(sheets: Sequence[Sheet]) -> int:
    """The one with the people: whose headings say most; the first of them."""
    told = [_told(one) for one in sheets]
    return told.index(max(told))


def _told(sheet: Sheet) -> tuple[int, bool]:
    where = heading_line(sheet.lines)
    cells = next((one.cells for one in sheet.lines if one.number == where), [])
    known = {what for cell in cells if (what := meaning(cell)[0])}
    return len(known), len(sheet.lines) > 1


def table_of(lines: Sequence[Line], heading: int | None = None) -> Table:
    """`heading`: the line with the headings, 0 for none, None to find it. `Problem` `import-only`
    if nobody stands below them."""
    where = heading_line(lines) or 0 if heading is None else heading
    top = next((one.cells for one in lines if one.number == where), [])
    below = [one for one in lines if one.number > where and not is_same(one.cells, top)]
    if not below:
        raise Problem("import-only-headings")
    width = max(len(top), *(len(one.cells) for one in below))
    above = sum(1 for one in lines if one.number < where)
    return Table(where, headers(top, width), below, above)


def is_same(cells: Sequence[str], top: Sequence[str]) -> bool:
    """Whether these are the headings again, of a second page."""
    return bool(top) and [one.strip() for one in cells] == [one.strip() for one in top]


def known_columns(core: Core, table: Table) -> tuple[list[Column], bool]:
    """What the columns are, and whether that is what they were the last time."""
    fields = members(core).fields()
    keys = {one.key for one in fields}
    found = guess(table.headers, [one.cells for one in table.lines], labels(fields))
    last = Imports(core).remembered(fingerprint(table.headers))
    if last is None:
        return found, False
    return [
        one._replace(field=_still(last.get(one.header, one.field), keys)) for one in found
    ], True


def labels(fields: Sequence[Field]) -> dict[str, str]:
    """What columns are called in our own files, in both languages, and what they are; nothing of
    those that are not read back."""
    found = {}
    for texts in map(Texts, LANGUAGES):
        for one in columns(fields, texts):
            found[one.heading] = "" if one.key == STANDING else one.key
    return found


def _still(what: str | None, keys: set[str]) -> str | None:
    """A column of one's own that is gone by now is left out."""
    return None if what is not None and what.startswith("own-") and what not in keys else what


def remember(core: Core, columns: Sequence[Column]) -> None:
    """Know these columns the next time; a new one is one of the group's own by then."""
    own = {one.label: one.key for one in members(core).fields() if one.own}
    kept = {one.header: own.get(one.header) if one.field == NEW else one.field for one in columns}
    Imports(core).remember(fingerprint([one.header for one in columns]), kept)


def fingerprint(headings: Sequence[str]) -> str:
    """Of the headings of a file, whatever their order."""
    text = "\n".join(sorted(headings))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def everyone(core: Core) -> list[Member]:
    """All people, read in pieces."""
    settle(core)
    of, found = members(core), []
    waiting = breathing(ids(core))
    while some := list(islice(waiting, READ_AT_ONCE)):
        found += of.some(some)
        breathe()
    return found


def day(core: Core) -> date:
    """The day it is."""
    return date.fromisoformat(today(core))


def planned(
    core: Core, table: Sequence[Line], columns: Sequence[Column], answers: Answers
) -> tuple[list[Planned], Basis]:
    """What becomes of each row, and from what that was found."""
    fields: list[Field] = members(core).fields()
    with uncollected():  # 10,000 people are many objects, and no garbage
        basis = Basis(table, columns, fields, everyone(core), answers, day(core))
        with away():
            return list(plan(basis)), basis
