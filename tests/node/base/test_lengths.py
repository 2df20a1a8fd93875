"""Lengths of time as people type them (node.base.lengths)."""

import pytest

from node.base.lengths import read_minutes

LENGTHS = [
    ("2 Stunden", 120),
    ("1,5 h", 90),
    ("1.5 hours", 90),
    ("1 Std. 30 Min.", 90),
    ("1 Stunde und 30 Minuten", 90),
    ("1 hour and 30 minutes", 90),
    ("1h30", 90),
    ("1:30 h", 90),
    ("90 min", 90),
    ("2½ Stunden", 150),
    ("2 1/2 h", 150),
    ("eine halbe Stunde", 30),
    ("half an hour", 30),
    ("anderthalb Stunden", 90),
    ("drei Tage", 4_320),
    ("1 Tag 1 Stunde", 1_500),
    ("für 2 Stunden", 120),
    ("0 min", 0),
    ("0,01 min", 1),
    ("2", None),
    ("19 Uhr", None),
    ("21:00", None),
    ("", None),
    ("Stunden", None),
    ("2 Stunden danach", None),
    ("x" * 100, None),
]


@pytest.mark.parametrize(("text", "minutes"), LENGTHS)
def test_length(text: str, minutes: int | None) -> None:
    assert read_minutes(text) == minutes
    assert read_minutes(f" {text.upper()} ") == minutes
