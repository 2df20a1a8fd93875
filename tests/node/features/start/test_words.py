"""The recovery words of a node that was made where nobody looked (protocol.md §5.5)."""

import itertools
import json
import os
import pty
import re
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from crypto.words import words_from_entropy
from node.base.errors import Problem
from node.features.start.words import ASKED
from tests.node.cli.people import Person, befriend
from tests.node.cli.servers import Node, seconds_until, serving
from tests.node.cli.test_processes import environment
from tests.node.door.terminals import at_terminal


@pytest.fixture
def unseen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Person:
    """Made by a script: what it printed went into a file."""
    person = Person(tmp_path / "Alpha", "Alpha", capsys)
    out, err = person.types("init", "--name", "Alpha")
    assert not any(pair in out + err for pair in pairs(words_of(person)))
    assert not re.search(r"^ *\d+ [a-z]+ ", out, re.MULTILINE)
    return person


def words_of(person: Person) -> list[str]:
    with closing(person.core()) as core:
        return words_from_entropy(core.ring.words).split() if core.ring.words else []


def pairs(words: list[str]) -> list[str]:
    """Single words may stand somewhere by chance."""
    return [f"{one} {two}" for one, two in itertools.pairwise(words)]


class Paper:
    """A person at a real terminal who answers what is asked."""

    def __init__(self, home: Path, *more: str) -> None:
        self.shown = ""
        self._home, self._more = home, more

    def answers(self, *, rightly: bool = True) -> int:
        """Gives the exit status; what the terminal showed is kept."""
        ours, theirs = pty.openpty()
        words = [
            sys.executable,
            "-m",
            "node",
            "keys",
            "words",
            "--home",
            str(self._home),
            *self._more,
        ]
        streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
        with subprocess.Popen(words, **streams, env=environment()) as process:
            os.close(theirs)
            self._talk(ours, rightly)
        os.close(ours)
        return process.returncode

    def _talk(self, terminal: int, rightly: bool) -> None:
        asked = 0
        while True:
            try:
                self.shown += os.read(terminal, 4096).decode()
            except OSError:  # it is closed
                return
            questions = re.findall(r"Word number (\d+) on your paper:", self.shown)
            if len(questions) > asked:
                word = self.words()[int(questions[-1])] if rightly else "nonsense"
                os.write(terminal, f"{word}\n".encode())
                asked = len(questions)

    def words(self) -> dict[int, str]:
        """Those on the screen, by number."""
        table = self.shown.partition("Word number")[0]
        found = re.findall(r"\b(\d+) ([a-z]+)\b", table)
        return {int(no): word for no, word in reversed(found)}  # the first: text follows


def test_words_are_kept_until_a_person_confirmed_them(unseen: Person) -> None:
    kept = words_of(unseen)
    assert (unseen.folder / "keys").stat().st_mode & 0o777 == 0o600
    assert unseen.gets("status")["words_unconfirmed"] is True
    assert "keys words" in unseen.types("status")[0]
    person = Paper(unseen.folder)
    assert person.answers() == 0, person.shown
    assert [person.words()[at] for at in range(1, 25)] == kept
    assert unseen.gets("status")["words_unconfirmed"] is False
    assert words_of(unseen) == []
    files = b"".join(one.read_bytes() for one in unseen.folder.iterdir() if one.is_file())
    assert not any(pair.encode() in files for pair in pairs(kept))
    assert unseen.is_refused("keys", "words") == "words-confirmed"


def test_wrong_words_confirm_nothing(unseen: Person) -> None:
    kept, person = words_of(unseen), Paper(unseen.folder, "--json")
    assert person.answers(rightly=False) == 1
    assert re.findall(r'"error": "(.*)"', person.shown) == ["words-not-confirmed"]
    assert "not confirmed yet" in " ".join(person.shown.split())
    assert words_of(unseen) == kept
    assert person.shown.count("on your paper:") <= 3 * ASKED


def test_words_are_shown_nowhere_but_at_a_terminal(unseen: Person) -> None:
    assert unseen.is_refused("keys", "words") == "words-need-terminal"
    out, err = unseen.types("keys", "words", status=1)
    assert not any(pair in out + err for pair in pairs(words_of(unseen)))


NEEDS_WORDS = [
    ("network", "found", "--name", "Netz", "--consensus", "Peace"),
    ("peer", "invite"),
    ("bundle", "write", "x.verbund"),
]


@pytest.mark.parametrize("words", NEEDS_WORDS, ids=" ".join)
def test_no_tie_before_somebody_has_them(
    unseen: Person, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert unseen.is_refused(*words) == "words-unconfirmed"
    assert not list(tmp_path.glob("*.verbund"))
    assert unseen.gets("network", "list")["networks"] == []
    assert unseen.gets("group", "edit", "--region", "Kiel")["region"] == "Kiel"


def test_nobody_is_accepted_before_somebody_has_them(unseen: Person, beta: Person) -> None:
    with pytest.raises(Problem, match="words-unconfirmed"):
        befriend(unseen, beta)
    assert unseen.gets("peer", "list")["peers"] == []


def test_the_public_address_is_told_once_they_are_confirmed(unseen: Person) -> None:
    url = "https://alpha.example"

    def told() -> bool:
        return bool(unseen.gets("status")["endpoints"] == [url])

    with serving(Node(unseen.folder), "--listen", "127.0.0.1:0", "--public-url", url):
        assert unseen.gets("status")["endpoints"] == []
        assert unseen.gets("status")["troubles"] == []
        person = Paper(unseen.folder)
        assert person.answers() == 0, person.shown
        seconds_until(told, time.monotonic())


def test_a_start_without_them_says_what_is_missing(unseen: Person, tmp_path: Path) -> None:
    """In a journal and in `status`; nothing is advised that would be refused."""
    asked = ("--listen", "127.0.0.1:0", "--lang", "en")
    out, err = unseen.types("status")
    assert " keys words”" in out
    assert "peer accept" not in out + err
    with at_terminal(unseen.folder, "serve", *asked) as shown:
        shown.reads("Ctrl-C")
        assert " keys words”" in " ".join(shown.shown.split())
        unseen.types("stop")
        assert shown.ends() == 0
    journal = tmp_path / "journal"
    words = [sys.executable, "-m", "node", "serve", *asked, "--home", str(unseen.folder)]
    with (
        journal.open("w") as out_file,
        subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=out_file, stderr=out_file, env=environment()
        ) as server,
    ):
        seconds_until(lambda: '"ready"' in journal.read_text(), time.monotonic())
        unseen.types("stop")
        assert server.wait(timeout=60) == 0
    assert " keys words”" in " ".join(journal.read_text().split())


def test_a_program_that_asks_gets_them_and_keeps_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person = Person(tmp_path / "Alpha", "Alpha", capsys)
    assert len(person.gets("init", "--name", "Alpha")["words"]) == 24
    assert words_of(person) == []


def test_a_program_that_runs_a_node_gets_them_with_its_address(tmp_path: Path) -> None:
    home = tmp_path / "alpha"
    words = [sys.executable, "-m", "node", "run", "--listen", "127.0.0.1:0", "--json"]
    with subprocess.Popen(
        [*words, "--home", str(home)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        text = ""
        for line in process.stdout:
            text += line
            if line == "}\n":
                break
        process.terminate()
    assert len(json.loads(text)["words"]) == 24
    assert Node(home).gets("status")["words_unconfirmed"] is False


def test_run_at_a_terminal_asks_nothing_and_prints_one_link(tmp_path: Path) -> None:
    """The words come later; no mail server, domain or certificate is talked about."""
    home = tmp_path / "alpha"
    with at_terminal(home, "run", "--listen", "127.0.0.1:0", "--lang", "en") as shown:
        shown.reads("Ctrl-C")
        text = " ".join(shown.shown.split())
        assert re.findall(r"https?://[^/]+/", text) == re.findall(r"http://localhost:\d+/", text)
        assert len(re.findall(r"https?://", text)) == 1
        assert "set up your group" in text
        assert not re.search(r"\b\d+ [a-z]+ +\d+ [a-z]+", text)
        assert "?" not in text
        Node(home).types("stop")
        assert shown.ends() == 0
    assert Node(home).gets("status")["words_unconfirmed"] is True
