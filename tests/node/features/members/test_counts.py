"""Joins, exits and net, month by month."""

import pytest

from node.features.members.counts import Counts, Month, count, counts
from node.store.core import Core
from tests.node.features.members.people import add

Row = tuple[str, str, str]
TABLE: list[tuple[str, list[Row], list[tuple[str, int, int, int]]]] = [
    ("nobody", [], []),
    ("one joins", [("a", "2026-02-10", "")], [("2026-02", 1, 0, 1), ("2026-03", 0, 0, 1)]),
    ("one joins and leaves", [("a", "2026-02-10", "2026-03-01")],
     [("2026-02", 1, 0, 1), ("2026-03", 0, 1, 0)]),
    ("in one month", [("a", "2026-03-01", "2026-03-20")], [("2026-03", 1, 1, 0)]),
    ("coming back counts twice", [("a", "2026-01-01", "2026-02-01"), ("a", "2026-03-01", "")],
     [("2026-01", 1, 0, 1), ("2026-02", 0, 1, 0), ("2026-03", 1, 0, 1)]),
    ("belonging twice at once counts once",
     [("a", "2026-02-01", ""), ("a", "2026-03-01", "2026-03-02")],
     [("2026-02", 1, 0, 1), ("2026-03", 0, 0, 1)]),
    ("overlapping ends count once",
     [("a", "2026-02-01", "2026-02-20"), ("a", "2026-02-10", "2026-03-02")],
     [("2026-02", 1, 0, 1), ("2026-03", 0, 1, 0)]),
    ("erased people still count", [("", "2026-02", "2026-03"), ("", "2026-02", "")],
     [("2026-02", 2, 0, 2), ("2026-03", 0, 1, 1)]),
    ("without a first day from the beginning", [("a", "", ""), ("b", "2026-03-01", "")],
     [("2026-03", 1, 0, 2)]),
    ("only a year is January", [("a", "2026", "")],
     [("2026-01", 1, 0, 1), ("2026-02", 0, 0, 1), ("2026-03", 0, 0, 1)]),
    ("days to come do not count", [("a", "2026-03-01", "2026-05-01"), ("b", "2027-01-01", "")],
     [("2026-03", 1, 0, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "months"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_months(rows: list[Row], months: list[tuple[str, int, int, int]]) -> None:
    assert count(rows, "2026-03").months == [Month(*one) for one in months]


def test_net_is_what_is_left() -> None:
    assert Month("2026-03", 3, 5, 10).net == -2


def test_what_is_not_known_is_said() -> None:
    rows = [("a", "", ""), ("b", "2026", ""), ("c", "2026-01", "")]
    found = count(rows, "2026-01")
    assert (found.without_day, found.only_year) == (1, 1)


def test_counts_of_a_list(core: Core) -> None:
    add(core, "Ada", since="2026-01-05")
    found = counts(core)
    assert isinstance(found, Counts)
    assert found.months[0] == Month("2026-01", 1, 0, 1)
    assert found.months[-1].members == 1
