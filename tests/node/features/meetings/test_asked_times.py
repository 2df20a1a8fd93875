"""A time that means two moments, or none, is asked about at a terminal, and refused without one."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from node.cli import terminal
from tests.days import wall
from tests.node.cli.people import Person, befriend, meet
from tests.node.cli.test_processes import command, environment
from tests.node.features.meetings.clocks import jump

SUMMER_ENDS = jump("Europe/Berlin", backwards=True)
SUMMER_BEGINS = jump("Europe/Berlin", backwards=False)
TWICE = f"{SUMMER_ENDS} 02:30"
SKIPPED = f"{SUMMER_BEGINS} 02:30"
BERLIN, UTC = "Europe/Berlin", "Etc/UTC"

pytestmark = pytest.mark.skipif(
    max(SUMMER_ENDS, SUMMER_BEGINS) >= wall(369)[:10],
    reason="today is a change, and the next one of its kind more than a year away",
)

READINGS = [
    (TWICE, "1", f"{SUMMER_ENDS}T00:30", UTC),
    (TWICE, "2.", f"{SUMMER_ENDS}T01:30", UTC),
    (SKIPPED, "1", f"{SUMMER_BEGINS}T01:30", BERLIN),
    (SKIPPED, "2", f"{SUMMER_BEGINS}T03:30", BERLIN),
]


class Terminal:
    """Somebody who answers; what they were told and asked stays."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
        self.shown: list[str] = []
        self.asked: list[str] = []
        left = list(answers)

        def ask(question: str) -> str:
            self.asked.append(question)
            return left.pop(0)

        monkeypatch.setattr(terminal, "is_there", lambda: True)
        monkeypatch.setattr(terminal, "say", self.shown.append)
        monkeypatch.setattr(terminal, "ask", ask)


def new(person: Person, starts: str) -> tuple[str, ...]:
    person.types("group", "edit", "--zone", "Berlin")
    return ("meeting", "new", "--title", "Fair", "--starts", starts, "--place", "x")


@pytest.mark.parametrize(("typed", "answer", "starts", "zone"), READINGS)
def test_time_that_means_two_is_asked_about(
    alpha: Person,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    answer: str,
    starts: str,
    zone: str,
) -> None:
    words = new(alpha, typed)
    person = Terminal(monkeypatch, answer)
    made = alpha.gets(*words)
    assert (made["starts"], made["zone"]) == (starts, zone)
    assert [line[:5] for line in person.shown[1:]] == ["  1  ", "  2  "]


@pytest.mark.parametrize(("typed", "code"), [(TWICE, "time-twice"), (SKIPPED, "time-skipped")])
def test_time_that_means_two_is_refused_where_nobody_answers(
    alpha: Person, typed: str, code: str
) -> None:
    found = alpha.gets(*new(alpha, typed), status=1)
    assert found["error"] == code
    readings = [row for row in READINGS if row[0] == typed]
    for _typed, _answer, starts, zone in readings:
        how = f'--starts "{starts.replace("T", " ")}"' + (" --zone UTC" if zone == UTC else "")
        assert how in found["message"]


def test_day_that_means_two_is_asked_about(alpha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    words = new(alpha, "05/06 19:00")
    person = Terminal(monkeypatch, "3", "0", "2")
    made = alpha.gets(*words)
    assert made["starts"][4:] == "-06-05T19:00"
    assert len(person.asked) == 3  # two numbers that are in no list


def test_weekday_alone_is_asked_about_and_needs_its_time(
    alpha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Terminal(monkeypatch, "2")
    _out, err = alpha.types(*new(alpha, "Tuesday"), status=2)
    assert "the time is missing" in err
    assert person.asked == []
    assert alpha.gets(*new(alpha, "Tuesday 19:00"))["starts"].endswith("T19:00")


def test_nothing_is_done_if_none_is_meant(alpha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    days, hours = new(alpha, "05/06 19:00"), new(alpha, TWICE)
    Terminal(monkeypatch, "", "")
    alpha.types(*days, status=2)
    assert alpha.is_refused(*hours) == "time-twice"
    assert alpha.gets("meeting", "list")["meetings"] == []


def test_every_command_that_takes_a_time_asks(
    alpha: Person, beta: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    befriend(alpha, beta)
    alpha.types(*new(alpha, f"{SUMMER_ENDS} 19:00"))
    alpha.types("meeting", "invite", "Fair", "Beta")
    meet(alpha, beta)
    Terminal(monkeypatch, *["2"] * 6)
    beta.types("meeting", "reply", "Fair", "counter", "--starts", TWICE)
    meet(alpha, beta)
    counter = alpha.gets("meeting", "show", "Fair")["answers"][0]["counter"]
    assert (counter["starts"], counter["zone"]) == READINGS[1][2:]
    edited = alpha.gets("meeting", "edit", "Fair", "--starts", SKIPPED)["meeting"]
    assert edited["starts"] == READINGS[3][2]
    done = alpha.gets("offer", "--title", "Bread", "--to", "public", "--until", "next Tuesday")
    assert done["title"] == "Bread"
    words = ("--until", "Tuesday", "--name", "Neu", "--yes")
    assert alpha.gets("pact", "propose", "Beta", *words)["name"] == "Neu"


@pytest.mark.parametrize(
    ("language", "question"),
    [("de", "Welche ist gemeint?"), ("en", "Which one is meant?")],
)
def test_real_terminal_asks_in_both_languages(tmp_path: Path, language: str, question: str) -> None:
    home = str(tmp_path / "node")
    assert command("init", "--name", "Alpha", "--home", home).returncode == 0
    assert command("group", "edit", "--zone", "Berlin", "--home", home).returncode == 0
    words = ["meeting", "new", "--title", "Fest", "--starts", TWICE, "--place", "x"]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "node", *words, "--home", home, "--lang", language],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        text=True,
        encoding="utf-8",
    ) as process:
        os.write(ours, b"2\n")
        out, err = process.communicate(timeout=30)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0, err
    assert question in err
    assert "(UTC)" in out
    assert "01:30" in out


def test_time_alone_is_asked_about(alpha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    words = new(alpha, "12:00")
    person = Terminal(monkeypatch, "2")
    made = alpha.gets(*words)
    assert made["starts"].endswith("T12:00")
    assert person.shown[0].endswith("names only a time. Which day is meant?")
    assert [line[:5] for line in person.shown[1:]] == ["  1  ", "  2  "]
