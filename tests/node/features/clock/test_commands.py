"""What a person reads and does while the clock of the machine is wrong (docs/protocol.md §4.5)."""

import time
from collections.abc import Callable

import pytest

from tests.node.cli.people import Person

DAY = 86_400
Turn = Callable[[float], None]


@pytest.fixture
def turn(monkeypatch: pytest.MonkeyPatch) -> Turn:
    """The clock of the machine shows so many seconds more than it did."""
    real = time.time

    def turned(by: float) -> None:
        monkeypatch.setattr("time.time", lambda: real() + by)

    return turned


def test_500_days_ahead_and_back(alpha: Person, turn: Turn) -> None:
    """An entry lives 180 days: it is hidden, and all there."""
    turn(500 * DAY)
    found = alpha.gets("status")
    assert found["clock"]["trouble"] == "ahead"
    assert [one["kind"] for one in found["run_out"]] == ["group"]
    said, _err = alpha.types("status")
    text = " ".join(said.split())
    assert (
        "If the clock is right (the machine was off for long), say so: verbund clock confirm"
        in text
    )
    assert "It is all here, and is renewed as soon as your group’s machine is up" in text
    assert alpha.is_refused("network", "found", "--name", "Netz") == "clock-unsure"
    alpha.types("group", "edit", "--region", "Kiel")
    turn(0)
    assert alpha.gets("status")["clock"] is None
    assert alpha.gets("group", "show")["region"] == "Kiel"
    alpha.types("network", "found", "--name", "Netz")


def test_off_for_500_days(alpha: Person, turn: Turn) -> None:
    turn(500 * DAY)
    done = alpha.gets("clock", "confirm", "--yes")
    assert (done["trouble"], done["again"]) == ("ahead", 1)
    found = alpha.gets("status")
    assert (found["clock"], found["run_out"]) == (None, [])
    assert alpha.gets("group", "show")["topics"] == ["Housing"]


def test_a_clock_that_is_not_set(alpha: Person, turn: Turn) -> None:
    turn(100 - time.time())
    assert alpha.gets("status")["clock"]["trouble"] == "unset"
    assert alpha.is_refused("clock", "confirm", "--yes") == "clock-unset"
    alpha.types("group", "edit", "--region", "Kiel")
    turn(0)
    assert alpha.gets("status")["clock"] is None
