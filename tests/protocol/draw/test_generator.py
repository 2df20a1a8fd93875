"""The generator is fair, and what follows from a key does not change."""

import math

import pytest

from protocol.draw.bits import first, nth, of, ones
from protocol.draw.generator import Generator, draw_key
from protocol.draw.lots import order

KEY = draw_key(bytes(32), bytes(32))


@pytest.mark.parametrize("bound", [2, 3, 6, 7, 100])
def test_every_number_is_as_likely(bound: int) -> None:
    generator, times = Generator(KEY, f"fair {bound}"), 2_000 * bound
    seen = [0] * bound
    for _ in range(times):
        seen[generator.below(bound)] += 1
    chi = sum((one - times / bound) ** 2 for one in seen) / (times / bound)
    assert chi < bound - 1 + 4 * math.sqrt(2 * (bound - 1))


def test_every_order_is_as_likely() -> None:
    generator = Generator(KEY, "orders")
    seen: dict[tuple[int, ...], int] = {}
    for _ in range(12_000):
        one = tuple(generator.shuffled(4))
        seen[one] = seen.get(one, 0) + 1
    assert len(seen) == 24
    chi = sum((one - 500) ** 2 for one in seen.values()) / 500
    assert chi < 23 + 4 * math.sqrt(46)


def test_lots_do_not_depend_on_the_order_of_the_list() -> None:
    rows = [(0, f"person {n}") for n in range(50)]
    straight = [rows[n] for n in order(KEY, "person", rows)]
    back = rows[::-1]
    assert [back[n] for n in order(KEY, "person", back)] == straight


def test_left_out_comes_first() -> None:
    rows = [(n % 3, f"person {n}") for n in range(30)]
    assert [rows[n][0] for n in order(KEY, "person", rows)] == [2] * 10 + [1] * 10 + [0] * 10


def test_sets_of_bits() -> None:
    numbers = [0, 3, 17, 64, 65, 1000]
    mask = of(numbers)
    assert list(ones(mask)) == numbers
    assert first(mask) == 0
    assert [nth(mask, place) for place in range(len(numbers))] == numbers
