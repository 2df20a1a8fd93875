"""Joins and exits by month as a small picture: bars up and down, and a line for all members.

Only numbers, in the units of a `viewBox`; the template draws them. The table behind it says all of
it in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from node.features.members.counts import Month

WIDTH, HEIGHT = 720, 220
TOP, BOTTOM = 16, 28
"""Room for the largest number above, and the years below."""
MONTHS = 36
"""The newest: three years can be told apart at the width of a phone."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: where its upper left corner is, its width and height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn. `years`: where a year begins, and which."""

    joined: tuple[Bar, ...]
    left: tuple[Bar, ...]
    line: str
    middle: float
    years: tuple[tuple[float, str], ...]
    most_members: int
    most_moved: int


def picture(months: Sequence[Month]) -> Picture | None:
    """The picture of the newest months; None if there is nothing to see."""
    some = months[-MONTHS:]
    if len(some) < 2:
        return None
    room = HEIGHT - TOP - BOTTOM
    moved = max(1, *(max(one.joined, one.left) for one in some))
    most = max(1, *(one.members for one in some))
    up = max((one.joined for one in some), default=0)
    down = max((one.left for one in some), default=0)
    middle = TOP + room * (up or 1) / ((up or 1) + down)
    unit = room / ((up or 1) + down)
    step = WIDTH / len(some)
    places = [(at * step, one) for at, one in enumerate(some)]
    line = " ".join(
        f"{x + step / 2:.1f},{TOP + room * (1 - one.members / most):.1f}" for x, one in places
    )
    return Picture(
        tuple(
            Bar(round(x + step * 0.2, 1), round(middle - one.joined * unit, 1),
                round(step * 0.6, 1), round(one.joined * unit, 1))
            for x, one in places if one.joined
        ),
        tuple(
            Bar(round(x + step * 0.2, 1), round(middle, 1),
                round(step * 0.6, 1), round(one.left * unit, 1))
            for x, one in places if one.left
        ),
        line,
        round(middle, 1),
        tuple((round(x, 1), one.month[:4]) for x, one in places if one.month.endswith("-01")),
        most,
        moved,
    )  # fmt: skip
