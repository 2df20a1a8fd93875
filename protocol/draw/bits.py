"""Sets of small numbers as integers.

>>> list(ones(0b10110)), of([1, 2, 4])
([1, 2, 4], 22)
"""

from collections.abc import Iterable, Iterator


def ones(mask: int) -> Iterator[int]:
    """The numbers in a set, the smallest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def first(mask: int) -> int:
    """The smallest number in a set that is not empty."""
    return (mask & -mask).bit_length() - 1


def of(numbers: Iterable[int]) -> int:
    """The set of some numbers."""
    mask = 0
    for one in numbers:
        mask |= 1 << one
    return mask
