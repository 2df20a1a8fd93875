r"""Group lists as CSV, for spreadsheets. Rules:

* what is read: `node.features.lists.text` (bytes), `list_table` (rows), `list_headings` (columns)
  and `list_cells` (values). Columns that we have nothing for stay aside and are named;
* what is written: all our columns, `;` between them, as in examples/groups.csv;
* what spreadsheets would take for a formula is guarded (`node.spreadsheets.guarding`).

>>> from node.features.lists.rows import EMPTY
>>> text = write_csv([{**EMPTY, "name": "=Chor,=cmd", "kind": "group", "topics": ["Kunst, Musik"]}])
>>> print(text.splitlines()[1])
'=Chor,'=cmd;group;;;Kunst\, Musik;;;;;;
>>> csv_rows(text).rows[0][1]["name"]
'=Chor,=cmd'
"""

import csv
import io
from collections.abc import Iterable
from typing import Any, NamedTuple

from node.base.errors import Problem
from node.features.lists.cells import escaped, read_cell
from node.features.lists.headings import Use, plan
from node.features.lists.rows import COLUMNS, FIELDS, LISTS, MANY, Cell, Raw
from node.features.lists.table import Table, table
from node.lookup.content import readable
from node.spreadsheets.guarding import bared, guarded


class Rows(NamedTuple):
    """The rows below the headings, columns of ours that are not there, and others that are."""

    rows: list[Raw]
    missing: tuple[str, ...]
    others: tuple[str, ...]


def csv_rows(text: str) -> Rows:
    """The rows of a list; `Problem` if it is none."""
    return table_rows(table(text))


def table_rows(found: Table) -> Rows:
    """The rows of a table, by what its headings mean."""
    _check_twice(found.headings)
    uses = plan(found.headings)
    known = {use.column for use in uses if use}
    others = [one.strip() for one, use in zip(found.headings, uses, strict=True) if not use]
    return Rows(
        [_row(number, cells, uses) for number, cells in found.rows],
        tuple(one for one in COLUMNS if one not in known),
        tuple(one for one in others if one),
    )


def _check_twice(headings: list[str]) -> None:
    ours = [one.strip().lower() for one in headings]
    twice = sorted({one for one in COLUMNS if one not in MANY and ours.count(one) > 1})
    if twice:
        raise Problem("list-columns-twice", columns=", ".join(twice))


def _row(number: int, cells: list[str], uses: list[Use | None]) -> Raw:
    over = [cell for cell in cells[len(uses) :] if cell.strip()]
    if over:
        return Raw(number, {}, Cell(number, None, "too-many", readable(over[0])))
    values: dict[str, Any] = {}
    for use, cell in zip(uses, cells, strict=False):
        if use is None:
            continue
        value = read_cell(use.column, use.rule, use.heading, bared(cell))
        if use.column in MANY:
            values[use.column] = [*values.get(use.column, []), *value]
        else:
            values[use.column] = value
    free = {use.column: use.heading for use in uses if use and use.rule != "ours"}
    return Raw(number, values, free=free)


def write_csv(entries: Iterable[dict[str, Any]]) -> str:
    """A table with all columns."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        cells = [_cell(column, entry[field]) for column, field in FIELDS.items()]
        writer.writerow([guarded(cell) for cell in cells])
    return out.getvalue()


def _cell(column: str, value: Any) -> str:
    if column == "takes_new_members":
        return "" if value is None else "yes" if value else "no"
    if column == "contact":
        return ", ".join("=".join(escaped(one, ",;=") for one in pair if one) for pair in value)
    if column == "convictions":
        return "; ".join(escaped(one, ";") for one in value)
    if column in LISTS:
        return ", ".join(escaped(one, ",;") for one in value)
    return value or ""
