"""Names in a list: their order by DIN 5007-1, and what a search finds."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.base.collating import digits, finds, searchable, sort_key

ORDERED = [
    "",
    "Adler",
    "Ähle",
    "Ahle-Meier",
    "Ahlers",
    "Åkesson",
    "Arger",
    "Ärger",
    "Assmann",
    "Aßmann",
    "de Boer",
    "De Boer",
    "Deal",
    "Müller",
    "Müller Zorn",
    "Mullerei",
    "Mustermann",
    "Mütze",
    "O'Brien",
    "Obst",
    "Öchsle",
    "Ofen",
    "Strasse",
    "Straße",
    "Strassen",
    "Zoë",
]
"""A blank before every letter; umlauts as their letters; accents and case decide at the end."""


def test_names_are_sorted_by_din_5007_1() -> None:
    assert sorted(set(ORDERED), key=sort_key) == ORDERED


def test_family_name_counts_before_the_given_one() -> None:
    names = [("Ärger", "Ada"), ("Arger", "Bea"), ("Ärger", "Cem"), ("Argus", "Ada")]
    assert sorted(names, key=lambda one: sort_key(*one)) == names


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_form_of_letters_makes_no_difference(form: str) -> None:
    name = unicodedata.normalize(form, "Jürgen Groß-Änderung")
    assert sort_key(name) == sort_key("Jürgen Groß-Änderung")
    assert searchable(name) == searchable("Jürgen Groß-Änderung")


SAME = [
    ("Müller", "Muller", "Mueller", "MÜLLER", "Mu\u0308ller", "mueller"),
    ("Böhm", "Bohm", "Boehm"),
    ("Jäger", "Jager", "Jaeger"),
    ("Weiß", "Weiss", "WEISS", "WEIẞ"),
    ("Groß-Gerau", "gross\u2011gerau", "Gross\u2013Gerau"),
    ("O’Brien", "O'Brien", "O\u00b4Brien"),
    ("Søren", "Soren", "Soeren"),
]
OTHER = [("Müller", "Miller"), ("Weiß", "Weis"), ("Boehm", "Behm"), ("Bauer", "Biener")]


@pytest.mark.parametrize("names", SAME)
def test_each_spelling_finds_each_other(names: tuple[str, ...]) -> None:
    for one in names:
        for other in names:
            assert finds(one, searchable(other)), (one, other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_name_is_not_found(one: str, other: str) -> None:
    assert not finds(one, searchable(other))


def test_part_of_a_name_finds_it_also_behind_an_e() -> None:
    for part in ("ü", "mül", "muel", "ller", "eller", "MÜLL"):
        assert finds(part, searchable("Mueller")), part


def test_nothing_finds_nothing() -> None:
    assert not finds("", searchable("Müller"))
    assert not finds("  ", searchable("Müller"))


def test_numbers_are_found_however_they_are_written() -> None:
    assert digits("+49 (431) 123-45") == "4943112345"


@given(st.text(max_size=30))
def test_each_text_finds_itself(text: str) -> None:
    assert finds(text, searchable(text)) or not searchable(text)
