"""How two groups compare: by what both answered, and by nothing else.

Rules:

1. only answers to the text that stands are compared, and only those of groups;
2. equal answers count 2, `partly` beside another one 1, `agree` beside `no` 0; the share is their
   sum by twice their number. Topics of the groups' entries are laid side by side, and not counted;
3. who is compared with whom, and in which order statements come, makes no difference.

>>> compare({"a": "agree", "b": "no", "c": "agree"}, {"a": "partly", "b": "no", "d": "no"})
Score(points=3, both=2)
>>> Score(3, 2).percent, Score(0, 0).percent
(75, None)
"""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

SAME, NEAR, APART = "same", "near", "apart"
POINTS = {SAME: 2, NEAR: 1, APART: 0}
WHOLE = POINTS[SAME]


class Score(NamedTuple):
    """How alike two are: `points` of at most twice `both`, the statements that both answered."""

    points: int
    both: int

    @property
    def share(self) -> Fraction | None:
        """From 0 to 1; None where there is nothing to compare."""
        return Fraction(self.points, WHOLE * self.both) if self.both else None

    @property
    def percent(self) -> int | None:
        """The same in whole percent; 100 and 0 are exact: who differs in one thing has less."""
        if self.share is None:
            return None
        if self.share in (0, 1):
            return int(self.share * 100)
        return min(99, max(1, int(self.share * 100 + Fraction(1, 2))))


def relation(one: str | None, other: str | None) -> str | None:
    """`same`, `near` or `apart`; None unless both answered."""
    if one is None or other is None:
        return None
    if one == other:
        return SAME
    return NEAR if "partly" in (one, other) else APART


def score(relations: Iterable[str | None]) -> Score:
    """The score of some statements."""
    counted = [POINTS[one] for one in relations if one is not None]
    return Score(sum(counted), len(counted))


def compare(one: Mapping[str, str], other: Mapping[str, str]) -> Score:
    """By what two groups answered: statement → answer."""
    return score(relation(one[name], other[name]) for name in one.keys() & other.keys())


def ranked(
    found: Iterable[T], key: Callable[[T], tuple[Score, Any]], *, different: bool
) -> list[T]:
    """The most alike first, or the most different; then with whom more is compared. `key`: score,
    and what decides among equals. Who answered nothing that the other did comes last."""

    def place(one: T) -> tuple[Any, ...]:
        said, last = key(one)
        sign = 1 if different else -1
        return said.share is None, sign * (said.share or 0), -said.both, last

    return sorted(found, key=place)
