"""A text as a table: what separates its cells, where its headings are, its rows below them.

Rules: a first line `sep=;` says what separates; else it is what makes the most known headings.
Empty lines and titles may stand above the headings; a row of headings repeated below (of a second
page) is none. Rows are numbered as a spreadsheet numbers them.

>>> table("Liste 2027\\n\\nVerein;Ort\\nChor;Kiel\\n")
Table(headings=['Verein', 'Ort'], rows=[(4, ['Chor', 'Kiel'])])
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from node.base.errors import Problem
from node.base.naming import near
from node.features.lists.headings import knows
from node.features.lists.rows import COLUMNS, ROWS
from node.spreadsheets.book import Sheet

WIDTH = 500
"""Headings of one file: the answers to a long questionnaire; what has more is no list of groups."""

ABOVE = 30
"""Rows in which the headings are looked for: a letterhead, a title and a note above the table."""

HINTS = 20
"""Unknown headings for which a likely one is looked for: more are not read."""

MARKS = ";,\t|"
_SAID = re.compile(r'\s*"?sep=(.)"?[ \t;,|]*(?:\r\n|\r|\n)', re.IGNORECASE)

Rows = list[tuple[int, list[str]]]


class Table(NamedTuple):
    """Headings, and the numbered rows below them; all rows are as long as the headings, or longer
    if there is something in the cells beyond."""

    headings: list[str]
    rows: Rows


def table(text: str) -> Table:
    """The table of a text; `Problem` if it is none, or has no column for names."""
    said = _SAID.match(text)
    if said:
        text = text[said.end() :]
    at, mark = _head(text, said[1] if said else MARKS)
    return _below(at, _read(text, mark))


def sheet_table(sheets: Sequence[Sheet]) -> Table:
    """The table of a file of a spreadsheet: on the sheet whose headings say most."""
    best, where = (False, 0), (0, 0)
    first: list[str] = []
    for no, sheet in enumerate(sheets):
        for number, cells in sheet.lines[:ABOVE]:
            headings = _trimmed(cells)
            if (known := knows(headings[: WIDTH + 1])) > best:
                best, where = known, (no, number)
            if len(headings) > len(first):
                first = headings
    if not first:
        raise Problem("list-empty")
    if not best[0]:
        raise _nameless(first, best[1])
    return _below(where[1], iter(sheets[where[0]].lines))


def _below(at: int, rows: Iterator[tuple[int, list[str]]]) -> Table:
    """What stands below the row with the headings."""
    found: Rows = []
    headings: list[str] = []
    for number, cells in rows:
        if number < at:
            continue
        if number == at:
            headings = _trimmed(cells)
            _check_width(headings)
        elif any(map(str.strip, cells)) and _trimmed(cells) != headings:
            found.append((number, cells + [""] * (len(headings) - len(cells))))
        if len(found) > ROWS:
            raise Problem("list-too-long", n=ROWS)
    return Table(headings, found)


def _read(text: str, mark: str, strict: bool = True) -> Iterator[tuple[int, list[str]]]:
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=mark, strict=strict)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield number, cells
    except csv.Error as error:
        if "limit" in str(error):
            most = csv.field_size_limit()
            raise Problem("list-cell-too-long", row=number + 1, n=most) from error
        raise Problem("list-broken", row=number + 1) from error


def _head(text: str, marks: str) -> tuple[int, str]:
    """The number of the row with the headings, and what separates the cells."""
    best, where = (False, 0, 0), (0, "")
    first: list[str] = []
    for mark in marks:
        try:
            rows = list(islice(_read(text, mark, strict=False), ABOVE))
        except Problem:
            continue  # read so it is no table; reading it in earnest says why
        for number, cells in rows:
            named, known = knows(_trimmed(cells)[: WIDTH + 1])
            if (named, known, 0) > best:
                best, where = (named, known, 0), (number, mark)
            if len(_trimmed(cells)) > len(first) and known >= best[1]:
                first = _trimmed(cells)
    if best[0]:
        return where
    if not first:
        list(_read(text, marks[0]))
        raise Problem("list-empty")
    raise _nameless(first, best[1])


def _nameless(headings: list[str], known: int) -> Problem:
    ours = ", ".join(COLUMNS)
    unknown = [one.strip() for one in headings if one.strip() and not knows([one])[1]][:HINTS]
    hits = [(one, near(one, COLUMNS)) for one in unknown]
    likely = ", ".join(f"{one} → {names[0]}" for one, names in hits if names)
    names = ", ".join(one[:60] for one in unknown)
    if likely:
        return Problem("list-columns-near", unknown=names, near_columns=likely, known=ours)
    if known:
        return Problem("list-columns-nameless", known=ours)
    return Problem("list-columns", unknown=names, known=ours)


def _check_width(headings: list[str]) -> None:
    if sum(1 for one in headings if one.strip()) > WIDTH:
        raise Problem("list-too-wide", n=WIDTH)


def _trimmed(cells: list[str]) -> list[str]:
    """Without the empty ones at the end: spreadsheets write them up to the widest row."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]
