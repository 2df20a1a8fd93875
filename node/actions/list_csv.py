r"""Group lists as CSV, for spreadsheets. Rules:

* columns as `COLUMNS` in any order; only `name` must be there. The separator is `;`, `,` or a tab,
  whichever makes sense of the first line. UTF-8, with a byte order mark or not; Windows-1252 is
  recognised and said;
* several convictions stand in a cell separated by `;`, other lists by `,`. Where such a sign, `=`
  in a contact or a backslash belongs to the text, a backslash stands before it;
* a contact is `what` or `what=address`;
* spreadsheets take what begins with = + - @ for a formula. Such a cell gets an apostrophe in front
  when it is written, and loses it when it is read.

>>> from node.actions.list_rows import EMPTY
>>> text = write_csv([{**EMPTY, "name": "=Chor", "kind": "group", "topics": ["Kunst, Musik"]}])
>>> print(text.splitlines()[1])
'=Chor;group;;;Kunst\, Musik;;;;;;
>>> csv_rows(text)[0][0][1]["topics"]
['Kunst, Musik']
"""

import csv
import io
import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

from node.actions.list_rows import COLUMNS, FIELDS, LISTS, ROWS, Cell, Raw
from node.errors import Problem

_FORMULA = re.compile(r"'*[=+\-@]")
_PROTECTED = re.compile(r"'+[=+\-@]")


def csv_rows(text: str) -> tuple[list[Raw], tuple[str, ...]]:
    """The rows below the line of names, and the columns that are not there."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    found: list[Raw] = []
    columns: list[str] = []
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if not columns:
                columns = [cell.strip().lower() for cell in cells]
                _check_columns(columns)
            elif any(cell.strip() for cell in cells):
                found.append(_csv_row(number, cells, columns))
            if len(found) > ROWS:
                break
    except csv.Error as error:
        raise Problem("list-broken", row=number + 1) from error
    return found, tuple(one for one in COLUMNS if one not in columns)


def _csv_row(number: int, cells: list[str], columns: list[str]) -> Raw:
    over = [cell for cell in cells[len(columns) :] if cell.strip()]
    if over:
        return number, {}, Cell(number, None, "too-many", over[0])
    cells += [""] * (len(columns) - len(cells))
    values = {column: _unprotected(cell) for column, cell in zip(columns, cells, strict=False)}
    return number, {column: _csv_value(column, cell) for column, cell in values.items()}, None


def _separator(text: str) -> str:
    """The one that makes the most known columns of the first line."""
    line = next((one for one in text.splitlines() if one.strip()), "")

    def known(mark: str) -> int:
        return sum(cell.strip(' "').lower() in FIELDS for cell in line.split(mark))

    return max(";,\t", key=lambda mark: (known(mark), line.count(mark)))


def _check_columns(columns: list[str]) -> None:
    while columns and not columns[-1]:
        columns.pop()
    unknown = [one for one in columns if one not in FIELDS]
    if unknown:
        known = ", ".join(COLUMNS)
        near = [
            (one, get_close_matches(one, set(COLUMNS) - set(columns), 1, 0.6)) for one in unknown
        ]
        likely = ", ".join(f"{one} → {hits[0]}" for one, hits in near if hits)
        names = ", ".join(unknown)
        if likely:
            raise Problem("list-columns-near", unknown=names, near=likely, known=known)
        raise Problem("list-columns", unknown=names, known=known)
    if "name" not in columns:
        raise Problem("list-columns-nameless", known=", ".join(COLUMNS))
    twice = sorted({one for one in columns if columns.count(one) > 1})
    if twice:
        raise Problem("list-columns-twice", columns=", ".join(twice))


def _unprotected(cell: str) -> str:
    return cell[1:] if _PROTECTED.match(cell) else cell


def _csv_value(column: str, cell: str) -> Any:
    if column == "convictions":
        return [_plain(part) for part in _split(cell, ";")]
    if column == "link":
        return [_plain(part) for part in _split(cell, ",", _is_link)]
    if column == "contact":
        return [_contact(part) for part in _split(cell, ",")]
    if column in LISTS:
        return [_plain(part) for part in _split(cell, ",")]
    return cell


def _is_link(rest: str) -> bool:
    """Addresses may have commas in them: a new one begins where there is a scheme."""
    return rest.lstrip().startswith(("http://", "https://"))


def _contact(part: str) -> list[str | None]:
    what, *where = _split(part, "=", most=1)
    return [_plain(what), _plain(where[0]) if where else None]


def _split(
    cell: str, mark: str, good: Callable[[str], bool] = lambda _rest: True, most: int = -1
) -> list[str]:
    """At each `mark` that no backslash precedes; backslashes stay for `_plain`."""
    parts, start, at = [], 0, 0
    while at < len(cell):
        if cell[at] == "\\":
            at += 1
        elif cell[at] == mark and most != 0 and good(cell[at + 1 :]):
            parts.append(cell[start:at])
            start, most = at + 1, most - 1
        at += 1
    return [*parts, cell[start:]]


def _plain(part: str) -> str:
    return re.sub(r"\\([\\;,=])", r"\1", part).strip()


def write_csv(entries: Iterable[dict[str, Any]]) -> str:
    """A table with all columns; `;` between them, as in examples/groups.csv."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        cells = [_cell(column, entry[field]) for column, field in FIELDS.items()]
        writer.writerow(["'" + cell if _FORMULA.match(cell) else cell for cell in cells])
    return out.getvalue()


def _cell(column: str, value: Any) -> str:
    if column == "takes_new_members":
        return "" if value is None else "yes" if value else "no"
    if column == "contact":
        return ", ".join("=".join(_escaped(one, ",=") for one in pair if one) for pair in value)
    if column == "convictions":
        return "; ".join(_escaped(one, ";") for one in value)
    if column in LISTS:
        return ", ".join(_escaped(one, ",") for one in value)
    return value or ""


def _escaped(text: str, marks: str) -> str:
    return re.sub(rf"([\\{marks}])", r"\\\1", text)
