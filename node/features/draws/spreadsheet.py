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
>>> frozen(people.encode(), meetings.encode(), Options()).decode().splitlines()[3]
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


class Table(NamedTuple):
    """Rows below the names of the columns; `titles` are these names as written."""

    titles: list[str]
    columns: list[str]
    rows: list[tuple[int, dict[str, str]]]
    mark: str


class Mistakes:
    """What is wrong with cells, gathered: whoever typed forty rows mends them in one go."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def add(self, code: str, number: int, column: str, value: str, near: str = "") -> None:
        """One more, in this row and column."""
        cell = {"row": number, "column": column, "code": code, "value": value, "near": near}
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
            raise Problem(
                "draw-table-cells", n=len(self.found), details=self.found, words="draws.cell"
            )


def frozen(people: bytes, meetings: bytes, options: Options) -> bytes:
    """The list that the two tables make, as bytes; `Problem` names the cells that are wrong."""
    places = read_table(meetings, "meetings", MEETINGS)
    attributes = [one for one in places.columns if one not in OF_MEETINGS]
    known = {"meetings": OF_MEETINGS, "people": (*OF_PEOPLE, *attributes)}
    persons = read_table(people, "people", PEOPLE)
    unknown = [
        title
        for title, column in zip(persons.titles, persons.columns, strict=True)
        if column not in known["people"]
    ]
    if unknown:
        titles = dict.fromkeys(known["people"])
        raise Problem("draw-table-columns", unknown=_row(unknown), known=_row(titles))
    wrong, before = Mistakes(), set[str]()
    rows = [_meeting(number, row, attributes, wrong, before) for number, row in places.rows]
    wrong.refuse()
    left_out, before = dict(options.left_out), set()
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


def read_table(data: bytes, which: str, most: int) -> Table:
    """The rows of a table."""
    text = _decoded(data, which)
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
                columns = _columns(titles)
                continue
            if len([cell for cell in cells[len(titles) :] if cell.strip()]):
                raise Problem("draw-table-broken", row=number)
            cells += [""] * (len(titles) - len(cells))
            values = [_plain(cell) for cell in cells[: len(titles)]]
            rows.append((number, dict(zip(columns, values, strict=True))))
            if len(rows) > most:
                raise Problem("draw-table-long", n=most)
    except csv.Error as error:
        raise Problem("draw-table-broken", row=len(rows) + 2) from error
    if "name" not in columns:
        raise Problem("draw-table-nameless", which=which)
    return Table(titles, columns, rows, mark)


def _titles(cells: list[str]) -> list[str]:
    titles = [cell.strip() for cell in cells]
    while titles and not titles[-1]:
        titles.pop()
    return titles


def _columns(titles: list[str]) -> list[str]:
    meaning = {name: key for key, names in NAMES.items() for name in names}
    found = [meaning.get(one.casefold(), one.casefold()) for one in titles]
    twice = sorted({one for one in found if found.count(one) > 1})
    if twice:
        raise Problem("draw-table-twice", columns=_row(twice))
    return found


def _plain(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return " ".join((cell[1:] if _PROTECTED.match(cell) else cell).split())


def _decoded(data: bytes, which: str) -> str:
    if b"\0" in data or not data.strip():
        raise Problem("draw-table-empty", which=which)
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


def with_results(people: bytes, columns: list[str], found: dict[str, list[str]]) -> bytes:
    """The table of people as it was, with columns more; `found`: name → cells."""
    table = read_table(people, "people", PEOPLE)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=table.mark, lineterminator="\r\n")
    writer.writerow([*table.titles, *columns])
    for _, row in table.rows:
        cells = [row[one] for one in table.columns]
        writer.writerow([_safe(one) for one in [*cells, *found[row["name"]]]])
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") or _PROTECTED.match(cell) else cell
