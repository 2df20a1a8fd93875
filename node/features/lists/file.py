"""A group list as a file: CSV (`node.features.lists.csv`), JSON with the same columns as keys, or a
file of a spreadsheet (`node.spreadsheets`), which is known by how it begins.

What is no list at all is a `Problem`; what is wrong in rows is collected.
"""

import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from node.base.errors import Problem
from node.features.lists.csv import Rows, csv_rows, table_rows, write_csv
from node.features.lists.rows import FIELDS, LISTS, ROWS, Cell, ListFile, Raw, check_rows
from node.features.lists.table import WIDTH, sheet_table
from node.features.lists.text import BYTES, SPREADSHEETS, decode
from node.lookup.content import readable
from node.spreadsheets.book import Unreadable
from node.spreadsheets.reader import read as read_book

__all__ = ["read", "write_csv", "write_json"]


def read(data: bytes, form: str) -> ListFile:
    """The rows of a file; `Problem` if it is no list at all."""
    if data.startswith(SPREADSHEETS):
        found, encoding = _sheet_rows(data)
    else:
        text, encoding = decode(data)
        found = _json_rows(text) if form == "json" else csv_rows(text)
    if len(found.rows) > ROWS:
        raise Problem("list-too-long", n=ROWS)
    if not found.rows:
        raise Problem("list-empty")
    rows, problems, aside = check_rows(found.rows)
    return ListFile(rows, problems, encoding, found.missing, found.others, tuple(aside))


def _sheet_rows(data: bytes) -> tuple[Rows, str]:
    """Of a spreadsheet; takes seconds, in a process of its own."""
    if len(data) > BYTES:
        raise Problem("list-too-large", mb=BYTES // 1_000_000)
    try:
        book = read_book(io.BytesIO(data))
    except Unreadable as error:
        raise Problem("list-spreadsheet") from error
    return table_rows(sheet_table(book.sheets)), book.form


def form_of(data: bytes) -> str:
    """Whether a file whose name says nothing is `json` or `csv`."""
    return "json" if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{") else "csv"


def _json_rows(text: str) -> Rows:
    rows = _json_list(text)
    found: list[Raw] = []
    others: dict[str, None] = {}
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            cell = Cell(number, None, "no-object", readable(row))
            found.append(Raw(number, {}, cell))
            continue
        others |= dict.fromkeys(readable(key) for key in row if key not in FIELDS)
        if len(others) > WIDTH:
            raise Problem("list-too-wide", n=WIDTH)
        known = {key: value for key, value in row.items() if key in FIELDS}
        found.append(Raw(number, known, next(_wrong_types(number, known), None)))
    return Rows(found, (), tuple(others))


def _json_list(text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise Problem("list-json", line=error.lineno) from error
    except ValueError as error:  # Python reads no number of more than 4,300 digits
        raise Problem("list-json-number") from error
    except RecursionError as error:
        raise Problem("list-json", line=1) from error
    rows = value.get("groups") if isinstance(value, dict) else value
    if not isinstance(rows, list):
        raise Problem("list-json-shape")
    return rows


def _wrong_types(number: int, row: dict[str, Any]) -> Iterator[Cell]:
    for column, value in row.items():
        if column == "takes_new_members":
            good = value is None or isinstance(value, bool | str)
        elif column == "contact":
            good = isinstance(value, list) and all(map(_is_contact, value))
        elif column in LISTS:
            good = isinstance(value, list) and all(isinstance(one, str) for one in value)
        else:
            good = value is None or isinstance(value, str)
        if not good:
            yield Cell(number, column, "type", readable(value))


def _is_contact(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], str)
        and (value[1] is None or isinstance(value[1], str))
    )


def write_json(entries: Iterable[dict[str, Any]]) -> str:
    """An object with a list of objects, their keys as the columns."""
    rows = [{column: entry[field] for column, field in FIELDS.items()} for entry in entries]
    return json.dumps({"groups": rows}, ensure_ascii=False, indent=2) + "\n"
