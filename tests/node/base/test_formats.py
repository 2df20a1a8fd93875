"""Dates, lengths of time, numbers and lists in both languages."""

import doctest

import pytest

from node.base import formats
from node.texts import Texts

DE, EN = Texts("de"), Texts("en")


def test_examples_in_the_module() -> None:
    assert doctest.testmod(formats).failed == 0


@pytest.mark.parametrize(
    ("starts", "zone", "minutes", "german", "english"),
    [
        (
            "2026-12-05T19:00",
            "Europe/Berlin",
            None,
            "Sa, 5. Dezember 2026, 19:00 Uhr (Europe/Berlin)",
            "Sat, 5 December 2026, 19:00 (Europe/Berlin)",
        ),
        (
            "2024-02-29T07:05",
            None,
            60,
            "Do, 29. Februar 2024, 07:05 Uhr, 1 Stunde",
            "Thu, 29 February 2024, 07:05, 1 hour",
        ),
        ("tomorrow", "Europe/Berlin", 60, "tomorrow", "tomorrow"),
    ],
)
def test_when(
    starts: str, zone: str | None, minutes: int | None, german: str, english: str
) -> None:
    assert formats.when(starts, zone, minutes, DE) == german
    assert formats.when(starts, zone, minutes, EN) == english


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_and_weekday_has_a_name(month: int) -> None:
    for texts in (DE, EN):
        for day in range(1, 8):
            starts = f"2026-{month:02}-{day:02}T10:00"
            assert "2026, 10:00" in formats.when(starts, None, None, texts)
            assert formats.leaf(starts, texts) is not None


def test_no_leaf_without_a_date() -> None:
    assert formats.leaf("soon", DE) is None


def test_day() -> None:
    assert formats.day(0, DE) == "1. Januar 1970"
    assert formats.day(10**18, DE) == str(10**18)


@pytest.mark.parametrize(
    ("minutes", "german"),
    [
        (1, "1 Minute"),
        (90, "1 Stunde 30 Minuten"),
        (1440, "1 Tag"),
        (44_640, "31 Tage"),
        (1501, "1 Tag 1 Stunde 1 Minute"),
        (0, "0 Minuten"),
    ],
)
def test_duration(minutes: int, german: str) -> None:
    assert formats.duration(minutes, DE) == german


def test_number() -> None:
    assert [formats.number(n, DE) for n in (0, 999, 1000, 1234567)] == [
        "0",
        "999",
        "1.000",
        "1.234.567",
    ]
    assert formats.number(1000, EN) == "1,000"


@pytest.mark.parametrize(
    ("words", "german"),
    [([], ""), (["a"], "a"), (["a", "b"], "a und b"), (["a", "b", "c"], "a, b und c")],
)
def test_list_words(words: list[str], german: str) -> None:
    assert formats.list_words(words, DE) == german
