"""Coded symbols of a set: what decodes the difference of two sets, and nothing but that (§8.5).

Rateless set reconciliation after Yang, Gilad and Alizadeh (SIGCOMM 2024, arXiv 2402.02668): every
record adds its value to some cells of an endless row, ever fewer of those further out; the
difference of two sides' cells is the row of what only one of them has, and a cell with a single
record in it gives that record away.

Rules:

1. All of it hangs on a key that only the two nodes know: nobody chooses records that meet in a
   cell, or sum to nothing, for others.
2. A record is in cell 0, and in each later *block* of cells (1; 2; 3; 4–5; 6–7; 8–11; …) with
   probability ½, in a cell drawn at random. That has the density of the paper's mapping, some five
   per cent more symbols, and needs no loop for each record: 100,000 are placed block by block.
3. A cell keeps the number of its records and the sum of their values as one integer, so that
   adding a record is one addition; what travels of it is 10 bytes.

>>> key = SetKey(bytes(32))
>>> ours, both = key.item(bytes(15) + b"1"), key.item(bytes(15) + b"2")
>>> sketch = Sketch(key, 4)
>>> sketch.add(ours), sketch.add(both), sketch.remove(ours)
(None, None, None)
>>> sketch.count, sketch.total == both.mark, sketch.cells[0] == both.value
(1, True, True)
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from itertools import compress
from typing import NamedTuple

from crypto.blocks import BLOCK_BYTES, permutation
from crypto.hashing import keyed

ID_BYTES = BLOCK_BYTES
"""Of a record's id, what counts here: two records with the same 16 bytes take 2⁶⁴ tries."""

SHORT_BYTES = 5
"""Of a million records about one pair collides, in one pair of nodes, on one day."""

CHECK_BYTES = 3
"""A cell of several records passes for one of one record once in 16 million times."""

SYMBOL_BYTES = 10
"""One for the number, nine for the sum."""

SYMBOLS = 16_384
"""Of a set at most: differences of some 11,000 records. What differs more goes by list."""

ONE = 1 << 96
"""In a cell the number of records stands above the sum of their values: up to 2³² records."""

VALUE_BITS = 72
VALUE_MASK = (1 << VALUE_BITS) - 1
"""Of the sum, what travels: 64 bits of one value, and eight in which sums show their size."""

MARKS = 2**64
PART = 16_384
"""Records placed at a time: some MB."""

_HITS = bytes(one >> 7 for one in range(256))


class Block(NamedTuple):
    """Cells `start` to `start + size`."""

    start: int
    size: int


def _blocks() -> Iterator[Block]:
    yield Block(1, 1)
    for level in range(1, 14):
        size = 1 << (level - 1)
        yield Block(1 << level, size)
        yield Block((1 << level) + size, size)


BLOCKS = tuple(_blocks())
"""Blocks of the row after cell 0: each power of two in two halves, up to `SYMBOLS`."""

LEVELS = (64, 256, 1_024, 4_096, SYMBOLS)
"""How many cells a sketch has: whole blocks."""


def density(cell: int) -> float:
    """The share of all records that is in a cell."""
    return 1.0 if cell == 0 else 0.5 / (1 << max(0, cell.bit_length() - 2))


class Item(NamedTuple):
    """A record under a set key."""

    short: int
    value: int
    """Short id and check, and `ONE`."""
    mark: int
    """Its contribution to the digest of a set."""
    lanes: bytes
    """64 bytes: two for each block."""

    def hits(self, start: int, end: int) -> Iterator[int]:
        """Its cells from `start` to before `end`."""
        if start == 0 < end:
            yield 0
        for number, (first, size) in enumerate(BLOCKS):
            if first >= end:
                return
            if first + size > start and self.lanes[2 * number] & 128:
                lane = self.lanes[2 * number] << 8 | self.lanes[2 * number + 1]
                cell = first + (lane & (size - 1))
                if start <= cell < end:
                    yield cell


class SetKey:
    """A key of 32 bytes, and what it makes of record ids."""

    def __init__(self, key: bytes) -> None:
        self._shorts = permutation(keyed(key, b"short", BLOCK_BYTES))
        self._rest = permutation(keyed(key, b"check", BLOCK_BYTES))

    def item(self, record_id: bytes) -> Item:
        """Of a record, by (the first 16 bytes of) its id."""
        return self.known(self._shorts(record_id[:ID_BYTES])[:SHORT_BYTES])

    def known(self, short: bytes) -> Item:
        """Of a short id: nothing else is needed to find its cells."""
        seeds = b"".join(short + bytes(10) + bytes([one]) for one in range(5))
        made = self._rest(seeds)
        value = int.from_bytes(short + made[:CHECK_BYTES], "big")
        mark = int.from_bytes(made[8:16], "big")
        return Item(value >> 24, value | ONE, mark, made[16:])

    def shorts(self, ids: bytes) -> tuple[int, ...]:
        """Short ids of many records, whose ids stand one after the other."""
        count = len(ids) // ID_BYTES
        halves = struct.unpack(f">{2 * count}Q", self._shorts(ids))
        return tuple(one >> 24 for one in halves[::2])

    def place(self, ids: bytes, cells: list[int], start: int, end: int) -> int:
        """Add many records to `cells`, from `start` to before `end`; gives the sum of their marks.

        `start` and `end` are 0 or one of `LEVELS`.
        """
        total = 0
        for first in range(0, len(ids), PART * ID_BYTES):
            total += self._place(ids[first : first + PART * ID_BYTES], cells, start, end)
        return total % MARKS

    def _place(self, ids: bytes, cells: list[int], start: int, end: int) -> int:
        count, made = len(ids) // ID_BYTES, self._shorts(ids)
        seeds, values_raw = bytearray(len(ids)), bytearray(8 * count)
        for at in range(SHORT_BYTES):
            seeds[at::16] = values_raw[at::8] = made[at::16]
        first = self._rest(bytes(seeds))
        for at in range(CHECK_BYTES):
            values_raw[SHORT_BYTES + at :: 8] = first[at::16]
        values = [one | ONE for one in struct.unpack(f">{count}Q", values_raw)]
        if start == 0:
            cells[0] += sum(values)
        lanes = b""
        for number, block in enumerate(BLOCKS):
            if number % 8 == 0:
                seeds[15::16] = bytes([1 + number // 8]) * count
                lanes = b""  # made when a block needs them
            if block.start >= end:
                break
            if block.start >= start:
                lanes = lanes or self._rest(bytes(seeds))
                at = 2 * (number % 8)
                _add(cells, block, values, lanes[at::16], lanes[at + 1 :: 16])
        return sum(struct.unpack(f">{2 * count}Q", first)[1::2])


def _add(cells: list[int], block: Block, values: Sequence[int], high: bytes, low: bytes) -> None:
    """Add each of `values` to its cell of a block, if it is in one."""
    hit = high.translate(_HITS)
    start, size = block
    if size == 1:
        cells[start] += sum(compress(values, hit))
        return
    where: Iterator[int]
    if size <= 256:
        where = compress(low.translate(bytes(one & (size - 1) for one in range(256))), hit)
    else:
        mask = size - 1
        both = zip(compress(high, hit), compress(low, hit), strict=True)
        where = ((one << 8 | other) & mask for one, other in both)
    part = [0] * size
    for cell, value in zip(where, compress(values, hit), strict=True):
        part[cell] += value
    for cell, value in enumerate(part, start):
        cells[cell] += value


class Sketch:
    """A set under one key: how many, the sum of their marks, and the first cells."""

    __slots__ = ("cells", "count", "key", "total")

    def __init__(self, key: SetKey, cells: int) -> None:
        self.key, self.count, self.total = key, 0, 0
        self.cells = [0] * cells

    def add(self, item: Item) -> None:
        """A record came in."""
        self.count += 1
        self.total = (self.total + item.mark) % MARKS
        for cell in item.hits(0, len(self.cells)):
            self.cells[cell] += item.value

    def remove(self, item: Item) -> None:
        """A record that was in the set is gone."""
        self.count -= 1
        self.total = (self.total - item.mark) % MARKS
        for cell in item.hits(0, len(self.cells)):
            self.cells[cell] -= item.value

    def add_many(self, ids: bytes) -> None:
        """Many records came in: 1 to 2 µs for each."""
        self.count += len(ids) // ID_BYTES
        self.total = (self.total + self.key.place(ids, self.cells, 0, len(self.cells))) % MARKS

    def remove_many(self, ids: bytes) -> None:
        """Many records that were in the set are gone."""
        gone = [0] * len(self.cells)
        self.count -= len(ids) // ID_BYTES
        self.total = (self.total - self.key.place(ids, gone, 0, len(gone))) % MARKS
        self.cells = [cell - one for cell, one in zip(self.cells, gone, strict=True)]

    def join(self, other: "Sketch") -> None:
        """Take in another set under the same key, of which nothing is here."""
        self.count += other.count
        self.total = (self.total + other.total) % MARKS
        both = zip(self.cells, other.cells, strict=False)  # the rest is made where it is asked for
        self.cells = [cell + more for cell, more in both]

    def grow(self, cells: int, ids: Callable[[], bytes]) -> None:
        """Have at least so many cells; `ids` gives all that is in the set."""
        here = len(self.cells)
        if cells > here:
            size = next(one for one in LEVELS if one >= cells)
            self.cells += [0] * (size - here)
            self.key.place(ids(), self.cells, here, size)


def pack_cells(cells: Sequence[int]) -> bytes:
    """Cells as they travel: the number modulo 256, the sum modulo 2⁷²."""
    return b"".join(
        ((one >> 96 & 255) << VALUE_BITS | one & VALUE_MASK).to_bytes(SYMBOL_BYTES, "big")
        for one in cells
    )
