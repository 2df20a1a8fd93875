"""Members as files: text stays text, nothing is computed, everything comes back."""

import csv
import io

import openpyxl
import pytest
import vobject
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node.features.members.cells import bared, cell_of, guarded, values_of
from node.features.members.export import write
from node.features.members.sheet import cells, columns
from node.features.members.tables import members
from node.features.members.types import Field, Member, Membership
from node.people.persons import Standing
from node.store.core import Core
from node.texts import LANGUAGES, Texts
from tests.node.features.members.people import add, member

EN = Texts("en")
FIELDS = [
    Field("given"), Field("family"), Field("mail", kind="mail", many=True), Field("postcode"),
    Field("notes", kind="long text"), Field("own-1", "=Own"),
]  # fmt: skip
ADA = Member(
    "x" * 32, "=Ada; Moor", Standing.MEMBER,
    values={
        "given": ("=Ada",), "family": ("+49",), "mail": ("a@example.org", "@b"),
        "postcode": ("01067",), "notes": ("-1\n=2\n'=3",), "own-1": ('"quoted", and ; more',),
    },
    memberships=(Membership(1, "2025-03-01", "", "2026-01-31", "=moved"),),
)  # fmt: skip


def table(data: bytes) -> list[list[str]]:
    text = data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_csv_reads_back_the_same() -> None:
    headings, row = table(write("csv", [ADA], FIELDS, EN))
    wanted = columns(FIELDS, EN)
    assert [*map(bared, headings)] == [one.heading for one in wanted]
    assert [*map(bared, row)] == cells(ADA, wanted, EN)
    for cell in (*headings, *row):
        for line in cell.split("\n"):
            assert line[:1] not in tuple("=+-@"), cell


def test_spreadsheet_has_text_only() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write("xlsx", [ADA], FIELDS, EN)))
    sheet = book.active
    wanted = columns(FIELDS, EN)
    headings, row = (list(one) for one in sheet.iter_rows())
    assert [cell.value for cell in headings] == [one.heading for one in wanted]
    assert [cell.value or "" for cell in row] == cells(ADA, wanted, EN)
    assert {cell.data_type for cell in row if cell.value} == {"s"}
    assert {cell.number_format for cell in row if cell.value} == {"@"}


def test_address_book_has_names_ways_and_notes() -> None:
    data = write("vcf", [ADA], FIELDS, EN).decode()
    card = vobject.readOne(data)
    assert card.fn.value == "=Ada; Moor"
    assert (card.n.value.given, card.n.value.family) == ("=Ada", "+49")
    assert [one.value for one in card.email_list] == ["a@example.org", "@b"]
    assert card.adr.value.code == "01067"
    assert card.note.value == "-1\n=2\n'=3"
    assert max(map(len, data.split("\r\n"))) <= 75


TEXT = (
    st.text(
        st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("='+-@;,\"\n"), min_size=1
    )
    .map(lambda text: text.strip())
    .filter(bool)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXT, min_size=1, max_size=4), st.lists(TEXT.filter(lambda t: "\n" not in t)))
def test_whatever_stands_in_a_cell_comes_back(some: list[str], many: list[str]) -> None:
    mails = tuple(one.strip() for one in many if one.strip())
    values = {"given": (some[0],), "notes": ("\n".join(some),), "mail": mails}
    one = Member("y" * 32, some[0], Standing.FORMER, values={k: v for k, v in values.items() if v})
    wanted = columns(FIELDS, EN)
    _headings, row = table(write("csv", [one], FIELDS, EN))
    found = dict(zip([column.key for column in wanted], map(bared, row), strict=True))
    assert found["given"] == some[0]
    assert found["notes"] == "\n".join(some)
    assert values_of(found["mail"]) == mails


@given(st.lists(st.text()))
def test_cell_of_several_values_is_guarded_as_a_whole(some: list[str]) -> None:
    cell = cell_of(tuple(some))
    assert bared(guarded(cell)) == cell


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_are_different_from_each_other(core: Core, language: str) -> None:
    names = [one.heading for one in columns(members(core).fields(), Texts(language))]
    assert len(set(names)) == len(names)


def test_all_of_a_list_is_written(core: Core) -> None:
    ids = [add(core, "Zoe"), add(core, "Ärger Ada", phone=("+49 431 1", "0431 2"))]
    some = [member(core, id) for id in ids]
    rows = table(write("csv", some, members(core).fields(), Texts("de")))
    assert rows[0][:3] == ["Name", "Vorname", "Nachname"]
    assert [row[0] for row in rows[1:]] == ["Zoe", "Ärger Ada"]
    assert rows[2][4] == "'+49 431 1\n0431 2"
