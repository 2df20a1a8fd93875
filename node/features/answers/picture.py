"""Who comes as a small picture: one bar, yes, maybe and no side by side, and where it is full.

Only numbers, in the units of a `viewBox`; the template draws them. The table behind it says all of
it in words.
"""

from dataclasses import dataclass

WIDTH, HEIGHT = 720, 48


@dataclass(frozen=True, slots=True)
class Picture:
    """Where each part begins and how wide it is; `full`: where the last seat is, if anywhere."""

    yes: tuple[float, float]
    maybe: tuple[float, float]
    no: tuple[float, float]
    full: float | None


def picture(yes: int, maybe: int, no: int, capacity: int | None) -> Picture | None:
    """The picture; None if nobody said anything.

    >>> picture(2, 1, 1, 8)
    Picture(yes=(0.0, 180.0), maybe=(180.0, 90.0), no=(270.0, 90.0), full=720.0)
    """
    if yes + maybe + no == 0:
        return None
    unit = WIDTH / max(yes + maybe + no, capacity or 0)

    def part(before: int, count: int) -> tuple[float, float]:
        return round(before * unit, 1), round(count * unit, 1)

    return Picture(
        part(0, yes),
        part(yes, maybe),
        part(yes + maybe, no),
        None if capacity is None else round(capacity * unit, 1),
    )
