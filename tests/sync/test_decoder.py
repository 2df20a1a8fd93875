"""Decoding a difference (docs/protocol.md §8.5): all there is, or an error, in bounded work."""

import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.decoder import Decoder, UndecodableError
from sync.sketch import SetKey, Sketch, pack_cells
from tests.protocol.making import naive

KEY = bytes(reversed(range(32)))
KEYED = SetKey(KEY)


def sketch(numbers: Iterable[int], cells: int = 1_024) -> Sketch:
    made = Sketch(KEYED, cells)
    made.add_many(b"".join(naive.record_id(one)[:16] for one in numbers))
    return made


def shorts(numbers: Iterable[int]) -> list[int]:
    return sorted(KEYED.shorts(b"".join(naive.record_id(one)[:16] for one in numbers)))


def decoded(theirs: Sketch, ours: Sketch, steps: Iterable[int]) -> Decoder:
    """Fed step by step until it is done."""
    decoder = Decoder(KEYED, theirs.count - ours.count)
    for end in steps:
        start = decoder.cells
        decoder.feed(pack_cells(theirs.cells[start:end]), ours.cells[start:end])
        if decoder.is_done:
            break
    return decoder


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 300), st.integers(0, 300), st.integers(0, 400), st.integers(0, 2**20),
    st.lists(st.integers(1, 1_023), max_size=6, unique=True),
)  # fmt: skip
def test_any_difference(a: int, d: int, both: int, seed: int, steps: list[int]) -> None:
    """In any steps; one-sided too, and none at all."""
    first = seed * 1_100
    common = range(first, first + both)
    alone = range(first + 400, first + 400 + a)
    mine = range(first + 700, first + 700 + d)
    theirs, ours = sketch([*common, *alone]), sketch([*common, *mine])
    decoder = decoded(theirs, ours, [*sorted(steps), 1_024])
    if not decoder.is_done:  # 1.7 cells for each of 600 are enough nearly always
        assert a + d > 500
        return
    assert sorted(decoder.theirs) == shorts(alone)
    assert sorted(decoder.ours) == shorts(mine)
    assert decoder.mark == (theirs.total - ours.total) % 2**64


@given(st.integers(0, 3), st.integers(0, 3))
def test_as_by_the_letter(a: int, d: int) -> None:
    one, other = [naive.record_id(n) for n in range(a)], [naive.record_id(9 + n) for n in range(d)]
    by_letter = naive.decoded(KEY, naive.row(KEY, one, 64), naive.row(KEY, other, 64))
    decoder = decoded(sketch(range(a)), sketch(range(9, 9 + d)), [64])
    assert [x.to_bytes(5, "big") for x in sorted(decoder.theirs)] == by_letter.a_alone
    assert [x.to_bytes(5, "big") for x in sorted(decoder.ours)] == by_letter.d_alone


@pytest.mark.parametrize(("there", "here"), [(700, 0), (0, 700), (1_000, 300)])
def test_numbers_beyond_a_byte(there: int, here: int) -> None:
    """Cell 0 counts modulo 256."""
    theirs, ours = sketch(range(there), 4_096), sketch(range(here), 4_096)
    decoder = decoded(theirs, ours, [2_500])
    assert decoder.is_done
    found = sorted([*decoder.theirs, *decoder.ours])
    assert found == shorts(range(min(there, here), max(there, here)))


def test_nothing_fed_is_not_done() -> None:
    assert not Decoder(KEYED, 0).is_done


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=6), st.integers(-300, 2**32))
def test_garbage(parts: list[bytes], net: int) -> None:
    """Any bytes: an end, one kind of error, and no more found than there are cells."""
    decoder = Decoder(KEYED, net)
    for part in parts:
        cells = part[: len(part) // 10 * 10] * 8
        try:
            decoder.feed(cells, [0] * (len(cells) // 10))
        except UndecodableError:
            break
        assert len(decoder.theirs) + len(decoder.ours) <= decoder.cells
        if decoder.cells:
            assert decoder.estimate() >= 1


VALUE = {n: KEYED.item(naive.record_id(n)).value & (2**64 - 1) for n in range(60)}
CELL = st.one_of(
    st.binary(min_size=10, max_size=10),
    st.builds(
        lambda sign, n: (
            (sign % 256).to_bytes(1, "big") + (sign * VALUE[n] % 2**72).to_bytes(9, "big")
        ),
        st.sampled_from([1, -1, 2]),
        st.sampled_from(sorted(VALUE)),
    ),
    st.just(bytes(10)),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(CELL, min_size=1, max_size=64), max_size=4))
def test_crafted(parts: list[list[bytes]]) -> None:
    """Cells made of real records, wherever they do not belong."""
    decoder = Decoder(KEYED, 0)
    try:
        for part in parts:
            decoder.feed(b"".join(part), [0] * len(part))
            assert len(decoder.theirs) + len(decoder.ours) <= decoder.cells
    except UndecodableError:
        return
    if decoder.is_done:
        marks = [KEYED.known(one.to_bytes(5, "big")).mark for one in decoder.theirs]
        less = [KEYED.known(one.to_bytes(5, "big")).mark for one in decoder.ours]
        assert decoder.mark == (sum(marks) - sum(less)) % 2**64


@pytest.mark.parametrize("sign", [1, -1])
def test_record_that_is_found_twice(sign: int) -> None:
    """In one of its cells alone: taking it out leaves its opposite in the others."""
    item = KEYED.item(naive.record_id(0))
    cell = (sign % 256).to_bytes(1, "big") + (sign * VALUE[0] % 2**72).to_bytes(9, "big")
    last = max(item.hits(0, 64))
    with pytest.raises(UndecodableError):
        Decoder(KEYED, 0).feed(bytes(10 * last) + cell, [0] * (last + 1))


def test_both_signs_of_a_record() -> None:
    """Found as A's in one cell, as D's in a later one."""
    item = KEYED.item(naive.record_id(0))
    decoder = Decoder(KEYED, 0)
    decoder.feed(b"\1" + VALUE[0].to_bytes(9, "big"), [0])
    assert decoder.is_done
    later = next(cell for cell in item.hits(1, 64))
    with pytest.raises(UndecodableError):
        decoder.feed(bytes(10 * later), [0] * later)


def test_more_records_than_cells() -> None:
    """Twelve records, each pure, in eight cells: no set looks like that."""
    pure = b"".join(
        b"\1"
        + VALUE[
            next(n for n in VALUE if list(KEYED.item(naive.record_id(n)).hits(c, c + 1)))
        ].to_bytes(9, "big")
        for c in range(8)
    )
    with pytest.raises(UndecodableError):
        Decoder(KEYED, 0).feed(pure, [0] * 8)


# How many differ

SEEDS = 60


@pytest.mark.parametrize("differ", [20, 60, 150, 400, 2_000])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, 1.0])
def test_estimate(differ: int, share: float) -> None:
    """From 30 cells: within a factor of two for nearly every draw, and right in the mean."""
    ratios = []
    for seed in range(SEEDS):
        numbers = range(seed * differ, (seed + 1) * differ)
        cut = numbers[round(share * differ)] if share < 1 else numbers.stop
        theirs, ours = sketch(range(numbers.start, cut), 64), sketch(range(cut, numbers.stop), 64)
        decoder = decoded(theirs, ours, [30])
        ratios.append(decoder.estimate() / differ if not decoder.is_done else 1.0)
    assert 0.8 <= sum(ratios) / SEEDS <= 1.25
    assert sum(0.5 <= one <= 2 for one in ratios) >= SEEDS - 3
    assert max(ratios) < 4


def test_estimate_of_random_cells() -> None:
    """Whoever sends them gets as far as a list, at once or after some trips."""
    dice = random.Random(7)
    for _ in range(50):
        decoder = Decoder(KEYED, 0)
        decoder.feed(dice.randbytes(300), [0] * 30)
        assert 1 <= decoder.estimate() < 2**24
