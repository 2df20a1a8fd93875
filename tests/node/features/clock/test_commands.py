"""What a person reads and does while the clock of the machine is wrong (docs/protocol.md §4.5)."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from node.upkeep.upkeep import keep_house
from tests.days import day
from tests.node.cli.people import Person, befriend, founded, meet

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
        "If the clock is right (the machine was off for long), say so, on the page under “Machine”"
        " or with “verbund clock confirm”." in text
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


def test_a_new_node_whose_clock_is_500_days_ahead(
    beta: Person, tmp_path: Path, turn: Turn, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody can know: all that was done then is put right when the clock is, or is asked about."""
    turn(500 * DAY)
    early = founded(tmp_path, "Early", capsys)
    early.types("network", "found", "--name", "Netz", "--term", "100 days")
    turn(0)
    with closing(early.core()) as core:
        keep_house(core)
        now = core.clock()
        issued = [one.issued for own in core.own for _no, one, _in in core.records.all_by(own)]
        assert issued
        assert max(issued) <= now + 600
    found = early.gets("network", "show", "Netz")
    assert found["mandate_long"] is True
    assert found["mandate"] > now + 500 * DAY
    said = " ".join(early.types("status")[0].split())
    assert "lasts longer than a term" in said
    befriend(early, beta)
    assert beta.gets("network", "show", "Netz")["mandate_long"] is True
    assert "lasts longer" not in beta.types("status")[0], "whose network it is not"
    early.types("network", "amend", "Netz")
    found = early.gets("network", "show", "Netz")
    assert (found["mandate_long"], round((found["mandate"] - now) / DAY)) == (False, 100)
    assert "lasts longer" not in early.types("status")[0]
    meet(early, beta)
    assert beta.gets("network", "show", "Netz")["mandate"] == found["mandate"]


def test_a_pact_that_was_proposed_ahead(alpha: Person, beta: Person, turn: Turn) -> None:
    """The clock goes wrong by less than anybody can notice; then it is set."""
    befriend(alpha, beta)
    turn(10 * DAY)
    words = ("--name", "Neu", "--until", day(20), "--stay", "--yes")
    assert alpha.gets("pact", "propose", "Beta", *words)["misdated"] is False
    turn(0)
    assert alpha.gets("pact", "show", "Neu")["misdated"] is True
    said = " ".join(alpha.types("status")[0].split())
    assert "“Neu” was proposed while the clock of this machine was wrong" in said
