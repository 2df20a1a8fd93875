"""What the machines of others say about the time (docs/protocol.md §4.5, 8)."""

from typing import Any

import pytest

from node.store.timekeeper import EARLIEST, Timekeeper
from node.store.witnesses import DAY, KEPT_SECONDS, Consensus

NOW = EARLIEST + 300 * DAY


class Kept(dict[str, Any]):
    """Settings that live as long as this."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value


class Bench:
    """A clock that may be wrong by `error`, and the seconds that the machine counts."""

    def __init__(self) -> None:
        self.now, self.error, self.counted, self.kept = NOW, 0, 0.0, Kept()
        self.start()

    def start(self) -> None:
        self.clock = Timekeeper(lambda: self.now + self.error, lambda: self.counted, self.kept)

    def hear(self, **said: float) -> None:
        """Each says that it is so many days later than it is."""
        for home, days in said.items():
            self.clock.witnesses.hear(home, self.now + int(days * DAY))

    def passes(self, days: float, counted: bool = True) -> None:
        self.now += int(days * DAY)
        self.counted += days * DAY if counted else 0
        self.clock.step(1)


@pytest.mark.parametrize(
    ("said", "vouched", "against"),
    [
        ({}, False, None),
        ({"a": 0}, False, None),
        ({"a": 0, "b": 0.9}, True, None),
        ({"a": 0, "b": 1.1}, False, None),
        ({"a": 400}, False, None),
        ({"a": 400, "b": 400.5}, False, Consensus(NOW + 400 * DAY, 2)),
        ({"a": 400, "b": -400}, False, None),
        ({"a": 0, "b": 0, "c": 400, "d": 400, "e": 400}, True, None),
        ({"a": 0, "b": -400, "c": -400, "d": -400}, False, Consensus(NOW - 400 * DAY, 3)),
    ],
)
def test_words(said: dict[str, float], vouched: bool, against: Consensus | None) -> None:
    bench = Bench()
    bench.hear(**said)
    assert bench.clock.witnesses.vouch_for(NOW) is vouched
    assert bench.clock.witnesses.against(NOW) == against
    bench.start()  # another process reads the same
    assert bench.clock.witnesses.against(NOW) == against


def test_word_counts_once_for_a_node_and_not_for_ever() -> None:
    bench = Bench()
    bench.hear(a=400)
    bench.hear(a=400)
    assert bench.clock.witnesses.against(NOW) is None
    bench.hear(b=400)
    assert bench.clock.witnesses.against(NOW) is not None
    bench.passes(KEPT_SECONDS / DAY + 0.1)
    assert bench.clock.witnesses.against(bench.now) is None


def test_word_of_before_the_machine_was_switched_on_is_none() -> None:
    """It counted from nought again: nobody knows what passed."""
    bench = Bench()
    bench.counted = 5_000.0
    bench.hear(a=0, b=0)
    bench.counted = 0.0
    bench.start()
    assert not bench.clock.witnesses.vouch_for(NOW)


def test_liar_alone_moves_nothing() -> None:
    """Whatever one says, and whatever the clock does: the same as without him."""
    found = []
    words: list[dict[str, float]] = [{}, {"liar": 4_000.0}, {"liar": -4_000.0}, {"liar": 0.0}]
    for said in words:
        bench = Bench()
        bench.passes(1)
        bench.hear(**said)
        for error in (0, 10 * DAY, 400 * DAY, -400 * DAY, 0):
            bench.error = error
            bench.passes(1)
            clock = bench.clock
            found.append((error, clock.trouble, clock(), clock.reached, clock.contradicted))
    assert found[:5] == found[5:10] == found[10:15] == found[15:]


def test_sure_time_is_counted_and_does_not_jump() -> None:
    bench = Bench()
    bench.passes(20)
    assert bench.clock.reached == bench.now
    bench.passes(10, counted=False)  # off for ten days: believed, but nothing is deleted for it
    assert (bench.clock.trouble, bench.clock.reached) == (None, bench.now - 10 * DAY)
    bench.passes(5)
    assert bench.clock.reached == bench.now - 10 * DAY
    bench.hear(a=0, b=0)
    assert bench.clock.reached == bench.now
    bench.passes(10)  # these words are old by now, and the time goes on from there
    assert bench.clock.reached == bench.now


def test_two_lift_a_doubt_and_two_raise_one() -> None:
    bench = Bench()
    bench.passes(1)
    bench.passes(200, counted=False)
    assert bench.clock.trouble == "ahead"
    bench.hear(a=0, b=0)
    assert (bench.clock.trouble, bench.clock.reached) == (None, bench.now)
    bench.passes(1)
    bench.passes(3)
    assert (bench.clock.trouble, bench.clock.reached) == (None, bench.now)
    sure = bench.now
    bench.hear(a=9, b=9)
    bench.passes(1)
    assert bench.clock.contradicted is not None
    assert bench.clock.reached <= sure + DAY
    stood = bench.clock.reached
    bench.hear(a=9, b=9)
    bench.passes(1)
    assert bench.clock.reached == stood  # it stands still
    bench.clock.confirm(1)  # a person knows better
    bench.hear(a=9, b=9)
    bench.passes(1)
    assert (bench.clock.contradicted, bench.clock.reached) == (None, bench.now)
    bench.error = 400 * DAY  # …but not about a clock that was set since
    bench.hear(a=0, b=0)
    assert bench.clock.contradicted is not None
