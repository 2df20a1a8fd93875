"""Coded symbols by the letter of docs/protocol.md §8.5: one record at a time, nothing of `sync`.

Slow, and as close to the text as can be: vectors are made with it, and `sync` is compared to it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from crypto.hashing import digest, keyed

Cell = tuple[int, int]
"""Number of records, sum of their values."""


def record_id(number: int) -> bytes:
    """The id of a made-up record, as the vector files say: the digest of its number, 4 bytes."""
    return digest(number.to_bytes(4, "big"))


def set_key(one: bytes, other: bytes) -> bytes:
    """Of the salts of two sides."""
    return digest(b"verbund/sets/1" + min(one, other) + max(one, other))


def fresh_key(tag_key: bytes, round_: int) -> bytes:
    """Where that of the salts does not help."""
    return keyed(tag_key, b"fresh" + round_.to_bytes(4, "big"))


def _aes(key: bytes, block: bytes) -> bytes:
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)


class Coded(NamedTuple):
    """What a set key makes of a record."""

    short: bytes
    blocks: tuple[bytes, ...]

    @property
    def check(self) -> bytes:
        """3 bytes."""
        return self.blocks[0][:3]

    @property
    def mark(self) -> int:
        """What it adds to the digest."""
        return int.from_bytes(self.blocks[0][-8:], "big")

    @property
    def value(self) -> int:
        """What it adds to a cell."""
        return int.from_bytes(self.short + self.check, "big")

    @property
    def lanes(self) -> list[int]:
        """Where it is."""
        row = b"".join(self.blocks[1:])
        return [int.from_bytes(row[2 * n : 2 * n + 2], "big") for n in range(27)]

    def is_in(self, cell: int) -> bool:
        """Whether it is in this cell."""
        if cell == 0:
            return True
        number, first, size = block_of(cell)
        lane = self.lanes[number]
        return lane >= 2**15 and lane % size == cell - first

    def cells(self, end: int) -> list[int]:
        """All of its cells before `end`."""
        return [cell for cell in range(end) if self.is_in(cell)]


def block_of(cell: int) -> tuple[int, int, int]:
    """(number, first cell, how many cells) of the block in which a cell from 1 on is."""
    if cell == 1:
        return 0, 1, 1
    for k in range(1, 14):
        half = 2 ** (k - 1)
        if 2**k <= cell < 2**k + half:
            return 2 * k - 1, 2**k, half
        if 2**k + half <= cell < 2 ** (k + 1):
            return 2 * k, 2**k + half, half
    raise ValueError(cell)


def coded(key: bytes, id_: bytes) -> Coded:
    """Of a record's id."""
    return known(key, _aes(keyed(key, b"short", 16), id_[:16])[:5])


def known(key: bytes, short: bytes) -> Coded:
    """Of a short id."""
    k2 = keyed(key, b"check", 16)
    return Coded(short, tuple(_aes(k2, short + bytes(10) + bytes([j])) for j in range(5)))


def total(key: bytes, ids: Iterable[bytes]) -> bytes:
    """The digest of a set."""
    return (sum(coded(key, one).mark for one in ids) % 2**64).to_bytes(8, "big")


def row(key: bytes, ids: Iterable[bytes], end: int) -> list[Cell]:
    """The first cells of a set."""
    numbers, sums = [0] * end, [0] * end
    for one in (coded(key, id_) for id_ in ids):
        for cell in one.cells(end):
            numbers[cell] += 1
            sums[cell] += one.value
    return list(zip(numbers, sums, strict=True))


def travels(cells: Iterable[Cell]) -> bytes:
    """Cells as they travel."""
    return b"".join(
        (number % 2**8).to_bytes(1, "big") + (sum_ % 2**72).to_bytes(9, "big")
        for number, sum_ in cells
    )


def arrived(data: bytes) -> list[Cell]:
    """And back."""
    cells = [data[at : at + 10] for at in range(0, len(data), 10)]
    return [(one[0], int.from_bytes(one[1:], "big")) for one in cells]


class Decoded(NamedTuple):
    """What only one side has; `left`: cells that are not empty; `twice`: it contradicts itself."""

    a_alone: list[bytes]
    d_alone: list[bytes]
    left: int
    twice: bool


def decoded(key: bytes, a_cells: Sequence[Cell], d_cells: Sequence[Cell]) -> Decoded:
    """The difference of two rows, as far as it can be decoded."""
    cells = [
        (_signed(a[0] - d[0], 2**8), _signed(a[1] - d[1], 2**72))
        for a, d in zip(a_cells, d_cells, strict=True)
    ]
    found: dict[bytes, int] = {}
    while (pure := _pure(key, cells)) is not None:
        sign, one = pure
        if one.short in found:
            return Decoded(*_sides(found), _left(cells), True)
        found[one.short] = sign
        for at in one.cells(len(cells)):
            number, sum_ = cells[at]
            cells[at] = _signed(number - sign, 2**8), _signed(sum_ - sign * one.value, 2**72)
    return Decoded(*_sides(found), _left(cells), False)


def _pure(key: bytes, cells: Sequence[Cell]) -> tuple[int, Coded] | None:
    for at, (sign, sum_) in enumerate(cells):
        if sign in (1, -1) and 0 <= sign * sum_ < 2**64:
            one = known(key, (sign * sum_).to_bytes(8, "big")[:5])
            if one.value == sign * sum_ and one.is_in(at):
                return sign, one
    return None


def _signed(value: int, whole: int) -> int:
    return (value + whole // 2) % whole - whole // 2


def _sides(found: dict[bytes, int]) -> tuple[list[bytes], list[bytes]]:
    return (
        sorted(one for one, sign in found.items() if sign > 0),
        sorted(one for one, sign in found.items() if sign < 0),
    )


def _left(cells: Iterable[Cell]) -> int:
    return sum(cell != (0, 0) for cell in cells)
