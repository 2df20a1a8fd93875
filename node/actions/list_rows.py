"""The rows of a group list: their columns, and from what stands in them to entries.

Every cell is checked as the field of an entry that it fills (docs/protocol.md §7.3); all that is
wrong is collected, so that a person mends a file once.
"""

from typing import Any, NamedTuple

from node.actions.content import tidy, tidy_all
from protocol.groups import GROUP

FIELDS = {
    "name": "name",
    "kind": "kind",
    "purpose": "purpose",
    "orientation": "orientation",
    "topics": "topics",
    "convictions": "convictions",
    "region": "region",
    "languages": "languages",
    "takes_new_members": "takes_members",
    "contact": "contacts",
    "link": "links",
}
"""Columns, and the fields of an entry that they fill."""

COLUMNS = tuple(FIELDS)
LISTS = ("topics", "convictions", "languages", "link")
KINDS = ("group", "network")

EMPTY: dict[str, Any] = {
    "name": "",
    "kind": "group",
    "purpose": None,
    "orientation": None,
    "topics": [],
    "convictions": [],
    "region": None,
    "languages": [],
    "contacts": [],
    "takes_members": None,
    "links": [],
}
"""An entry of which nothing is known."""

ROWS = 200_000
"""Twice the largest directory that we plan for; more is another kind of file."""

YES = frozenset({"yes", "ja", "y", "j", "true", "1", "x"})
NO = frozenset({"no", "nein", "n", "false", "0"})
UNKNOWN = frozenset({"", "unknown", "unbekannt", "?"})

_CHECKS = dict(zip(*GROUP.fields, strict=True))


class Cell(NamedTuple):
    """What is wrong with a cell, or with a row if there is no column. `code`: `cli.cell.<code>`."""

    row: int
    column: str | None
    code: str
    value: str


class Row(NamedTuple):
    """A good row: its number in the file (1 is the line of names), and the fields it gives."""

    number: int
    content: dict[str, Any]


class ListFile(NamedTuple):
    """A file that was read. `missing` are columns that it does not have."""

    rows: list[Row]
    problems: list[Cell]
    encoding: str
    missing: tuple[str, ...] = ()


Raw = tuple[int, dict[str, Any], Cell | None]
"""Number, values by column, and what is wrong with the row as a whole."""


def check_rows(raw: list[Raw]) -> tuple[list[Row], list[Cell]]:
    """The good rows, and all that is wrong with the others."""
    rows, problems = [], []
    first: dict[str, int] = {}
    for number, values, problem in raw:
        if problem is not None:
            problems.append(problem)
            continue
        content, wrong = _entry(number, values)
        name = content["name"]
        if not wrong and name in first:
            wrong = [Cell(number, "name", "twice", str(first[name]))]
        if wrong:
            problems += wrong
        else:
            first[name] = number
            rows.append(Row(number, content))
    return rows, problems


def _entry(number: int, values: dict[str, Any]) -> tuple[dict[str, Any], list[Cell]]:
    content: dict[str, Any] = {"name": None}
    wrong: list[Cell] = []
    for column, value in values.items():
        try:
            content[FIELDS[column]] = _value(column, value)
        except ValueError:
            wrong.append(Cell(number, column, column, _short(value)))
    for column in ("name", *values):
        field = FIELDS[column]
        check = _CHECKS.get(field)
        if field in content and check is not None and not check(content[field]):
            cell = Cell(number, column, _reason(column, content[field]), _short(content[field]))
            wrong += [cell] if cell not in wrong else []
    return content, wrong


def _value(column: str, value: Any) -> Any:
    if column == "takes_new_members":
        return _takes(value)
    if column == "kind":
        kind = (value or "group").strip().lower() or "group"
        if kind not in KINDS:
            raise ValueError(value)
        return kind
    if column == "contact":
        pairs = [[tidy(what), tidy(where)] for what, where in value]
        return [pair for pair in pairs if pair[0] is not None]
    return tidy_all(value) if column in LISTS else tidy(value)


def _takes(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    word = value.strip().lower()
    if word not in YES | NO | UNKNOWN:
        raise ValueError(value)
    return None if word in UNKNOWN else word in YES


def _reason(column: str, value: Any) -> str:
    if value is None:
        return "no-name"
    texts = [part for one in value for part in (one if isinstance(one, list) else [one]) if part]
    texts = [value] if isinstance(value, str) else texts
    if column != "purpose" and any("\n" in one for one in texts):
        return "lines"
    if column in ("link", "languages"):
        return column
    return "long"


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
