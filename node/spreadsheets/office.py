"""`.xlsx`: cells as a person sees them there, by openpyxl.

Its reader of rows is used by itself (`_reader` of the pinned version), because only there one sees
of a cell both the stored value and that it is a formula, without reading the sheet twice.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import cache
from typing import Any, NamedTuple
from warnings import catch_warnings, simplefilter
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet._reader import (
    FORMULA_TAG,
    INLINE_STRING,
    VALUE_TAG,
    WorkSheetParser,
)
from openpyxl.xml.constants import SHEET_MAIN_NS

from node.spreadsheets.book import Sheet, Unreadable
from node.spreadsheets.gathering import Budget, Gathered
from node.spreadsheets.limits import COLUMNS, SHEETS
from node.spreadsheets.numbers import moment, number


class Cell(NamedTuple):
    """A cell as it is stored: its column from 1, value, kind, style, and whether a formula is."""

    column: int
    value: Any
    kind: str
    style: int
    formula: bool


class _Rows(WorkSheetParser):  # type: ignore[misc]
    """Rows of cells, and of each whether it is a formula. Texts and numbers, which most cells are,
    are read here; the library's way takes twice as long."""

    col_counter: int
    """The column that was last, where cells don't say theirs."""

    def parse_cell(self, element: Element) -> Cell:
        kind, style = element.get("t", "n"), int(element.get("s", 0))
        formula = element.find(FORMULA_TAG) is not None
        value: Any = self._simple(element, kind, style)
        if value is _NOT_SIMPLE:
            found: dict[str, Any] = super().parse_cell(element)
            return Cell(found["column"], found["value"], found["data_type"], style, formula)
        where = element.get("r")
        self.col_counter = _column(where.rstrip("0123456789")) if where else self.col_counter + 1
        return Cell(self.col_counter, value, kind, style, formula)

    def _simple(self, element: Element, kind: str, style: int) -> Any:
        """A text or a number; `_NOT_SIMPLE` if it is more than that."""
        if kind == "inlineStr":
            inside = element.find(INLINE_STRING)
            plain = inside is not None and len(inside) == 1 and inside[0].tag == _TEXT
            return inside[0].text if plain and inside is not None else _NOT_SIMPLE
        if kind not in ("s", "n", "str") or (kind == "n" and style in self.date_formats):
            return _NOT_SIMPLE
        value = element.findtext(VALUE_TAG) or None
        if value is None or kind == "str":
            return value
        if kind == "s":
            return self.shared_strings[int(value)]
        return int(value) if value.isascii() and value.isdigit() else float(value)


_NOT_SIMPLE = object()
_TEXT = f"{{{SHEET_MAIN_NS}}}t"


@cache
def _column(letters: str) -> int:
    return int(column_index_from_string(letters))


def read(data: bytes) -> tuple[Sheet, ...]:
    """The visible sheets; `Unreadable`."""
    with catch_warnings():
        simplefilter("ignore")  # of looks that it does not know
        try:
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            shown = [one for one in book.worksheets if one.sheet_state == "visible"]
            budget = Budget()
            return tuple(_sheet(book, one, budget) for one in (shown or book.worksheets)[:SHEETS])
        except Unreadable:
            raise
        except (*_BROKEN, *_GROWS) as error:
            if grown := next((one for one in _causes(error) if isinstance(one, _GROWS)), None):
                raise grown from error
            raise Unreadable("damaged") from error


_BROKEN = (
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, EOFError),
    *(ParseError, zipfile.BadZipFile, RecursionError),
)
_GROWS = (MemoryError, DefusedXmlException)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The library says of everything that it read a part it could not read; why, is behind that."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _sheet(book: Any, sheet: Any, budget: Budget) -> Sheet:
    found = Gathered(sheet.title, budget)
    with sheet._get_source() as source:
        rows = _Rows(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        formats = _formats(book)
        for line, cells in rows.parse():
            texts = [""] * min(max((one.column for one in cells), default=0), COLUMNS + 1)
            for one in cells:
                text = _text(one, formats, found)
                if text and one.column > COLUMNS:
                    raise Unreadable("wide", n=COLUMNS, line=line)
                if text:
                    texts[one.column - 1] = text
            found.add(line, texts)
    return found.sheet()


def _formats(book: Any) -> list[str]:
    """The number format of each style of a cell."""
    own = book._number_formats
    return [
        BUILTIN_FORMATS.get(style.numFmtId, "General")
        if style.numFmtId < BUILTIN_FORMATS_MAX_SIZE
        else own[style.numFmtId - BUILTIN_FORMATS_MAX_SIZE]
        for style in book._cell_styles
    ]


def _text(cell: Cell, formats: list[str], found: Gathered) -> str:
    value = cell.value
    if cell.formula:
        found.formulas += 1
        found.without_value += value is None
    if value is None:
        return ""
    if isinstance(value, str):
        if cell.kind == "e":
            found.broken += 1
            return ""
        return value.replace("_x000D_", "")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number(value, formats[cell.style] if cell.style < len(formats) else "General")
    if isinstance(value, date | time | timedelta):
        return moment(value)
    return str(value)
