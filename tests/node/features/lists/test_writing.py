"""Group lists as they are written: reading gives the same again, and no cell is a formula."""

import csv
import io
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node.app import open_core
from node.features.groups.tables import own_list
from node.features.lists.actions import directory_entries, import_list
from node.features.lists.csv import write_csv
from node.features.lists.file import read, write_json
from node.features.lists.rows import EMPTY
from tests.node.world import make_home

WORD = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029"), max_size=20
)
TYPED = st.fixed_dictionaries(
    {
        "name": st.one_of(WORD, st.sampled_from(["=1+1", "'=x", "'", "-", "@a", "\\", ";,="])),
        "kind": st.sampled_from(["group", "network"]),
        "purpose": st.one_of(st.none(), WORD, st.just("two\nlines"), st.just('"quoted"; x')),
        "orientation": WORD,
        "topics": st.lists(st.one_of(WORD, st.just("a, b"), st.just("a\\"))),
        "convictions": st.lists(st.one_of(WORD, st.just("a; b"))),
        "region": WORD,
        "languages": st.lists(st.sampled_from(["de", "en", "pt-BR"])),
        "contacts": st.lists(
            st.tuples(st.one_of(WORD, st.just("a=b")), st.one_of(st.none(), WORD)).map(list)
        ),
        "takes_members": st.sampled_from([None, True, False]),
        "links": st.lists(st.sampled_from(["https://a.example", "http://b.example/1,2,https://c"])),
    }
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=st.lists(TYPED, min_size=1, max_size=5))
def test_writing_and_reading_agree(raw: list[dict[str, Any]]) -> None:
    # What a file holds is what reading made of it once: tidied, and good.
    as_columns = write_json({**EMPTY, **one} for one in raw)
    rows = read(as_columns.encode(), "json").rows
    entries = [{**EMPTY, **row.content} for row in rows]
    if not entries:
        return
    for form, write in (("csv", write_csv), ("json", write_json)):
        text = write(entries)
        again = read(text.encode(), form)
        assert again.problems == []
        assert [{**EMPTY, **row.content} for row in again.rows] == entries
        assert write(row.content for row in again.rows) == text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "'=", "''+"])
def test_no_cell_is_a_formula(start: str) -> None:
    text = write_csv([{**EMPTY, "name": f"{start}cmd"}])
    assert text.splitlines()[1].startswith("'" + start)
    assert read(text.encode(), "csv").rows[0].content["name"] == f"{start}cmd"


def test_an_apostrophe_of_the_text_stays() -> None:
    assert write_csv([{**EMPTY, "name": "'s Hertogenbosch"}]).splitlines()[1].startswith("'s H")


# What is written comes back, and is a formula nowhere

SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
NASTY = st.text(st.sampled_from("=+-@'\",;|\\/\n xä\uff1d\u00a0"))
TEXT = st.one_of(NASTY, st.text(max_size=30))
ENTRY = st.fixed_dictionaries(
    {
        "name": TEXT,
        "kind": st.sampled_from(["group", "network"]),
        "purpose": TEXT,
        "orientation": TEXT,
        "topics": st.lists(TEXT, max_size=4),
        "convictions": st.lists(TEXT, max_size=4),
        "region": TEXT,
        "languages": st.lists(st.sampled_from(["de", "en", "pt-BR"])),
        "contacts": st.lists(st.tuples(TEXT, st.one_of(st.none(), TEXT)).map(list), max_size=3),
        "takes_members": st.sampled_from([None, True, False]),
        "links": st.lists(st.sampled_from(["https://a.example/;=1", "http://b.example/1,2,=3"])),
    }
)


def opened(text: str, mark: str) -> list[str]:
    """The cells that spreadsheets make of a text, told that `mark` separates: with quotes heeded
    as Excel and LibreOffice do, and not heeded at all."""
    cells = [
        cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark) for cell in row
    ]
    for line in text.replace("\r", "\n").split("\n"):
        cells += line.split(mark)
        cells += [cell.strip('"') for cell in line.split(mark)]
    return cells


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=st.lists(ENTRY, min_size=1, max_size=3))
def test_no_cell_is_a_formula_and_all_come_back(raw: list[dict[str, Any]]) -> None:
    as_columns = write_json({**EMPTY, **one} for one in raw)
    rows = read(as_columns.encode(), "json").rows if as_columns else []
    entries = [{**EMPTY, **row.content} for row in rows]
    if not entries:
        return
    text = write_csv(entries)
    for mark in (";", ",", "\t"):
        assert not [
            cell for cell in opened(text, mark) if cell.lstrip(' \u00a0"').startswith(SIGNS)
        ]
    again = read(text.encode("utf-8-sig"), "csv")
    assert again.problems == []
    assert [{**EMPTY, **row.content} for row in again.rows] == entries


def test_thousands_of_rows_come_back(tmp_path: Path) -> None:
    chance = random.Random(7)
    parts = ["Möwe", "Nord", "für", "alle", "„Zelt“", "=1+1", "a;b", "c,d", "x/y", "A und B", "'s"]

    def some(n: int) -> str:
        return " ".join(chance.choices(parts, k=n))

    rows = [
        {
            **EMPTY,
            "name": f"{some(3)} {n}",
            "purpose": f"{some(9)}\n{some(2)}",
            "topics": [f"{some(2)} {at}" for at in range(3)],
            "convictions": [some(5)],
            "region": some(1),
            "languages": ["de"],
            "contacts": [[some(1), some(2)], [f"{some(1)}=", None]],
            "links": [f"https://example.org/{n},{n};{n}"],
        }
        for n in range(5_693)
    ]
    core = open_core(make_home(tmp_path, "Own"))
    try:
        first = import_list(core, read(write_csv(rows).encode(), "csv"))
        assert len(first.new) == 5_693
        text = write_csv(directory_entries(core))
        second = import_list(core, read(text.encode(), "csv"), dry_run=True)
        assert (second.changed, len(second.same)) == ([], 5_693 + 1)
        kept = {one["name"]: one for one in own_list(core).entries()}
        assert all(kept[one["name"]] == one for one in rows)
    finally:
        core.close()
