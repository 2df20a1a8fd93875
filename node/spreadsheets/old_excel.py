"""`.xls`, as before 2007: cells as a person sees them there, by xlrd.

It gives the stored value of a formula and does not tell that it is one.
"""

import io
from typing import Any

import xlrd

from node.spreadsheets.book import Sheet, Unreadable
from node.spreadsheets.gathering import Budget, Gathered
from node.spreadsheets.limits import COLUMNS, SHEETS
from node.spreadsheets.numbers import moment, number

_LOCKED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT".encode("utf-16-le")


def read(data: bytes) -> tuple[Sheet, ...]:
    """The visible sheets; `Unreadable`."""
    if _LOCKED in data:  # a .xlsx with a password lies in such a file
        raise Unreadable("password")
    if _MACROS in data:
        raise Unreadable("macros")
    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, on_demand=True, logfile=io.StringIO()
        )
        shown = [no for no in range(book.nsheets) if book.sheet_by_index(no).visibility == 0]
        budget = Budget()
        wanted = (shown or list(range(book.nsheets)))[:SHEETS]
        return tuple(_sheet(book, book.sheet_by_index(no), budget) for no in wanted)
    except xlrd.XLRDError as error:
        raise Unreadable("password" if "encrypted" in str(error) else "damaged") from error
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # it has no one kind of error for broken files
        raise Unreadable("damaged") from error


def _sheet(book: Any, sheet: Any, budget: Budget) -> Sheet:
    found = Gathered(sheet.name, budget)
    for at in range(sheet.nrows):
        row = sheet.row(at)
        if any(_is_filled(one) for one in row[COLUMNS:]):
            raise Unreadable("wide", n=COLUMNS, line=at + 1)
        found.add(at + 1, [_text(book, one, found) for one in row[:COLUMNS]])
    return found.sheet()._replace(formulas=-1)


def _is_filled(cell: Any) -> bool:
    return cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)


def _text(book: Any, cell: Any, found: Gathered) -> str:
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return str(cell.value)
        case xlrd.XL_CELL_NUMBER:
            form = book.format_map.get(book.xf_list[cell.xf_index].format_key)
            return number(cell.value, form.format_str if form else "General")
        case xlrd.XL_CELL_DATE:
            try:
                return moment(xlrd.xldate_as_datetime(cell.value, book.datemode))
            except (ValueError, OverflowError):
                return number(cell.value, "General")
        case xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        case xlrd.XL_CELL_ERROR:
            found.broken += 1
    return ""
