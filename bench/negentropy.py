"""How many bytes negentropy v1 takes for two sets: a model of its messages, to the byte.

Source: the protocol's text (github.com/hoytech/negentropy, `docs/negentropy-protocol-v1.md`). Items
are (time, id of 32 bytes), sorted. Ranges are compared by fingerprints of 16 bytes and split into
16; where a side has fewer than 32 items it lists ids. Without a limit on frames. Which fingerprints
are equal is worked out from the sets themselves: no hash is computed.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

SPLIT = 16
LIST_BELOW = 2 * SPLIT
ID_BYTES, FINGERPRINT_BYTES = 32, 16
VERSION_BYTES = 1
END = (1 << 62, b"")

Item = tuple[int, bytes]


class Cost(NamedTuple):
    """Bytes both ways, and round trips."""

    bytes: int
    round_trips: int


class Range(NamedTuple):
    """Up to before `upper`: nothing to say, a fingerprint (of these items), or a list of ids."""

    upper: Item
    mode: str
    lower: Item = (0, b"")


def cost(dialler: Sequence[Item], answerer: Sequence[Item]) -> Cost:
    """What it takes until the dialling side knows all differences. Both are sorted."""
    sides = (_Side(dialler), _Side(answerer))
    message = list(sides[0].split((0, b""), END))
    total, trips = _size(message, sides[0]), 0
    while True:
        message = _answer(message, sides[1], sides[0], lists=True)
        total += _size(message, sides[1])
        trips += 1
        message = _answer(message, sides[0], sides[1], lists=False)
        if all(one.mode == "skip" for one in message):
            return Cost(total, trips)
        total += _size(message, sides[0])


class _Side:
    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        sums, total = [0], 0
        for time, id_ in items:
            total ^= hash((time, id_))
            sums.append(total)
        self._sums = sums

    def bounds(self, lower: Item, upper: Item) -> tuple[int, int]:
        return bisect_left(self.items, lower), bisect_left(self.items, upper)

    def print(self, lower: Item, upper: Item) -> tuple[int, int]:
        start, end = self.bounds(lower, upper)
        return self._sums[start] ^ self._sums[end], end - start

    def split(self, lower: Item, upper: Item) -> Iterator[Range]:
        start, end = self.bounds(lower, upper)
        count = end - start
        if count < LIST_BELOW:
            yield Range(upper, "ids", lower)
            return
        each, more = divmod(count, SPLIT)
        at = start
        for number in range(SPLIT):
            at += each + (number < more)
            last = number == SPLIT - 1
            bound = upper if last else _between(self.items[at - 1], self.items[at])
            yield Range(bound, "print", lower)
            lower = bound


def _between(before: Item, after: Item) -> Item:
    """The shortest bound that tells two items apart."""
    if before[0] != after[0]:
        return after[0], b""
    shared = next(n for n in range(ID_BYTES) if before[1][n] != after[1][n])
    return after[0], after[1][: shared + 1]


def _answer(message: Sequence[Range], mine: _Side, theirs: _Side, lists: bool) -> list[Range]:
    found: list[Range] = []
    lower: Item = (0, b"")
    for one in message:
        equal = mine.print(lower, one.upper) == theirs.print(lower, one.upper)
        if one.mode == "skip" or (one.mode == "print" and equal):
            found.append(Range(one.upper, "skip", lower))
        elif one.mode == "ids":
            found.append(Range(one.upper, "ids" if lists else "skip", lower))
        else:
            found += mine.split(lower, one.upper)
        lower = one.upper
    while found and found[-1].mode == "skip":  # what comes last and says nothing is left out
        found.pop()
    return _merged(found)


def _merged(ranges: Sequence[Range]) -> list[Range]:
    """Neighbours that both say nothing are one."""
    merged: list[Range] = []
    for one in ranges:
        if merged and merged[-1].mode == one.mode == "skip":
            merged[-1] = Range(one.upper, "skip", merged[-1].lower)
        else:
            merged.append(one)
    return merged


def _size(message: Sequence[Range], sender: _Side) -> int:
    total, time = VERSION_BYTES, 0
    for one in message:
        upper, id_ = one.upper
        total += 1 if one.upper == END else _varint(upper - time + 1)
        time = time if one.upper == END else upper
        total += _varint(len(id_)) + len(id_) + 1
        if one.mode == "print":
            total += FINGERPRINT_BYTES
        elif one.mode == "ids":
            start, end = sender.bounds(one.lower, one.upper)
            total += _varint(end - start) + (end - start) * ID_BYTES
    return total


def _varint(value: int) -> int:
    return max(1, -(-value.bit_length() // 7))
