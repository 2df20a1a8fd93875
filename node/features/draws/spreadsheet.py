r"""Tables of people and meetings, as volunteers have them, into a frozen list. Rules:

* two CSV files, separated by `;`, `,` or tabs, in UTF-8 or Windows-1252; names of columns in
  German or English, in any order;
* meetings: `name`, `max`; if wanted `min`, `group`; every other column says something about the
  meetings: a day, a place, a language;
* people: `name`; if wanted `group`, `wishes` (best first), `not with`, `only with`, `not to`,
  `left out`, `confirmed`; and any column of the meetings, with the values that the person can take;
* several things in a cell stand with `;` or `,` between them;
* what restricts somebody is confirmed if `confirmed` says yes.

>>> meetings = "name;max;day\nChoir;4;Tue\nGarden;4;Fri\n"
>>> people = "name;wishes;day\nAda;Garden;Tue, Fri\n"
>>> tables = Source("people.csv", people.encode()), Source("meetings.csv", meetings.encode())
>>> frozen(*tables, Options()).decode().splitlines()[3]
'{"allowed":["Choir","Garden"],"id":"Ada","prefs":["Garden"],"unconfirmed":[["day",["Fri","Tue"]]]}'
"""

import csv
import io
import json
import re
from difflib import get_close_matches
from typing import Any, NamedTuple

from node.base.errors import Problem
from protocol.draw_format.lists import MEETINGS, PEOPLE

NAMES = {
    "name": ("name", "person", "meeting", "treffen"),
    "min": ("min", "least", "mindestens"),
    "max": ("max", "seats", "höchstens", "plätze"),
    "group": ("group", "gruppe"),
    "wishes": ("wishes", "wünsche"),
    "not with": ("not with", "nicht mit"),
    "only with": ("only with", "nur mit"),
    "not to": ("not to", "nicht zu"),
    "left out": ("left out", "leer ausgegangen"),
    "confirmed": ("confirmed", "bestätigt"),
}
"""What a column means, and how it may be called."""

OF_MEETINGS = ("name", "min", "max", "group")
OF_PEOPLE = (
    *("name", "group", "wishes", "not with", "only with", "not to", "left out", "confirmed"),
)
YES = ("yes", "y", "ja", "j", "x", "1")
_PROTECTED = re.compile(r"'+[=+\-@]")


class Options(NamedTuple):
    """What is not in the tables."""

    random: bool = False
    rounds: tuple[list[list[str]], ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()


class Source(NamedTuple):
    """A table as it lies there: the name of its file, for what is said of it, and its bytes."""

    file: str
    data: bytes


class Table(NamedTuple):
    """Rows below the names of the columns; `titles` are these names as written."""

    file: str
    titles: list[str]
    columns: list[str]
    rows: list[tuple[int, dict[str, str]]]
    mark: str


class Mistakes:
    """What is wrong with the cells of a table, gathered: whoever typed forty rows mends them in
    one go. Columns are called as they are in the table."""

    def __init__(self, table: Table) -> None:
        self.found: list[dict[str, Any]] = []
        self._file = table.file
        self._titles = dict(zip(table.columns, table.titles, strict=True))

    def add(self, code: str, number: int, column: str, value: str, near: str = "") -> None:
        """One more, in this row and column."""
        title = self._titles.get(column, column)
        cell = {"row": number, "column": title, "code": code, "value": value, "near": near}
        self.found.append(cell)

    def known(
        self, number: int, column: str, row: dict[str, str], names: dict[str, str]
    ) -> list[str]:
        """Those of `names` that stand in a cell, each once."""
        found = []
        for value in _several(row, column):
            if value.casefold() in names:
                found.append(names[value.casefold()])
                continue
            near = get_close_matches(value.casefold(), list(names), 1)
            shown = names[near[0]] if near else _row(sorted(set(names.values()))[:5])
            self.add("unknown", number, column, value, shown)
        return found

    def name(self, number: int, row: dict[str, str], before: set[str]) -> str:
        """The name in a row; each may stand there once."""
        if not row["name"]:
            self.add("nameless", number, "name", "")
        elif row["name"] in before:
            self.add("twice", number, "name", row["name"])
        before.add(row["name"])
        return row["name"]

    def number(self, number: int, row: dict[str, str], column: str, default: int) -> int:
        """The number in a cell."""
        text = row.get(column, "")
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > 6:
            self.add("number", number, column, text)
            return default
        return int(text)

    def refuse(self) -> None:
        """`Problem` that names all of them, if there are any."""
        if self.found:
            said = {"details": self.found, "words": "draws.cell"}
            raise Problem("draw-table-cells", file=self._file, n=len(self.found), **said)


def frozen(people: Source, meetings: Source, options: Options) -> bytes:
    """The list that the two tables make, as bytes; `Problem` names the cells that are wrong."""
    places = read_table(meetings, MEETINGS)
    attributes = [one for one in places.columns if one not in OF_MEETINGS]
    known = (*OF_PEOPLE, *attributes)
    persons = read_table(people, PEOPLE)
    unknown = [
        title
        for title, column in zip(persons.titles, persons.columns, strict=True)
        if column not in known
    ]
    if unknown:
        raise Problem("draw-table-columns", file=people.file, unknown=_row(unknown))
    wrong, before = Mistakes(places), set[str]()
    rows = [_meeting(number, row, attributes, wrong, before) for number, row in places.rows]
    wrong.refuse()
    left_out, wrong, before = dict(options.left_out), Mistakes(persons), set()
    lines = [_person(number, row, rows, attributes, wrong, before) for number, row in persons.rows]
    wrong.refuse()
    for line in lines:
        if line["id"] in left_out:
            line["left_out"] = max(left_out[line["id"]], line.get("left_out", 0))
    return _document(rows, lines, options)


def _document(rows: list[dict[str, Any]], lines: list[dict[str, Any]], options: Options) -> bytes:
    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    mode = "random" if options.random else "intro"
    parts = [
        f'{{"mode":"{mode}",',
        f'"meetings":[{",".join(map(line, rows))}],',
        '"participants":[',
        ",\n".join(map(line, lines)),
        f'],"history":{line(list(options.rounds))}}}',
    ]
    return ("\n".join(parts) + "\n").encode("utf-8")


def read_table(source: Source, most: int) -> Table:
    """The rows of a table."""
    text, file = _decoded(source), source.file
    lines = text.splitlines()
    mark = max(";,\t", key=(lines[0] if lines else "").count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    titles: list[str] = []
    rows: list[tuple[int, dict[str, str]]] = []
    columns: list[str] = []
    try:
        for number, cells in enumerate(reader, 1):
            if not any(cell.strip() for cell in cells):
                continue
            if not titles:
                titles = _titles(cells)
                columns = _columns(titles, file)
                continue
            if len([cell for cell in cells[len(titles) :] if cell.strip()]):
                raise Problem("draw-table-broken", file=file, row=number)
            cells += [""] * (len(titles) - len(cells))
            values = [_plain(cell) for cell in cells[: len(titles)]]
            rows.append((number, dict(zip(columns, values, strict=True))))
            if len(rows) > most:
                raise Problem("draw-table-long", file=file, n=most)
    except csv.Error as error:
        raise Problem("draw-table-broken", file=file, row=len(rows) + 2) from error
    if "name" not in columns:
        raise Problem("draw-table-nameless", file=file)
    return Table(file, titles, columns, rows, mark)


def _titles(cells: list[str]) -> list[str]:
    titles = [cell.strip() for cell in cells]
    while titles and not titles[-1]:
        titles.pop()
    return titles


def _columns(titles: list[str], file: str) -> list[str]:
    meaning = {name: key for key, names in NAMES.items() for name in names}
    found = [meaning.get(one.casefold(), one.casefold()) for one in titles]
    named = zip(titles, found, strict=True)
    twice = list(dict.fromkeys(title for title, one in named if found.count(one) > 1))
    if twice:
        raise Problem("draw-table-twice", file=file, columns=_row(twice))
    return found


def _plain(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return " ".join((cell[1:] if _PROTECTED.match(cell) else cell).split())


def _decoded(source: Source) -> str:
    data = source.data
    if b"\0" in data or not data.strip():
        raise Problem("draw-table-empty", file=source.file)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _meeting(
    number: int, row: dict[str, str], attributes: list[str], wrong: Mistakes, before: set[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {"id": wrong.name(number, row, before)}
    found["max"] = wrong.number(number, row, "max", 0)
    found["min"] = wrong.number(number, row, "min", 1)
    if row.get("group"):
        found["host"] = row["group"]
    return found | {one: row[one] for one in attributes if row[one]}


def _person(
    number: int,
    row: dict[str, str],
    meetings: list[dict[str, Any]],
    attributes: list[str],
    wrong: Mistakes,
    before: set[str],
) -> dict[str, Any]:
    names = {one["id"].casefold(): one["id"] for one in meetings}
    found: dict[str, Any] = {"id": wrong.name(number, row, before)}
    if row.get("group"):
        found["host"] = row["group"]
    found["prefs"] = wrong.known(number, "wishes", row, names)
    for column, key in (("not with", "avoid"), ("only with", "companion")):
        if row.get(column):
            found[key] = _several(row, column)
    if row.get("left out"):
        found["left_out"] = wrong.number(number, row, "left out", 0)
    restrictions = _restrictions(number, row, meetings, attributes, wrong)
    allowed = [one["id"] for one in meetings]
    if row.get("confirmed", "").casefold() in YES:
        for name, values in restrictions:
            allowed = [
                one["id"] for one in meetings if one["id"] in allowed and one.get(name) in values
            ]
    elif restrictions:
        found["unconfirmed"] = restrictions
    return found | {"allowed": allowed}


def _restrictions(
    number: int,
    row: dict[str, str],
    meetings: list[dict[str, Any]],
    attributes: list[str],
    wrong: Mistakes,
) -> list[list[Any]]:
    found: list[list[Any]] = []
    for name in attributes:
        values = {str(one[name]).casefold(): one[name] for one in meetings if name in one}
        wanted = wrong.known(number, name, row, values)
        if wanted:
            found.append([name, sorted(set(wanted))])
    names = {one["id"].casefold(): one["id"] for one in meetings}
    away = set(wrong.known(number, "not to", row, names))
    if away:
        found.append(["id", [one["id"] for one in meetings if one["id"] not in away]])
    return found


def _several(row: dict[str, str], column: str) -> list[str]:
    parts = re.split("[;,]", row.get(column, ""))
    return [part.strip() for part in parts if part.strip()]


def _row(names: Any) -> str:
    return ", ".join(names)


def with_results(people: Source, columns: list[str], found: dict[str, list[str]]) -> bytes:
    """The table of people as it was, with columns more; `found`: name → cells."""
    table = read_table(people, PEOPLE)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=table.mark, lineterminator="\r\n")
    writer.writerow([*table.titles, *columns])
    for _, row in table.rows:
        cells = [row[one] for one in table.columns]
        writer.writerow([_safe(one) for one in [*cells, *found[row["name"]]]])
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") or _PROTECTED.match(cell) else cell
