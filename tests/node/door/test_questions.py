"""Questions through the door: nothing is begun before the answer, whoever ends meanwhile."""

import contextlib
import json
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from node.app import open_core
from node.keys.home import Home
from tests.node.cli.servers import PATIENCE_SECONDS, Node, serving
from tests.node.cli.test_processes import environment
from tests.node.door.conftest import Typed
from tests.node.door.terminals import at_terminal

QUESTION = "[y/N]"


def content(home: Path) -> list[tuple[object, ...]]:
    with closing(open_core(Home(home))) as core:
        return core.db.all("select no, envelope from records order by no")


SERVE = (sys.executable, "-m", "node", "serve", "--listen", "127.0.0.1:0")


def runs(home: Path, *more: str) -> "subprocess.Popen[str]":
    """A server that a test ends in its own way."""
    server = subprocess.Popen(
        [*SERVE, "--home", str(home), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment(),
    )
    assert server.stdout is not None
    server.stdout.readline()
    return server


@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("n", 1), ("", 1), ("maybe", 1)])
def test_an_answer(answer: str, status: int, served: Node) -> None:
    before = content(served.home)
    with at_terminal(served.home, "group", "erase") as there:
        there.reads(QUESTION)
        assert content(served.home) == before
        there.types(answer)
        assert there.ends() == status, there.shown
    assert (content(served.home) == before) is (status == 1)


def test_others_go_on_while_somebody_is_asked(served: Node, typed: Typed) -> None:
    with at_terminal(served.home, "group", "erase") as there:
        there.reads(QUESTION)
        assert typed("group", "edit", "--region", "Kiel")[0] == 0
        there.types("n")
        assert there.ends() == 1


def test_nobody_to_ask(served: Node, typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(served.home)
    assert typed.refused("group", "erase") == "needs-yes"
    assert content(served.home) == before


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """As a person does: once more, if the first time came just before it began to read."""
    for _ in range(int(PATIENCE_SECONDS)):
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1)
            return
    raise AssertionError("it goes on")


@pytest.mark.parametrize("how", ["killed", "closed", "interrupted"])
def test_a_terminal_that_is_gone_before_the_answer(how: str, served: Node, typed: Typed) -> None:
    before = content(served.home)
    with at_terminal(served.home, "group", "erase") as there:
        there.reads(QUESTION)
        if how == "closed":
            there.close()
            there.process.wait(PATIENCE_SECONDS)
        elif how == "killed":
            there.process.kill()
            there.process.wait(PATIENCE_SECONDS)
        else:
            interrupt(there.process)
    assert content(served.home) == before
    assert typed("group", "edit", "--region", "Kiel")[0] == 0, "the server is well"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGHUP])
def test_what_is_broken_off_before_it_is_committed_is_not_done(
    number: signal.Signals, served: Node, typed: Typed, tmp_path: Path
) -> None:
    """The command ends while its list is being read in: what was written is taken back."""
    rows, before = "".join(f"Group {no}\n" for no in range(6_000)), content(served.home)
    (tmp_path / "list.csv").write_text(f"name\n{rows}")
    with at_terminal(served.home, "import", str(tmp_path / "list.csv"), "--lang", "en") as there:
        there.reads("1000 of 6000")
        there.process.send_signal(number)
        there.process.wait(PATIENCE_SECONDS)
    assert typed("group", "edit", "--region", "Kiel")[0] == 0, "the server is well"
    end = time.monotonic() + PATIENCE_SECONDS  # what was written is taken back in pieces
    while json.loads(served.types("group", "list", "--json"))["total"] > 1:
        assert time.monotonic() < end
    assert len(content(served.home)) == len(before)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_that_ends_before_the_answer(number: signal.Signals, node: Node) -> None:
    before = content(node.home)
    with runs(node.home) as server, at_terminal(node.home, "group", "erase") as there:
        there.reads(QUESTION)
        server.send_signal(number)
        server.wait(PATIENCE_SECONDS)
        there.types("y")
        assert there.ends() == 1
        assert "Your node ended while it carried this out" in there.shown
    assert content(node.home) == before
    assert json.loads(node.types("status", "--json"))["running"] is False


def test_both_are_killed_in_the_middle_of_a_question(node: Node) -> None:
    before = content(node.home)
    with runs(node.home) as server, at_terminal(node.home, "group", "erase") as there:
        there.reads(QUESTION)
        server.kill()
        there.process.kill()
        server.wait(PATIENCE_SECONDS)
    assert content(node.home) == before
    with serving(node, "--listen", "127.0.0.1:0"):
        node.types("group", "edit", "--region", "Kiel")


def test_words_come_from_a_pipe_or_a_person(tmp_path: Path) -> None:
    """And never from where others see them."""
    made = subprocess.run(
        [sys.executable, "-m", "node", "init", "--name", "A", "--home", str(tmp_path), "--json"],
        capture_output=True,
        env=environment(),
        check=True,
        timeout=30,
    )
    words = json.loads(made.stdout)["words"]
    node = Node(tmp_path)
    with serving(node, "--listen", "127.0.0.1:0"):
        piped = subprocess.run(
            [sys.executable, "-m", "node", "keys", "rotate", "--home", str(tmp_path), "--json"],
            input=" ".join(words).encode(),
            capture_output=True,
            env=environment(),
            check=True,
            timeout=30,
        )
        assert json.loads(piped.stdout)["link"] == 1
        with at_terminal(tmp_path, "keys", "rotate") as there:
            there.reads("words")
            for at in range(0, 24, 6):
                there.types(" ".join(words[at : at + 6]))
            assert there.ends() == 0, there.shown
        told = subprocess.run(
            [sys.executable, "-m", "node", "keys", "rotate", "--home", str(tmp_path), "--json"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment(VERBUND_WORDS=" ".join(words)),
            check=True,
            timeout=30,
        )
        assert json.loads(told.stdout)["link"] == 3


def test_a_locked_node_asks_no_passphrase_at_its_door(tmp_path: Path) -> None:
    """Who reaches the door is who may read the folder; the server has the keys open."""
    node = Node(tmp_path)
    environ = environment(VERBUND_PASSPHRASE="secret")
    words = [sys.executable, "-m", "node", "--home", str(tmp_path)]
    subprocess.run([*words, "init", "--name", "A"], env=environ, check=True, capture_output=True)
    with subprocess.Popen(
        [*words, "serve", "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environ,
    ) as server:
        assert server.stdout is not None
        server.stdout.readline()
        node.types("group", "edit", "--region", "Kiel")
        node.types("stop")
        assert server.wait(PATIENCE_SECONDS) == 0
