"""Coded symbols (docs/protocol.md §8.5): `sync.sketch` against the text, one record at a time."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.hashing import digest
from sync import sketch
from sync.sketch import LEVELS, SYMBOLS, SetKey, Sketch, density, pack_cells
from tests.protocol.making import naive

KEY = bytes(range(32))
KEYED = SetKey(KEY)
IDS = st.lists(st.binary(min_size=16, max_size=16), max_size=120, unique=True)
MASK = 2**64 - 1


def ids_of(numbers: Sequence[int] | range) -> list[bytes]:
    return [naive.record_id(one)[:16] for one in numbers]


def built(ids: Sequence[bytes], cells: int) -> Sketch:
    """A record at a time."""
    made = Sketch(KEYED, cells)
    for one in ids:
        made.add(KEYED.item(one))
    return made


def same(one: Sketch, other: Sketch) -> bool:
    return (one.count, one.total, one.cells) == (other.count, other.total, other.cells)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=32))
def test_item_as_in_the_text(key: bytes, id_: bytes) -> None:
    item, text = SetKey(key).item(id_), naive.coded(key, id_)
    assert item.short.to_bytes(5, "big") == text.short
    assert item.value == text.value + (1 << 96)
    assert item.mark == text.mark
    assert list(item.hits(0, 1_024)) == text.cells(1_024)
    assert SetKey(key).known(text.short) == item
    assert SetKey(key).shorts(id_[:16] * 2) == (item.short,) * 2


@given(st.integers(0, SYMBOLS), st.integers(0, SYMBOLS), st.integers(0, 200))
def test_hits_of_a_part(start: int, end: int, number: int) -> None:
    item = KEYED.item(naive.record_id(number))
    every = item.hits(0, SYMBOLS)
    assert list(item.hits(start, end)) == [one for one in every if start <= one < end]


def test_blocks_cover_the_row() -> None:
    """Each cell is in the block that the text says."""
    cells = [0]
    for number, (start, size) in enumerate(sketch.BLOCKS):
        cells += range(start, start + size)
        for cell in (start, start + size - 1):
            assert naive.block_of(cell) == (number, start, size)
    assert cells == list(range(SYMBOLS))
    assert set(LEVELS) <= {start + size for start, size in sketch.BLOCKS}


def test_density() -> None:
    """A half in each block, at a cell drawn at random."""
    assert [density(cell) for cell in (0, 1, 2, 3, 4, 7, 8)] == [1, *[0.5] * 3, *[0.25] * 2, 0.125]
    for start, size in sketch.BLOCKS:
        assert density(start) == density(start + size - 1) == 0.5 / size
    assert all(1 <= density(cell) * cell < 2 for cell in range(2, SYMBOLS))
    items = [KEYED.item(one) for one in ids_of(range(4_000))]
    for cell in (0, 1, 5, 40, 200):
        expected = 4_000 * density(cell)
        hit = sum(1 for item in items if list(item.hits(cell, cell + 1)))
        assert abs(hit - expected) <= 5 * expected**0.5


@settings(max_examples=30, deadline=None)
@given(IDS, st.sampled_from([64, 256]))
def test_bulk_singly_and_by_the_letter(ids: list[bytes], cells: int) -> None:
    bulk, single = Sketch(KEYED, cells), built(ids, cells)
    bulk.add_many(b"".join(ids))
    assert same(bulk, single)
    assert pack_cells(bulk.cells) == naive.travels(naive.row(KEY, ids, cells))
    assert bulk.total.to_bytes(8, "big") == naive.total(KEY, ids)


def test_bulk_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """More records than are placed at a time, in all levels: every width of a lane is met."""
    monkeypatch.setattr(sketch, "PART", 300)
    ids = ids_of(range(1_000))
    bulk = Sketch(KEYED, SYMBOLS)
    bulk.add_many(b"".join(ids))
    assert same(bulk, built(ids, SYMBOLS))


@given(st.data(), IDS)
def test_any_order_is_anew(data: st.DataObject, ids: list[bytes]) -> None:
    """Records come and go, one by one and many at once: what is left counts, not how."""
    found, here = Sketch(KEYED, 64), []
    gone = data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []
    for one in data.draw(st.permutations([*((1, one) for one in ids)])):
        here.append(one[1])
        found.add(KEYED.item(one[1]))
    single = data.draw(st.integers(0, len(gone)))
    for one in gone[:single]:
        found.remove(KEYED.item(one))
    found.remove_many(b"".join(gone[single:]))
    assert same(found, built([one for one in ids if one not in gone], 64))


def test_empty_again() -> None:
    found = built(ids_of(range(300)), 256)
    found.remove_many(b"".join(ids_of(range(300))))
    assert same(found, Sketch(KEYED, 256))


class Mentioned:
    """Ids, and how often somebody asked for them."""

    def __init__(self, ids: Sequence[bytes]) -> None:
        self.ids, self.times = b"".join(ids), 0

    def __call__(self) -> bytes:
        self.times += 1
        return self.ids


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 150), st.sampled_from(LEVELS[:4]), st.lists(st.integers(1, 1_100), max_size=3)
)
def test_grow(count: int, cells: int, ends: list[int]) -> None:
    """As if it had been built larger; never smaller; no record is looked at in vain."""
    ids = ids_of(range(count))
    found = built(ids, cells)
    for end in ends:
        before = len(found.cells)
        asked = Mentioned(ids)
        found.grow(end, asked)
        assert len(found.cells) >= max(end, before)
        assert asked.times == (end > before)
    assert same(found, built(ids, len(found.cells)))
    assert len(found.cells) in LEVELS


def test_grow_to_all() -> None:
    ids = ids_of(range(100))
    found = built(ids, 64)
    found.grow(SYMBOLS, lambda: b"".join(ids))
    assert same(found, built(ids, SYMBOLS))
    with pytest.raises(StopIteration):  # nobody asks for more: it is looked at before
        found.grow(SYMBOLS + 1, lambda: b"".join(ids))


def test_packed_modulo() -> None:
    """The number modulo 256, the sum modulo 2⁷²."""
    cell = (300 << 96) + 2**80 + 5
    assert pack_cells([cell, 0]).hex() == "2c" + f"{5:018x}" + 20 * "0"


def test_another_key_another_row() -> None:
    one, other = SetKey(bytes(32)), SetKey(bytes(31) + b"\1")
    id_ = digest(b"record")
    assert one.item(id_).short != other.item(id_).short
    assert one.known(bytes(5)).value != other.known(bytes(5)).value
