"""Which names mean the same, whatever keyboard, system and habit they were typed with."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.base.naming import best, fold, folds, near, parts, respelled, same

SAME = [
    ("Gießen", "GIESSEN"),
    ("Gießen", "giessen"),
    ("Müller", unicodedata.normalize("NFD", "MÜLLER")),
    ("Müller", "Mueller"),
    ("Müller", "muller"),
    ("Äpfel", "aepfel"),
    ("\u0130stanbul", "istanbul"),
    ("I\u015eIK", "\u0131\u015f\u0131k"),
    ("D\u0131yarbak\u0131r", "DIYARBAKIR"),
    ("Kids\u2019 Club", "kids' club"),
    ("O\u00b4Brien", "o'brien"),
    ("D\u00b4Ávila", "D'Avila"),
    ("„Wir“ e. V.", '"wir" e. V.'),
    ("Köln–Bonn", "Koeln-Bonn"),
    ("Smørrebrød", "smorrebrod"),
    ("Café  Zwölf", " cafe zwoelf "),
    ("Al\u200bpha", "alpha"),
    ("\uff21lpha", "alpha"),
]
DIFFERENT = [
    ("Muller", "Mueller"),
    ("Nord", "Nord e. V."),
    ("Masse", "Mase"),
    ("\u0425\u043e\u0440", "Xop"),
    ("A", "B"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_however_it_is_typed(one: str, other: str) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names(one: str, other: str) -> None:
    assert not same(one, other)


@given(st.text())
def test_folding_ends(text: str) -> None:
    for one in folds(text):
        assert fold(one) == one
    assert fold(text) in folds(text)


NAMED = [(1, "Chor"), (2, "CHOR"), (3, "Frauenchor"), (4, "Gießen hilft"), (5, "Giessen hilft")]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Chor", [1]),  # exactly
        ("CHOR", [2]),
        ("chor", [1, 2]),  # folded: two
        ("frauenCHOR", [3]),
        ("Gießen hilft", [4]),
        ("GIESSEN HILFT", [4, 5]),
        ("", []),
        ("\u200b", []),
    ],
)
def test_exactly_before_folded(text: str, meant: list[int]) -> None:
    assert best(text, NAMED) == meant


def test_parts_are_of_three_letters() -> None:
    assert parts("gießen", NAMED) == [4, 5]
    assert parts("cho", NAMED) == [1, 2, 3]
    assert parts("ch", NAMED) == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Winterat", ["Winterrat"]),
        ("wintrerat", ["Winterrat"]),
        ("Mitläufr", ["Die Mitläufer"]),
        ("die mitlaufer", ["Die Mitläufer"]),
        ("Nachbarschafstrat", ["Nachbarschaftsrat Gießen", "Nachbarschaftsrat Süd"]),
        ("xyz", []),
        ("a", []),
        ("x" * 100_000, []),
    ],
)
def test_near_misses(text: str, meant: list[str]) -> None:
    names = ["Winterrat", "Die Mitläufer", "Nachbarschaftsrat Süd", "Nachbarschaftsrat Gießen"]
    assert sorted(near(text, names)) == meant


def test_words_of_an_index_that_are_spelled_otherwise() -> None:
    assert respelled("Mühle und Straße in Nord") == " muehle strasse"
    assert respelled("Chor") == ""
