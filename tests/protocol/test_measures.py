"""Shares and terms (docs/protocol.md §6.7, §7.5)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.measures import needed, read_share, term_end


@pytest.mark.parametrize(
    ("share", "of", "enough"),
    [
        ("1/2", 1, 1),
        ("1/2", 4, 3),  # more than half
        ("1/2", 5, 3),
        ("2/3", 3, 2),
        ("2/3", 4, 3),
        ("51/100", 100, 51),
        ("999/1000", 1000, 999),
        ("1/1", 7, 7),
    ],
)
def test_needed(share: str, of: int, enough: int) -> None:
    assert needed(share, of) == enough


@given(st.integers(1, 1000), st.integers(1, 1000), st.integers(1, 1024))
def test_needed_is_the_least_that_is_enough(part: int, whole: int, count: int) -> None:
    try:
        read_share(f"{part}/{whole}")
    except ValueError:
        return
    found = needed(f"{part}/{whole}", count)
    assert found <= count
    assert found * whole >= count * part
    assert 2 * found > count
    fewer = found - 1
    assert fewer * whole < count * part or 2 * fewer <= count


@pytest.mark.parametrize(
    ("begun", "term", "over"),
    [
        ("2027-01-31", "P1M", "2027-02-28"),
        ("2028-02-29", "P1Y", "2029-02-28"),
        ("2028-02-29", "P4Y", "2032-02-29"),
        ("2027-12-15", "P13M", "2029-01-15"),
        ("2027-12-31", "P1D", "2028-01-01"),
        ("2027-05-05", "P1461D", "2031-05-05"),
    ],
)
def test_term_end_is_a_day_of_the_calendar(begun: str, term: str, over: str) -> None:
    at, until = (
        datetime.fromisoformat(f"{one}T13:30").replace(tzinfo=UTC) for one in (begun, over)
    )
    assert term_end(term, int(at.timestamp())) == int(until.timestamp())
