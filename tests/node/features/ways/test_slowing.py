"""Wrong entries slow down, of one browser and all together; nobody is locked out."""

import pytest

from node.features.ways.codes import CHARACTERS, CODE_SECONDS, TYPED
from node.features.ways.slowing import (
    ALL_FREE,
    ALL_SECONDS,
    FREE,
    LONGEST_WAIT,
    Slowing,
)


class Steady:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def slowing(steady: Steady) -> Slowing:
    return Slowing(steady)


@pytest.mark.parametrize(
    ("times", "wait"),
    [(0, 0), (FREE - 1, 0), (FREE, 1), (FREE + 1, 2), (FREE + 2, 4), (FREE + 6, 60), (500, 60)],
)
def test_waits_of_one_browser(times: int, wait: int, slowing: Slowing, steady: Steady) -> None:
    for _one in range(times):
        steady.now += LONGEST_WAIT  # so that all together don't wait
        slowing.wrong("one")
    assert slowing.wait("one") == wait
    assert slowing.wait("another") == 0
    steady.now += wait
    assert slowing.wait("one") == 0


def test_right_entry_begins_anew(slowing: Slowing) -> None:
    for _one in range(FREE):
        slowing.wrong("one")
    slowing.right("one")
    assert slowing.wait("one") == 0


def test_fifteen_in_one_room_may_be_wrong_twice(slowing: Slowing) -> None:
    for n in range(15):
        slowing.wrong(f"phone {n}")
        assert slowing.wait(f"phone {n}") == 0
        slowing.wrong(f"phone {n}")
    assert slowing.wait("phone 0") <= ALL_SECONDS


def test_guesses_of_any_number_of_browsers(slowing: Slowing, steady: Steady) -> None:
    """Who takes a new browser for each guess gets no further than `ALL_SECONDS` allows."""
    tried = 0
    while steady.now < CODE_SECONDS:
        wait = slowing.wait(f"fresh {tried}")
        assert wait <= ALL_SECONDS
        if wait:
            steady.now += wait
        else:
            slowing.wrong(f"fresh {tried}")
            tried += 1
    assert tried == ALL_FREE + CODE_SECONDS // ALL_SECONDS - 1
    assert tried < 300
    assert tried / len(CHARACTERS) ** TYPED < 1e-9
