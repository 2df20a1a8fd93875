"""From the difference of two rows of cells to the records that only one side has (§8.5).

Rules:

1. A cell is *pure* when it holds one record more of one side: its number is 1 or −1, and the check
   fits the short id. Taking that record out of its other cells makes more of them pure.
2. The other side may send anything: each record is found at most once, there are never more than
   cells, and what contradicts itself is an error. So work is bounded by what was asked for.
3. Decoded is only what leaves every cell empty; the caller compares the digests besides.
4. How many records differ is estimated from how large the sums are: they are random walks.

>>> from sync.sketch import SetKey, Sketch, pack_cells
>>> key = SetKey(bytes(32))
>>> theirs = Sketch(key, 64)
>>> theirs.add_many(b"".join(bytes([one]) * 16 for one in range(10)))
>>> decoder = Decoder(key, 10)
>>> decoder.feed(pack_cells(theirs.cells[:30]), [0] * 30)
>>> decoder.is_done, sorted(decoder.theirs) == sorted(key.shorts(bytes(16) + b"".join(
...     bytes([one]) * 16 for one in range(1, 10))))
(True, True)
"""

from collections.abc import Sequence

from sync.sketch import (
    MARKS,
    SHORT_BYTES,
    SYMBOL_BYTES,
    VALUE_BITS,
    VALUE_MASK,
    Item,
    SetKey,
    density,
)

COUNT_HALF, _COUNTS = 128, 256
SUM_HALF, _SUMS = 1 << (VALUE_BITS - 1), 1 << VALUE_BITS
_ONE_VALUE = 1 << 64


class UndecodableError(Exception):
    """These cells are of no difference of two sets."""


def _signed(value: int, half: int, whole: int) -> int:
    return (value + half) % whole - half


class Decoder:
    """Fed with cells in order; `theirs` and `ours` are what only one side has, as short ids."""

    def __init__(self, key: SetKey, net: int) -> None:
        """`net`: how many records more the other side has."""
        self._key, self._net = key, net
        self._counts: list[int] = []
        self._sums: list[int] = []
        self._found: dict[int, tuple[int, Item]] = {}
        self._mark = 0

    @property
    def cells(self) -> int:
        """How many were fed."""
        return len(self._counts)

    @property
    def theirs(self) -> list[int]:
        """Only the other side has these."""
        return [one for one, (sign, _item) in self._found.items() if sign > 0]

    @property
    def ours(self) -> list[int]:
        """Only this side has these."""
        return [one for one, (sign, _item) in self._found.items() if sign < 0]

    @property
    def mark(self) -> int:
        """By what the other side's digest is larger, as far as was decoded."""
        return self._mark % MARKS

    @property
    def is_done(self) -> bool:
        """Whether everything was decoded."""
        return bool(self._counts) and not any(self._counts) and not any(self._sums)

    def feed(self, symbols: bytes, own: Sequence[int]) -> None:
        """The next cells of the other side, and this side's; raises `UndecodableError`."""
        start = self.cells
        end = start + len(symbols) // SYMBOL_BYTES
        for at, mine in zip(range(0, len(symbols), SYMBOL_BYTES), own, strict=True):
            there = int.from_bytes(symbols[at : at + SYMBOL_BYTES], "big")
            self._counts.append(_signed((there >> VALUE_BITS) - (mine >> 96), COUNT_HALF, _COUNTS))
            self._sums.append(_signed((there - mine) & VALUE_MASK, SUM_HALF, _SUMS))
        for sign, item in self._found.values():
            self._take_out(sign, item, start, end)
        self._peel(list(range(start, end)))

    def _peel(self, waiting: list[int]) -> None:
        while waiting:
            cell = waiting.pop()
            sign = self._counts[cell]
            if sign not in (1, -1) or not 0 <= sign * self._sums[cell] < _ONE_VALUE:
                continue
            item = self._pure(sign * self._sums[cell])
            if item is None or not any(cell == hit for hit in item.hits(cell, cell + 1)):
                continue
            if item.short in self._found or len(self._found) >= self.cells:
                raise UndecodableError
            self._found[item.short] = sign, item
            self._mark += sign * item.mark
            waiting += self._take_out(sign, item, 0, self.cells)

    def _pure(self, value: int) -> Item | None:
        item = self._key.known((value >> 24).to_bytes(SHORT_BYTES, "big"))
        return item if item.value & (_ONE_VALUE - 1) == value else None

    def _take_out(self, sign: int, item: Item, start: int, end: int) -> list[int]:
        value, hits = item.value & (_ONE_VALUE - 1), list(item.hits(start, end))
        for cell in hits:
            self._counts[cell] = _signed(self._counts[cell] - sign, COUNT_HALF, _COUNTS)
            self._sums[cell] = _signed(self._sums[cell] - sign * value, SUM_HALF, _SUMS)
        return hits

    def estimate(self) -> int:
        """About how many records differ in all, with those found: within a fifth for 30 cells."""
        net = self._net - sum(sign for sign, _item in self._found.values())
        seen = [self._observed(cell, net) for cell in range(self.cells)]
        total = sum(value / weight for value, weight in seen) / len(seen)
        # Cells with hardly any record in them say less.
        weights = [max(total, 1) * weight / (2 * max(total, 1) * weight + 1) for _v, weight in seen]
        pairs = zip(seen, weights, strict=True)
        better = sum(rank * value / weight for (value, weight), rank in pairs) / sum(weights)
        return len(self._found) + max(round(better), abs(net), 1)

    def _observed(self, cell: int, net: int) -> tuple[float, float]:
        """A value whose mean is `weight` times the number of records that differ."""
        share = density(cell)
        expected = share * net
        number = self._counts[cell]  # modulo 256: the one next to what is expected
        number += _COUNTS * round((expected - number) / _COUNTS)
        walk = _signed(self._sums[cell] - number * (_ONE_VALUE // 2), SUM_HALF, _SUMS)
        values = 12 * (walk / _ONE_VALUE) ** 2
        return values + (number - expected) ** 2, share + share * (1 - share)
