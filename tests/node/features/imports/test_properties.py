"""What holds for any list: our own files come back the same, nothing crashes, undoing undoes."""

import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node.base.errors import Problem
from node.features.imports import work
from node.features.imports.applying import apply, take_back
from node.features.imports.plan import Basis, new_fields, plan
from node.features.imports.types import CELLS, PARTS, WHO, Column, Outcome, Planned
from node.features.members.changes.tables import begin
from node.features.members.columns import add_column
from node.features.members.editing import clean
from node.features.members.export import write
from node.features.members.tables import members
from node.features.members.types import Field, Member
from node.lookup.content import tidy
from node.people.persons import Standing
from node.spreadsheets.book import Line
from node.store.core import Core
from node.texts import LANGUAGES, Texts
from tests.node.features.imports.making import FIELDS, TODAY
from tests.node.features.imports.test_applying import kept
from tests.node.world import make_core

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

WORDS = st.text(
    st.sampled_from("aeiouäöüßéłAMÖ0123456789 '\"-.,;:=+@/\\|\n\t<>&()#\u2019\u0301\u200b\ufeff"),
    max_size=30,
)
"""What people and spreadsheets put into cells, with all that means something in a file."""

LIKELY = st.sampled_from(
    [
        *("", "Ada", "Müller", "Mueller", "ada@example.org", "0431 12345", "+49 431 12345", "1067"),
        *("01067", "5.6.1987", "1900-01-09", "05/06/2020", "2020", "Weg 9", "k.A.", "=1+1", "ja"),
        *("24103 Kiel", "Moor, Ada", "4,9E+12", "03. Mai", "31933", "x" * 250),
    ]
)
CELL = st.one_of(LIKELY, WORDS)


@contextmanager
def fresh() -> Iterator[Core]:
    """A node of its own for each example."""
    with tempfile.TemporaryDirectory() as folder:
        core = make_core(Path(folder))
        try:
            yield core
        finally:
            core.close()


def texts_of(field: Field) -> st.SearchStrategy[tuple[str, ...]]:
    """What may stand in a field: as the form for a person takes it."""
    return CELL.map(lambda text: clean(tidy(text) or "", field))


def person_of(
    fields: Sequence[Field],
) -> st.SearchStrategy[tuple[str, dict[str, tuple[str, ...]], str]]:
    values = st.fixed_dictionaries({one.key: texts_of(one) for one in fields})
    since = st.sampled_from(["", "2020", "2020-03", "2020-03-01"])
    named = WORDS.map(lambda text: " ".join((tidy(text) or "").split())).filter(bool)
    return st.tuples(named, values, since)


def fill(core: Core, people: Sequence[tuple[str, dict[str, tuple[str, ...]], str]]) -> list[Member]:
    with core.transaction():
        batch = begin(core, "edit")
        for name, values, since in people:
            batch.add(name, values, since=since)
    return members(core).everyone()


OWN = (("Geburtstag", "date"), ("Instrument", "text"), ("Chor", "yes-no"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_our_own_file_comes_back_the_same(form: str, language: str) -> None:
    with fresh() as core:
        for label, kind in OWN:
            add_column(core, label, kind)
        fields = members(core).fields()

        @FEW
        @given(st.lists(person_of(fields), min_size=1, max_size=6))
        def check(people: list[tuple[str, dict[str, tuple[str, ...]], str]]) -> None:
            with core.transaction():
                for one in members(core).everyone():
                    begin(core, "edit").remove(one.id)
            everybody = fill(core, people)
            data = write(form, everybody, fields, Texts(language))
            table = work.table_of(work.read_book(io.BytesIO(data)).sheets[0].lines)
            columns, _known = work.known_columns(core, table)
            rows, _basis = work.planned(core, table.lines, columns, {})
            assert [(one.outcome, one.who, one.fields, one.questions) for one in rows] == [
                (Outcome.SAME, one.id, {}, ()) for one in everybody
            ]

        check()


FIELD = st.one_of(st.none(), st.sampled_from([*PARTS, *(one.key for one in FIELDS)]))


@FEW
@given(
    st.lists(st.lists(CELL, max_size=8), max_size=12),
    st.lists(FIELD, max_size=8),
    st.dictionaries(
        st.sampled_from([*WHO, *CELLS]), st.sampled_from(["new", "out", "offer", "keep", "blank"])
    ),
    st.lists(person_of(FIELDS), max_size=4),
)
def test_any_table_has_a_plan(
    rows: list[list[str]],
    fields: list[str | None],
    answers: dict[str, str],
    people: list[tuple[str, dict[str, tuple[str, ...]], str]],
) -> None:
    """Whatever the columns were said to be: a row for each line, each with one outcome."""
    here = [
        Member(f"{at}" * 32, name, Standing.MEMBER, values={k: v for k, v in values.items() if v})
        for at, (name, values, _since) in enumerate(people)
    ]
    lines = [Line(number, cells) for number, cells in enumerate(rows, 2)]
    columns = [Column(at, f"C{at}", field) for at, field in enumerate(fields)]
    found = list(plan(Basis(lines, columns, FIELDS, here, answers, TODAY)))
    assert [one.line for one in found] == [one.number for one in lines]
    for one in found:
        assert (one.outcome is Outcome.ASK) == bool(one.questions)
        assert (one.write is not None) == (one.outcome in (Outcome.ADD, Outcome.CHANGE))
        assert all(new for _old, new in one.fields.values()) or one.outcome is Outcome.REFUSE


@FEW
@given(
    st.lists(st.lists(CELL, min_size=1, max_size=6), min_size=1, max_size=8),
    st.lists(st.sampled_from(["name", "mail", "phone", "postcode", "new", "since"]), max_size=5),
)
def test_taken_in_and_back_all_is_as_it_was(rows: list[list[str]], fields: list[str]) -> None:
    """And taken in once more before, nobody is added."""
    lines = [Line(number, cells) for number, cells in enumerate(rows, 2)]
    columns = [Column(at, f"C{at}", field) for at, field in enumerate(["name", *fields])]
    answers = dict.fromkeys(CELLS, "keep") | dict.fromkeys(WHO, "out")
    with fresh() as core:
        fill(core, [("Ada", {"mail": ("ada@example.org",)}, "2019"), ("Müller", {}, "")])
        before = kept(core)
        found, basis = work.planned(core, lines, columns, answers)
        done = apply(core, found, new_fields(basis))
        again = _again(core, lines, columns, answers)
        assert [one.outcome for one in again if one.outcome is Outcome.ADD] == []
        take_back(core, done.batch)
        assert kept(core) == before


def _again(
    core: Core, lines: list[Line], columns: list[Column], answers: dict[str, str]
) -> list[Planned]:
    own = {one.label: one.key for one in members(core).fields() if one.own}
    known = [
        one._replace(field=own.get(one.header)) if one.field == "new" else one for one in columns
    ]
    return work.planned(core, lines, known, answers)[0]


@FEW
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    from node.spreadsheets.child import answer

    found = answer(data)
    assert ("refused" in found) != ("sheets" in found)
    for head in (
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"BEGIN:VCARD\r\n",
        b"\xff\xfe",
    ):
        assert answer(head + data)


def test_two_files_at_once() -> None:
    """The second waits for nothing: it is refused as long as the first is being written."""
    with fresh() as core:
        table = [Line(2, ["Ada"])]
        columns = [Column(0, "Name", "name")]
        rows, _basis = work.planned(core, table, columns, {})

        def meanwhile(_done: int, _all: int) -> None:
            with pytest.raises(Problem, match="import-running"):
                apply(core, rows, [])

        apply(core, rows, [], progress=meanwhile)
