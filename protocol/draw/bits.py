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


def nth(mask: int, place: int) -> int:
    """The number at a place, from 0, in the rising order of a set."""
    shift, width = 0, mask.bit_length()
    while width > 1:
        half = width >> 1
        low = mask & ((1 << half) - 1)
        count = low.bit_count()
        if place < count:
            mask, width = low, half
        else:
            mask, width, place, shift = mask >> half, width - half, place - count, shift + half
    return shift


def of(numbers: Iterable[int]) -> int:
    """The set of some numbers."""
    mask = 0
    for one in numbers:
        mask |= 1 << one
    return mask
