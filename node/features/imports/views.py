"""What the pages of an import show."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from node.base.lookalikes import marked
from node.features.imports.tables import Import, Imports
from node.features.imports.types import (
    BELONGS,
    HOUSE,
    ID,
    NAME,
    NEW,
    PLACE,
    REASON,
    WHO,
    Outcome,
    Planned,
    Question,
)
from node.features.imports.wording import field_label, question_text
from node.features.members.days import day_words
from node.features.members.tables import members
from node.features.members.types import Field, Member
from node.store.core import Core
from node.texts import Texts

AT_ONCE = 25
"""Columns on a page: a choice of twenty fields for each is a third of a page's weight."""

ROWS_SHOWN = 50
"""Rows on a page."""

EXAMPLES = 3
"""Values of a column that are shown."""

LOOKED_THROUGH = 4
"""Pieces of rows in which examples are looked for."""

EXAMPLE_CHARACTERS = 40

FIRST = (NAME, "given", "family", "mail", "phone", "street", HOUSE, "postcode", "town", PLACE)
"""What a column is most often; the other fields follow."""


class Shown(NamedTuple):
    """A column: its place, heading, some values, what it is, and whether anything is in it."""

    at: int
    header: str
    examples: list[str]
    field: str


def columns_view(core: Core, found: Import, first: int, texts: Texts) -> dict[str, Any]:
    """Some columns, with real values."""
    every = found.as_columns
    first = first if first < len(every) else 0
    some = every[first : first + AT_ONCE]
    examples = _examples(core, found)
    fields = members(core).fields()
    return {
        "columns": [
            Shown(one.at, one.header, examples.get(one.at, []), one.field or "") for one in some
        ],
        "choices": choices(fields, texts),
        "first": first,
        "last": first + len(some),
        "every": len(every),
        "following": first + AT_ONCE if first + AT_ONCE < len(every) else 0,
        "before": first - AT_ONCE if first else None,
        "notes": notes(found, texts),
        "left_out": sum(1 for one in every if one.field is None),
    }


def choices(fields: Sequence[Field], texts: Texts) -> list[tuple[str, str]]:
    """What a column may be, and what that is called."""
    known = {one.key: one for one in fields}
    keys = [*FIRST, *(one.key for one in fields if one.key not in FIRST), *BELONGS, ID, NEW]
    return [(key, field_label(key, known, texts)) for key in keys]


def _examples(core: Core, found: Import) -> dict[int, list[str]]:
    """Different values of each column, from below the headings."""
    values: dict[int, dict[str, None]] = {}
    for number, cells in Imports(core).lines(found.id, found.sheet, LOOKED_THROUGH):
        if number <= found.heading:
            continue
        for at, cell in enumerate(cells):
            some = values.setdefault(at, {})
            text = " ".join(cell.split())
            if text and len(some) < EXAMPLES:
                some[_cut(text)] = None
    return {at: list(some) for at, some in values.items()}


def _cut(text: str) -> str:
    return text if len(text) <= EXAMPLE_CHARACTERS else text[: EXAMPLE_CHARACTERS - 1] + "…"


def notes(found: Import, texts: Texts) -> list[str]:
    """What is to be said of a file."""
    sheet = found.sheets[found.sheet] if found.sheets else {}
    some = []
    if found.guessed:
        some.append(texts("imports.note.guessed", encoding=found.encoding))
    if found.remembered:
        some.append(texts("imports.note.remembered"))
    if found.above:
        some.append(texts("imports.note.above", n=found.above))
    counted = (key for key in ("formulas", "without_value", "broken") if sheet.get(key, 0) > 0)
    return [*some, *(texts(f"imports.note.{key}", n=sheet[key]) for key in counted)]


class Asking(NamedTuple):
    """A question on a page: the name of its field, what is asked, the answers and their words."""

    name: str
    text: str
    answers: list[tuple[str, str]]


class Row(NamedTuple):
    """A row on a page. `changes`: label, before, after."""

    line: int
    outcome: str
    name: str
    who: str | None
    changes: list[tuple[str, str, str]]
    reason: str
    questions: list[Asking]


def rows_view(
    core: Core, found: Import, outcome: Outcome | None, page: int, texts: Texts
) -> dict[str, Any]:
    """Some rows of the preview, and the questions of all of a sort."""
    counts = {one.value: found.counts.get(one.value, 0) for one in Outcome}
    count = sum(counts.values()) if outcome is None else counts[outcome.value]
    pages = max(1, -(-count // ROWS_SHOWN))
    page = min(page, pages)
    rows = Imports(core).rows(found.id, outcome, (page - 1) * ROWS_SHOWN, ROWS_SHOWN)
    asked = sorted({id for row in rows for one in row.questions for id in one.who})
    people = {one.id: one for one in members(core).some(asked)}
    fields = {one.key: one for one in members(core).fields()}
    shown = [_row(row, people, fields, texts) for row in rows]
    return {
        "rows": shown,
        "counts": counts,
        "outcomes": [one.value for one in Outcome],
        "shown": outcome.value if outcome else "",
        "count": count,
        "at_page": page,
        "pages": pages,
        "sorts": [_sort(code, n, texts) for code, n in sorted(found.codes.items()) if n > 1],
        "notes": notes(found, texts),
    }


def _row(
    row: Planned, people: Mapping[str, Member], fields: Mapping[str, Field], texts: Texts
) -> Row:
    name = marked(row.name, row.who) if row.who else row.name
    changes = [
        (field_label(key, fields, texts), _value(key, old, texts), _value(key, new, texts))
        for key, (old, new) in row.fields.items()
        if new and (key != NAME or old)  # the name of somebody new stands above
    ]
    reason = ""
    if row.reason:
        reason = texts(f"imports.reason.{row.reason}", field=next(iter(row.fields), ""))
    questions = [_asking(one, row.line, people, texts) for one in row.questions]
    return Row(row.line, row.outcome.value, name, row.who, changes, reason, questions)


def _value(key: str, text: str, texts: Texts) -> str:
    """Days of the membership in words; others stay as they will be kept."""
    return day_words(text, texts) if text and key in BELONGS and key != REASON else text


def _asking(one: Question, line: int, people: Mapping[str, Member], texts: Texts) -> Asking:
    names = {id: member.name for id, member in people.items()}
    if one.code in WHO:
        some = [("new", texts("imports.answer.new"))]
        here = [people[id] for id in one.who if id in people]
        some += [(who.id, texts("imports.answer.is", who=_told(who, texts))) for who in here]
        some.append(("out", texts("imports.answer.out")))
    else:
        some = [("offer", one.offer)] if one.offer else []
        some += [("keep", one.cell), ("blank", texts("imports.answer.blank"))]
    return Asking(f"q:{one.key(line)}", question_text(one, names, texts), some)


def _told(member: Member, texts: Texts) -> str:
    """By what a person is told from a namesake."""
    known = [member.first(key) for key in ("mail", "phone", "street", "town")]
    since = (
        texts("imports.answer.since", day=day_words(member.since, texts)) if member.since else ""
    )
    parts = [marked(member.name, member.id), *[one for one in known if one][:2], since]
    return ", ".join(f"{one}" for one in parts if one)


class Sort(NamedTuple):
    """All questions of a sort: how many, what they are about, the answers for all of them."""

    name: str
    n: int
    text: str
    answers: list[tuple[str, str]]


def _sort(code: str, n: int, texts: Texts) -> Sort:
    if code in WHO:
        keys = ["new", "out"]
    else:
        keys = ["offer", "keep", "blank"] if code in ("postcode", "day-odd", "day-order") else []
        keys = keys or ["keep", "blank"]
    answers = [(key, texts(f"imports.all.{key}")) for key in keys]
    return Sort(f"q:{code}", n, texts(f"imports.sort.{code}", n=n), answers)


def result_view(core: Core, found: Import, texts: Texts) -> dict[str, Any]:
    """What came of it; after undoing what stays as others changed it since."""
    pairs = found.values.get("stays", []) if found.state == "undone" else []
    people = {one.id: one for one in members(core).some(sorted({id for id, _part in pairs}))}
    fields = {one.key: one for one in members(core).fields()}
    stays = [
        (people[id], field_label(part.partition("/")[0], fields, texts))
        for id, part in pairs[:ROWS_SHOWN]
        if id in people
    ]
    return {"stays": stays, "more": max(0, len(pairs) - ROWS_SHOWN)}
