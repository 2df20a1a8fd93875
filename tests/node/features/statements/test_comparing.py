"""How two groups compare: a table, and what holds for whatever two groups say."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.features.statements.comparing import Score, compare, ranked, relation
from protocol.statements import ANSWERS

NAMES = st.sampled_from("abcdefgh")
SAID = st.dictionaries(NAMES, st.sampled_from(ANSWERS))
SCORES = st.builds(lambda both, less: Score(max(0, 2 * both - less), both), st.integers(0, 5),
                   st.integers(0, 10))  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("agree", "agree", "same"),
        ("partly", "partly", "same"),
        ("no", "no", "same"),
        ("agree", "partly", "near"),
        ("no", "partly", "near"),
        ("agree", "no", "apart"),
        ("agree", None, None),
        (None, "no", None),
        (None, None, None),
    ],
)
def test_relation_of_two_answers(one: str | None, other: str | None, expected: str | None) -> None:
    assert (relation(one, other), relation(other, one)) == (expected, expected)


@pytest.mark.parametrize(
    ("score", "percent"),
    [
        (Score(0, 0), None),
        (Score(0, 3), 0),
        (Score(6, 3), 100),
        (Score(5, 3), 83),
        (Score(1, 3), 17),
        (Score(399, 200), 99),  # not 100: something differs
        (Score(1, 200), 1),  # not 0: something is alike
    ],
)
def test_percent(score: Score, percent: int | None) -> None:
    assert score.percent == percent


@given(SAID, SAID)
def test_comparison_is_symmetric(one: dict[str, str], other: dict[str, str]) -> None:
    assert compare(one, other) == compare(other, one)


@given(SAID, SAID, st.randoms(use_true_random=False))
def test_order_of_statements_makes_no_difference(
    one: dict[str, str], other: dict[str, str], random: Random
) -> None:
    shuffled = list(one.items())
    random.shuffle(shuffled)
    assert compare(dict(shuffled), other) == compare(one, other)


@given(SAID, SAID)
def test_only_what_both_answered_counts(one: dict[str, str], other: dict[str, str]) -> None:
    both = one.keys() & other.keys()
    alone = compare({n: one[n] for n in both}, {n: other[n] for n in both})
    assert compare(one, other) == alone
    assert alone.both == len(both)
    assert 0 <= alone.points <= 2 * alone.both


@given(SAID)
def test_who_says_the_same_is_wholly_alike(one: dict[str, str]) -> None:
    assert compare(one, one).share == (Fraction(1) if one else None)


@given(st.lists(SCORES, max_size=8))
def test_ranking(found: list[Score]) -> None:
    """The share decides, either way round; who has nothing to compare comes last; and the order
    in which groups come makes no difference."""
    numbered = [(score, number) for number, score in enumerate(found)]
    for different in (False, True):
        order = ranked(numbered, lambda one: one, different=different)
        assert ranked(numbered[::-1], lambda one: one, different=different) == order
        shares = [one[0].share for one in order]
        known = [share for share in shares if share is not None]
        assert known == sorted(known, reverse=not different)
        assert shares == [*known, *[None] * (len(shares) - len(known))]


def test_among_equals_those_come_first_with_whom_more_is_compared() -> None:
    rows = [("few", Score(2, 1)), ("many", Score(8, 4)), ("less", Score(2, 1))]
    order = ranked(rows, lambda row: (row[1], row[0]), different=False)
    assert [name for name, _score in order] == ["many", "few", "less"]
