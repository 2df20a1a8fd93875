"""What fuzzing begins with, and what it found, goes through every target: no fuzzer needed."""

import pytest

from tests.fuzz.seeds import kept
from tests.fuzz.source import EDGES, Source, spoil
from tests.fuzz.targets import TARGETS

each_target = pytest.mark.parametrize("name", TARGETS)


@each_target
def test_seeds(name: str) -> None:
    seeds = TARGETS[name].seeds()
    assert seeds
    for one in seeds:
        TARGETS[name].run(one)


@each_target
def test_what_was_found(name: str) -> None:
    for one in kept(name):
        TARGETS[name].run(one)


def test_shares_are_of_a_thousand() -> None:
    assert sum(target.share for target in TARGETS.values()) == 1_000


def test_the_same_bytes_make_the_same_choices() -> None:
    value = [1, [b"abc", {"a": "b"}, "text"], None]
    for number in range(2_000):
        data = number.to_bytes(4, "little") * 3
        once, again = spoil(value, Source(data)), spoil(value, Source(data))
        assert once == again
    assert value == [1, [b"abc", {"a": "b"}, "text"], None]
    assert EDGES
