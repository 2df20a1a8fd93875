"""Cells that look like formulas: safe in a spreadsheet, the same when they come back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.spreadsheets.guarding import bared, guarded

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
LIKE_FORMULAS = st.text(st.sampled_from(SIGNS + "',;|\"\t\r\n ax\u00a0"), max_size=20)
"""Mostly signs that matter."""

DANGEROUS = [
    "=1+1",
    "+49 431 123",
    "-5",
    "@SUM(1)",
    " =1",
    "\u00a0=1",
    '=HYPERLINK("http://example.org")',
    "a;=cmd|' /C calc'!A0",
    "a\n=1",
    "\uff1d1",
    "'=1",
]


@pytest.mark.parametrize("cell", DANGEROUS)
def test_nothing_begins_like_a_formula(cell: str) -> None:
    safe = guarded(cell)
    assert bared(safe) == cell
    for separator in ",;|\t\n":
        for part in safe.split(separator):
            assert part.strip().strip('"')[:1] not in tuple(SIGNS), (
                safe,
                separator,
            )


@pytest.mark.parametrize("cell", ["", "Ada", "'s Gravenhage", "a-b", "ada@example.org", "1+1=2"])
def test_ordinary_cell_stays(cell: str) -> None:
    assert (guarded(cell), bared(cell)) == (cell, cell)


@given(st.text() | LIKE_FORMULAS)
def test_each_cell_comes_back(cell: str) -> None:
    assert bared(guarded(cell)) == cell


@given(st.lists(st.text(st.characters(exclude_characters="\r\0")) | LIKE_FORMULAS, min_size=1))
def test_each_row_comes_back_through_a_file(cells: list[str]) -> None:
    cells = [one.replace("\r", "") for one in cells]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\n").writerow(map(guarded, cells))
    (row,) = csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=";")
    assert list(map(bared, row)) == cells
