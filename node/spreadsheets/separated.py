r"""Cells with a separator between them: CSV, and whatever calls itself so.

Rules: a first line `sep=;` says what separates; else it is what gives most rows the same number of
cells. Lines end as on Unix, Windows or an old Mac. Rows are numbered as a spreadsheet numbers them.
An apostrophe before = + - @, with which our own export keeps spreadsheets from computing
(`guarding`), is taken away again.

>>> read("Name,Ort\rAda,\"Köln, Süd\"\r").lines
[Line(number=1, cells=['Name', 'Ort']), Line(number=2, cells=['Ada', 'Köln, Süd'])]
>>> read("sep=;\nNote\n'=1+1\n").lines[1].cells
['=1+1']
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from node.spreadsheets.book import Line, Unreadable
from node.spreadsheets.gathering import Budget, Gathered
from node.spreadsheets.guarding import bared
from node.spreadsheets.limits import CELL_CHARACTERS, CELLS

MARKS = ";,\t|"
LOOKED_AT = 200
"""Rows from which the separator is told."""

_SAID = re.compile(r'\s*"?sep=(.)"?[ \t;,|]*(?:\r\n|\r|\n)', re.IGNORECASE)


class Separated(NamedTuple):
    """The rows, and what separates their cells."""

    lines: list[Line]
    separator: str


def read(text: str) -> Separated:
    """The rows of a text; `Unreadable` if there is too much of it, or a quotation mark too few."""
    said = _SAID.match(text)
    if said:
        text = text[said.end() :]
    nul = text.find("\0")
    if nul >= 0:
        raise Unreadable("nul", line=text[:nul].count("\n") + 1)
    mark = said[1] if said and said[1] != '"' else separator(text)
    found = Gathered("", Budget(CELLS))
    for number, cells in _rows(text, mark, strict=True):
        found.add(number + bool(said), [bared(cell) for cell in cells])
    return Separated(found.lines, mark)


def separator(text: str) -> str:
    """What separates the cells: with it most rows are equally long, and longer than one cell."""
    likely = {mark: _likeliness(text, mark) for mark in MARKS}
    return max(MARKS, key=lambda mark: likely[mark])


def _likeliness(text: str, mark: str) -> tuple[float, int]:
    """Which share of the rows has the usual number of cells, and that number."""
    try:
        widths = [len(row) for _number, row in islice(_rows(text, mark), LOOKED_AT) if any(row)]
    except Unreadable:
        return 0.0, 0
    counted = Counter(width for width in widths if width > 1)
    if not counted:
        return 0.0, 0
    width, times = max(counted.items(), key=lambda one: (one[1], one[0]))
    return times / len(widths), width


def _rows(text: str, mark: str, *, strict: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Rows by their number. Only `strict` tells a quotation mark that closes nowhere, which would
    put all rows after it into one cell."""
    csv.field_size_limit(CELL_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=strict)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield number, cells
    except csv.Error as error:
        if "limit" in str(error):
            raise Unreadable("cell-open", line=number + 1, n=CELL_CHARACTERS) from error
        raise Unreadable("broken", line=number + 1) from error
