"""The command as a process of its own: starting, pipes, signals, what is imported."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from node.app import open_core
from node.keys.home import Home

ROOT = Path(__file__).parents[3]
HEAVY = ("aiohttp", "jinja2", "icalendar", "segno", "cryptography.x509")


def environment(**more: str) -> dict[str, str]:
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("VERBUND", "LC"))
    }
    return {**kept, "LANG": "en_GB.UTF-8", "PYTHONPATH": str(ROOT), **more}


def command(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "node", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        env=environment(**more),
        timeout=30,
        check=False,
    )


@pytest.fixture
def home(tmp_path: Path) -> str:
    made = command("init", "--name", "Alpha", "--home", str(tmp_path), "--json")
    assert made.returncode == 0, made.stderr
    return str(tmp_path)


def test_first_steps(home: str) -> None:
    done = command("status", VERBUND_HOME=home)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Alpha\n")
    assert "\x1b" not in done.stdout
    refused = command("group", "show", "Nobody", "--home", home)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Nobody is known here as “Nobody”")
    misused = command("group")
    assert (misused.returncode, misused.stdout) == (2, "")


def test_files_are_private(home: str) -> None:
    assert Path(home).stat().st_mode & 0o777 == 0o700
    assert (Path(home) / "keys").stat().st_mode & 0o777 == 0o600
    assert (Path(home) / "verbund.db").stat().st_mode & 0o777 == 0o600


def test_a_common_folder_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "other").touch()
    assert command("init", "--name", "Alpha", "--home", str(tmp_path)).returncode == 0
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_an_old_terminal_shows_question_marks(home: str) -> None:
    done = command(
        "group", "edit", "--purpose", "Śpiew", "--home", home, PYTHONIOENCODING="latin-1"
    )
    assert done.returncode == 0
    assert "?piew" in done.stdout


def test_a_reader_that_leaves_is_no_error(home: str) -> None:
    done = subprocess.run(
        f"'{sys.executable}' -m node --help | true; echo ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        env=environment(),
        timeout=30,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.parametrize(
    ("output", "status", "told"),
    [(">&-", 0, ""), ("> /dev/full", 1, "The output can’t be written (the disk is full).")],
)
def test_an_output_that_takes_nothing(output: str, status: int, told: str, home: str) -> None:
    done = subprocess.run(
        f"'{sys.executable}' -m node status --home '{home}' {output}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        timeout=30,
        check=False,
    )
    assert done.returncode == status
    assert " ".join(done.stderr.split())[: len(told) or None] == told


@pytest.mark.parametrize("words", ["init --name Alpha", "run", "run --listen 0 --json"])
def test_words_that_nobody_was_to_see_are_kept(words: str, tmp_path: Path) -> None:
    done = subprocess.run(
        f"'{sys.executable}' -m node {words} --home '{tmp_path}/a' > /dev/full",
        shell=True,
        executable="/bin/bash",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The output can’t be written (the disk is full).")
    status = json.loads(command("status", "--home", f"{tmp_path}/a", "--json").stdout)
    assert status["words_unconfirmed"] is True


@pytest.mark.parametrize("words", ["init --name Alpha --json"])
def test_recovery_words_that_could_not_be_shown(words: str, tmp_path: Path) -> None:
    """Nobody goes on with a node whose words nobody has."""
    done = subprocess.run(
        f"'{sys.executable}' -m node {words} --home '{tmp_path}/a' > /dev/full",
        shell=True,
        executable="/bin/bash",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    said = " ".join(done.stderr.split())
    assert said.startswith(f"Your group has a node in {tmp_path}/a now, but its recovery words")
    assert f"delete the folder ({tmp_path}/a)" in said


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 0)])
def test_serve_until_stopped(number: signal.Signals, status: int, home: str) -> None:
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "node",
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--home",
            home,
            "--json",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment(),
    ) as server:
        assert server.stdout is not None
        lines = []
        for line in server.stdout:
            lines.append(line)
            if line == "}\n":
                break
        document = json.loads("".join(lines))
        assert list(document) == ["id", "name", "home", "address", "enter", "words"]
        assert document["enter"].startswith(f"{document['address']}/enter/")
        found = json.loads(command("status", "--home", home, "--json").stdout)
        assert (found["running"], found["address"]) == (True, document["address"])
        again = command("serve", "--home", home, "--json")
        assert (again.returncode, json.loads(again.stdout)["error"]) == (1, "already-running")
        page = json.loads(command("page", "--home", home, "--json").stdout)
        assert page["address"].startswith(f"{document['address']}/enter/")
        server.send_signal(number)
        assert server.wait(timeout=20) == status
    assert json.loads(command("status", "--home", home, "--json").stdout)["running"] is False


def test_run_makes_a_node_first(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "node", "run", "--listen", "0", "--home", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment(LANG="de_DE.UTF-8"),
    ) as server:
        assert server.stdout is not None
        told = []
        for line in server.stdout:
            told.append(line)
            if " page“" in line:
                break
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=20) == 0
    text = "".join(told)
    assert text.startswith("Ein neuer Knoten ist angelegt.")
    assert " keys words“" in " ".join(text.split())
    with closing(open_core(Home(tmp_path))) as core:
        assert core.ring.words is not None
    assert not re.search(r"^ *\d+ [a-z]+ ", text, re.MULTILINE)
    assert "Meine Gruppe" not in text
    assert command("status", "--home", str(tmp_path)).stdout.startswith("Meine Gruppe\n")


@pytest.mark.parametrize("words", [["--help"], ["status"], ["group", "list"], ["meeting", "list"]])
def test_commands_import_little(words: list[str], home: str) -> None:
    code = (
        "import sys; from node.app import main; main(sys.argv[1:]);"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words, "--home", home],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=30,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "[]"


SELDOM = ("difflib", "mnemonic", "multiprocessing", "sqlite_utils", "zipfile")
"""What few commands and few moments of a server need."""


def test_a_server_imports_nothing_that_seldom_happens() -> None:
    code = (
        "import node.app, node.features.start.serving, node.serving, sys;"
        f"print([one for one in {SELDOM!r} if one in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True
    )
    assert done.stdout == "[]\n"
