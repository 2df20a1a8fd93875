"""Imports that are under way, and what is remembered of columns.

An import is a row of `imports` from the upload on, so it goes on when the page is closed. What the
file had, and what becomes of each row, lies beside it in pieces, and is erased when the import was
taken in or given up, and after `KEPT_SECONDS` at the latest.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from node.features.imports.types import Column, Outcome, Planned, planned
from node.spreadsheets.book import Line
from node.store.core import Core

FIRST = """
create table imports (id text primary key, made integer not null, kept text not null);
-- The rows of each sheet of a file, and what becomes of the rows, in pieces as JSON.
create table import_lines (
    import text not null, sheet integer not null, part integer not null, lines text not null,
    primary key (import, sheet, part)
) without rowid;
create table import_rows (
    import text not null, place integer not null, outcome text not null, codes text not null,
    noted text not null, primary key (import, place)
) without rowid;
create index import_rows_outcome on import_rows (import, outcome, place);
-- What columns were, by the headings of their file.
create table import_columns (
    headings text primary key, columns text not null, used integer not null
);
"""

KEPT_SECONDS = 3 * 86_400
"""Of an import that nobody goes on with: people come back after a weekend."""

REMEMBERED = 200
"""Sorts of files of which the columns are remembered."""

BUSY = ("reading", "planning", "committing", "undoing")
"""States in which something is at work."""

LINES_IN_PART = 250
_RUNNING = "import_running"


def running(core: Core) -> int | None:
    """The batch that is being written, or was when the node stopped."""
    found: int | None = core.settings.get(_RUNNING)
    return found


def set_running(core: Core, batch: int | None) -> None:
    """Inside `Core.transaction`."""
    core.settings.set(_RUNNING, batch)


@dataclass(slots=True)
class Import:
    """An import under way. `state`: `imports.state.<state>`."""

    id: str
    made: int
    who: str = ""
    """The id of the person who began it."""
    file: str = ""
    state: str = "reading"
    form: str = ""
    encoding: str = ""
    guessed: bool = False
    sheets: list[dict[str, Any]] = field(default_factory=list)
    """Of each: name, lines, width, formulas, without_value, broken."""
    sheet: int = 0
    heading: int = 0
    """The number of the line with the headings; 0 if there is none."""
    columns: list[list[Any]] = field(default_factory=list)
    """As `Column`."""
    remembered: bool = False
    """Whether the columns are what they were last time."""
    answers: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    """How many questions there are of each sort."""
    done: int = 0
    every: int = 0
    """How far the work of this state is."""
    problem: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    """Why it did not work: `error.<problem>`."""
    batch: int | None = None
    stamp: str = ""
    """Of the people as they were when it was planned."""
    digest: str = ""
    """Of what becomes of the rows."""
    above: int = 0
    """Lines above the headings."""

    @property
    def as_columns(self) -> list[Column]:
        """What its columns are."""
        return [Column(int(at), str(header), what) for at, header, what in self.columns]


_NAMES = tuple(one.name for one in fields(Import))[2:]


class NotedRow(NamedTuple):
    """A row of the plan as it is kept."""

    outcome: str
    codes: str
    noted: str


def noted_row(row: Planned) -> NotedRow:
    """As it is kept."""
    codes = f" {' '.join(one.code for one in row.questions)} "
    return NotedRow(row.outcome.value, codes, json.dumps(row.noted()))


def kept_row(noted: str) -> Planned:
    """From what is kept."""
    return planned(json.loads(noted))


def ids(core: Core) -> Iterator[str]:
    """Of everybody on the list, read some at a time."""
    last = ""
    sql = "select id from members where id > ? order by id limit 500"
    while some := core.db.all(sql, (last,)):
        last = some[-1][0]
        yield from (id for (id,) in some)


class Imports:
    """All writing happens inside `Core.transaction`."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.db = core.db

    def get(self, id: str) -> Import | None:
        """An import."""
        row = self.db.one("select id, made, kept from imports where id = ?", (id,))
        return _import(*row) if row else None

    def all(self) -> list[Import]:
        """All that are there, the newest first."""
        rows = self.db.all("select id, made, kept from imports order by made desc, id")
        return [_import(*row) for row in rows]

    def put(self, one: Import) -> None:
        """Keep it as it is now."""
        kept = json.dumps({name: getattr(one, name) for name in _NAMES})
        self.db.run("insert or replace into imports values (?, ?, ?)", (one.id, one.made, kept))

    def put_lines(self, id: str, sheet: int, lines: Sequence[Line]) -> Iterator[None]:
        """Keep the rows of a sheet, a piece at each step."""
        for part, at in enumerate(range(0, len(lines), LINES_IN_PART)):
            text = json.dumps(lines[at : at + LINES_IN_PART])
            self.db.run("insert into import_lines values (?, ?, ?, ?)", (id, sheet, part, text))
            yield

    def lines(self, id: str, sheet: int, parts: int | None = None) -> Iterator[Line]:
        """The rows of a sheet, or the first pieces of them."""
        sql = "select part from import_lines where import = ? and sheet = ? order by part"
        for (part,) in self.db.all(sql, (id, sheet))[:parts]:
            (text,) = self.db.one(
                "select lines from import_lines where import = ? and sheet = ? and part = ?",
                (id, sheet, part),
            )
            for number, cells in json.loads(text):
                yield Line(number, cells)

    def put_rows(self, id: str, first: int, rows: Iterable[NotedRow]) -> None:
        """Keep what becomes of rows; `first` is the place of the first one."""
        self.db.many(
            "insert into import_rows values (?, ?, ?, ?, ?)",
            ((id, place, *row) for place, row in enumerate(rows, first)),
        )

    def rows(self, id: str, outcome: Outcome | None, first: int, count: int) -> list[Planned]:
        """Some rows, in order, or those of one outcome."""
        return list(map(kept_row, self.noted(id, outcome, first, count)))

    def noted(self, id: str, outcome: Outcome | None, first: int, count: int) -> list[str]:
        """The same as it is kept (`kept_row`)."""
        where, values = ("", ()) if outcome is None else (" and outcome = ?", (outcome.value,))
        found = self.db.all(
            f"select noted from import_rows where import = ?{where}"
            " order by place limit ? offset ?",
            (id, *values, count, first),
        )
        return [noted for (noted,) in found]

    def with_rows_of(self, person: str) -> list[Import]:
        """Those with a row that is this person."""
        sql = "select distinct import from import_rows where instr(noted, ?)"
        found = {id for (id,) in self.db.all(sql, (person,))}
        return [one for one in self.all() if one.id in found]

    def rows_of(self, id: str, person: str) -> list[Planned]:
        """The rows that are this person."""
        sql = "select noted from import_rows where import = ? and instr(noted, ?) order by place"
        found = [kept_row(noted) for (noted,) in self.db.all(sql, (id, person))]
        return [one for one in found if one.who == person]

    def forget_lines(self, id: str) -> Iterator[None]:
        """Erase what the file had, a piece at each step."""
        while self.db.run(
            "delete from import_lines where (import, sheet, part) in"
            " (select import, sheet, part from import_lines where import = ? limit 8)",
            (id,),
        ):
            yield

    def forget_rows(self, id: str) -> Iterator[None]:
        """Erase what becomes of its rows, a piece at each step."""
        while self.db.run(
            "delete from import_rows where (import, place) in"
            " (select import, place from import_rows where import = ? limit 500)",
            (id,),
        ):
            yield

    def is_any_waiting(self) -> bool:
        """Whether one was begun that has not ended, or is to be erased by now."""
        old = self.core.clock() - KEPT_SECONDS
        busy = [one for one in self.all() if one.state in BUSY or one.made < old]
        return bool(busy)

    def remove(self, id: str) -> None:
        """Erase an import that was emptied."""
        self.db.run("delete from imports where id = ?", (id,))

    # What columns were

    def remembered(self, headings: str) -> dict[str, str | None] | None:
        """What columns were under these headings, by heading."""
        row = self.db.one("select columns from import_columns where headings = ?", (headings,))
        found: dict[str, str | None] | None = json.loads(row[0]) if row else None
        return found

    def remember(self, headings: str, columns: Mapping[str, str | None]) -> None:
        """Know it the next time."""
        self.db.run(
            "insert or replace into import_columns values (?, ?, ?)",
            (headings, json.dumps(columns), self.core.clock()),
        )
        self.db.run(
            "delete from import_columns where headings not in"
            " (select headings from import_columns order by used desc limit ?)",
            (REMEMBERED,),
        )

    def stamp(self) -> str:
        """Another one after every change to people or their columns."""
        (change,) = self.db.one("select max(no) from member_changes")
        people, made = self.db.one("select count(*), max(made) from persons")
        columns = self.db.all("select key, label, kind from member_fields order by key")
        return json.dumps([change, people, made, columns])


def _import(id: str, made: int, kept: str) -> Import:
    return Import(id, made, **json.loads(kept))
