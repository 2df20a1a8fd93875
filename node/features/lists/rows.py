"""The rows of a group list: their columns, and from what stands in them to entries.

Every cell is checked as the field of an entry that it fills (docs/protocol.md §7.3); all that is
wrong is collected, so that a person mends a file once.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from node.base.naming import folds
from node.lookup.content import readable, tidied, tidy, tidy_all
from node.lookup.typed import language_tag, web_address
from protocol.fields import lang, url
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
_TYPES = GROUP.fields.types
LISTS = tuple(
    column
    for column, field in FIELDS.items()
    if field in _TYPES and _TYPES[field].form == "array" and _TYPES[field].of.form != "pair"
)
MANY = (*LISTS, "contact")
"""Columns whose cells hold several values."""

EMPTY: dict[str, Any] = {"name": "", "kind": "group"} | tidied(GROUP.fields, {}) | {"name": ""}
"""An entry of which nothing is known."""

ROWS = 200_000
"""Twice the largest directory that we plan for; more is another kind of file."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


YES = _words("yes ja y j true wahr 1 x ✓ ✔ ☑ offen gern gerne")
NO = _words("no nein n false falsch 0 ✗ ☐ geschlossen")
UNKNOWN = frozenset({"", "?", "-", "\u2013", "k. a.", "k.a.", "keine angabe", "n/a"})
UNKNOWN |= {
    "unknown",
    "unbekannt",
    "unklar",
    "weiß nicht",
    "weiss nicht",
    "don't know",
    "don’t know",
}

NETWORKS = _words("network netzwerk verbund dachverband buendnis verband netz")
GROUPS = _words("group gruppe verein initiative e.v. ev ag projekt gruppierung")
"""What people write for a kind, folded."""


class Cell(NamedTuple):
    """What is wrong with a cell, or with a row if no column is named. `code`: `lists.cell`."""

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
    others: tuple[str, ...] = ()
    aside: tuple[Cell, ...] = ()


class Raw(NamedTuple):
    """Number, values by column, what is wrong with the row as a whole, and the columns in which
    people wrote as they like, by the headings that these have: what we have no use for there stays
    aside."""

    number: int
    values: dict[str, Any]
    problem: Cell | None = None
    free: Mapping[str, str] = {}


class Checked(NamedTuple):
    """The good rows, all that is wrong with the others, and what stayed aside."""

    rows: list[Row]
    problems: list[Cell]
    aside: list[Cell]


def check_rows(raw: list[Raw]) -> Checked:
    """Look at every cell."""
    rows: list[Row] = []
    problems: list[Cell] = []
    aside: list[Cell] = []
    first: dict[str, int] = {}
    for number, values, problem, free in raw:
        if problem is not None:
            problems.append(problem)
            continue
        values = dict(values)
        aside += [_headed(one, free) for at in free for one in _spared(number, at, values)]
        content, wrong = _entry(number, values)
        wrong = [_headed(one, free) for one in wrong]
        name = content["name"]
        if not wrong and name in first:
            wrong = [Cell(number, "name", "twice", str(first[name]))]
        if wrong:
            problems += wrong
        else:
            first[name] = number
            rows.append(Row(number, content))
    return Checked(rows, problems, aside)


def _headed(cell: Cell, headings: Mapping[str, str]) -> Cell:
    """A cell under the heading that the file has."""
    return cell._replace(column=headings.get(cell.column or "", cell.column))


def _spared(number: int, column: str, values: dict[str, Any]) -> Iterator[Cell]:
    """Take out of a cell what we have no use for, where people wrote as they like."""
    value = values[column]
    if column in ("languages", "link"):
        fits = lang if column == "languages" else url
        found = _value(column, value)
        values[column] = [one for one in found if fits(one)]
        unfit = [one for one in found if not fits(one)]
        if unfit:
            yield Cell(number, column, "aside", readable(unfit))
    elif column in ("kind", "takes_new_members"):
        try:
            _value(column, value)
        except ValueError:
            del values[column]
            yield Cell(number, column, "aside", readable(value))


def _entry(number: int, values: dict[str, Any]) -> tuple[dict[str, Any], list[Cell]]:
    content: dict[str, Any] = {"name": None}
    wrong: list[Cell] = []
    for column, value in values.items():
        try:
            content[FIELDS[column]] = _value(column, value)
        except ValueError:
            wrong.append(Cell(number, column, column, readable(value)))
    for column in ("name", *values):
        field = FIELDS[column]
        check = _TYPES.get(field)
        if field in content and check is not None and not check(content[field]):
            cell = Cell(number, column, _reason(column, content[field]), readable(content[field]))
            wrong += [cell] if cell not in wrong else []
    return content, wrong


def _value(column: str, value: Any) -> Any:
    if column == "takes_new_members":
        return _takes(value)
    if column == "kind":
        words = {"group"} if tidy(value) is None else set(folds(value))
        if words.isdisjoint(GROUPS | NETWORKS):
            raise ValueError(value)
        return "group" if words.isdisjoint(NETWORKS) else "network"
    if column == "languages":
        return tidy_all(language_tag(one) for one in value)
    if column == "link":
        return tidy_all(map(web_address, value))
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
