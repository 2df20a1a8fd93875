"""`crypto.archive`: round trips, and every way in which a file can be wrong."""

import io
from collections.abc import Iterable

import pytest

from crypto.archive import CHUNK_BYTES, HEAD_BYTES, MAGIC, VERSION, open_stream, seal_stream
from crypto.channel import FRAME_OVERHEAD_BYTES, HEADER_BYTES
from crypto.errors import BadArchive, BadKey, WrongWords
from crypto.sealing import SealingKey

WORDS = SealingKey(bytes(range(32)))
KEY = bytes(range(100, 132))
FIRST = HEAD_BYTES + HEADER_BYTES
FULL = CHUNK_BYTES + FRAME_OVERHEAD_BYTES


def sealed(*parts: bytes) -> bytes:
    return b"".join(seal_stream(parts, WORDS.public, KEY))


def read(data: bytes, words: SealingKey = WORDS) -> bytes:
    return b"".join(open_stream(io.BytesIO(data).read, words))


def three_chunks() -> tuple[bytes, bytes]:
    inside = bytes(number % 251 for number in range(2 * CHUNK_BYTES + 1000))
    return inside, sealed(inside)


@pytest.mark.parametrize(
    "size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES]
)
def test_round_trip(size: int) -> None:
    inside = bytes(size)
    assert read(sealed(inside)) == inside
    assert len(sealed(inside)) == FIRST + size + (size // CHUNK_BYTES + 1) * FRAME_OVERHEAD_BYTES


@pytest.mark.parametrize("parts", [(), (b"",), (b"a", b"", b"b"), (bytes(CHUNK_BYTES), b"x")])
def test_parts_do_not_matter(parts: Iterable[bytes]) -> None:
    assert read(sealed(*parts)) == b"".join(parts)


LENGTHS = {
    "nothing": 0,
    "in the first words": 5,
    "before the version": len(MAGIC),
    "in the version": len(MAGIC) + 1,
    "before the sealed key": len(MAGIC + VERSION),
    "in the sealed key": HEAD_BYTES - 1,
    "before the header": HEAD_BYTES,
    "in the header": FIRST - 1,
    "before the first chunk": FIRST,
    "in the tag of the first chunk": FIRST + 3,
    "in the first chunk": FIRST + 30_000,
    "after the first chunk": FIRST + FULL,
    "in the second chunk": FIRST + FULL + 30_000,
    "after the second chunk": FIRST + 2 * FULL,
    "in the last chunk": FIRST + 2 * FULL + 30,
    "one byte short": -1,
}


@pytest.mark.parametrize("cut", LENGTHS)
def test_cut(cut: str) -> None:
    _inside, data = three_chunks()
    with pytest.raises(BadArchive):
        read(data[: LENGTHS[cut]])


REGIONS = {
    "magic": 0,
    "version": len(MAGIC),
    "sealed key": len(MAGIC + VERSION) + 40,
    "header": HEAD_BYTES + 3,
    "tag": FIRST,
    "first chunk": FIRST + 500,
    "second chunk": FIRST + FULL + 500,
    "last chunk": FIRST + 2 * FULL + 500,
    "last byte": -1,
}


@pytest.mark.parametrize("region", REGIONS)
def test_altered(region: str) -> None:
    _inside, data = three_chunks()
    changed = bytearray(data)
    changed[REGIONS[region]] ^= 1
    with pytest.raises(BadArchive):
        read(bytes(changed))


def test_put_together_otherwise() -> None:
    """Longer, reordered, repeated, left out, or with another file's beginning."""
    _inside, data = three_chunks()
    head, one, two = data[:FIRST], data[FIRST : FIRST + FULL], data[FIRST + FULL : FIRST + 2 * FULL]
    last = data[FIRST + 2 * FULL :]
    other = sealed(bytes(10))
    for wrong in (
        data + b"x",
        data + last,
        head + two + one + last,
        head + one + one + two + last,
        head + one + last,
        head + last,
        other[:FIRST] + one + two + last,
    ):
        with pytest.raises(BadArchive):
            read(wrong)


def test_other_words() -> None:
    with pytest.raises(WrongWords):
        read(sealed(b"x"), SealingKey(bytes(32)))


def test_keys_are_looked_at() -> None:
    with pytest.raises(BadKey):
        list(seal_stream([b"x"], bytes(32), KEY))
    with pytest.raises(BadKey):
        list(seal_stream([b"x"], WORDS.public, bytes(31)))
