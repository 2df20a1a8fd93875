"""A group list as a file: CSV (`node.actions.list_csv`), or JSON with the same columns as keys.

What is no list at all is a `Problem`; what is wrong in rows is collected.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from node.actions.list_csv import csv_rows, write_csv
from node.actions.list_rows import FIELDS, LISTS, ROWS, Cell, ListFile, Raw, check_rows
from node.errors import Problem

__all__ = ["read", "write_csv", "write_json"]

BYTES = 10_000_000
"""Twice a directory of 20,000 groups; more is another kind of file."""


def read(data: bytes, form: str) -> ListFile:
    """The rows of a file; `Problem` if it is no list at all."""
    text, encoding = _decode(data)
    missing: tuple[str, ...] = ()
    if form == "json":
        raw = list(_json_rows(text))
    else:
        raw, missing = csv_rows(text)
    if len(raw) > ROWS:
        raise Problem("list-too-long", n=ROWS)
    rows, problems = check_rows(raw)
    if not raw:
        raise Problem("list-empty")
    return ListFile(rows, problems, encoding, missing)


def _decode(data: bytes) -> tuple[str, str]:
    if len(data) > BYTES:
        raise Problem("list-too-large", mb=BYTES // 1_000_000)
    if not data.strip(b" \t\r\n\xef\xbb\xbf"):
        raise Problem("list-empty")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Problem("list-encoding", found="UTF-16")
    if b"\0" in data:
        raise Problem("list-nul", line=data[: data.index(b"\0")].count(b"\n") + 1)
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "windows-1252"
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Problem("list-encoding", found=f"? ({line})") from error


def _json_rows(text: str) -> Iterator[Raw]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise Problem("list-json", line=error.lineno) from error
    except RecursionError as error:
        raise Problem("list-json", line=1) from error
    rows = value.get("groups") if isinstance(value, dict) else value
    if not isinstance(rows, list):
        raise Problem("list-json-shape")
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            yield number, {}, Cell(number, None, "no-object", str(row)[:60])
            continue
        unknown = next((str(key) for key in row if key not in FIELDS), None)
        if unknown is not None:
            yield number, {}, Cell(number, unknown, "unknown-column", unknown)
            continue
        yield number, row, next(_wrong_types(number, row), None)


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
            yield Cell(number, column, "type", str(value)[:60])


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
