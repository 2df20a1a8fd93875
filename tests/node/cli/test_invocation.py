"""How the command is called: other words for what it does, and next steps that work when pasted."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from node import VERSION
from node.app import COMMANDS, PROGRAM, main
from node.cli.invocation import meant, own_name
from node.knock.knock import folder_of
from tests.node.cli.people import Person
from tests.node.cli.servers import founded as founded_beside
from tests.node.cli.servers import serving
from tests.node.cli.test_processes import ROOT, command


@pytest.mark.parametrize(("said", "instead"), PROGRAM.synonyms.items())
def test_synonym_means_a_command_that_there_is(
    said: tuple[str, ...], instead: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert instead in {one.path for one in COMMANDS}
    assert said not in {one.path for one in COMMANDS}
    assert main([*said, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: verbund {' '.join(instead)}")
    assert main(["--help"]) == 0
    assert f"  {' '.join(said):<18}{' '.join(instead)}\n" in capsys.readouterr().out + "\n"


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ([], []),
        (["--json"], ["--json"]),
        (["open"], ["page"]),
        (["group", "search", "open"], ["group", "search", "open"]),
        (["--home", "open", "status"], ["--home", "open", "status"]),
        (["network", "--json", "start"], ["network", "found", "--json"]),
        (["network", "show", "start"], ["network", "show", "start"]),
        (["join", "Net", "--message", "hi"], ["network", "apply", "Net", "--message", "hi"]),
        (["help"], ["--help"]),
        (["--lang", "de", "help", "join"], ["--lang", "de", "network", "apply", "--help"]),
        (["group", "show", "help"], ["group", "show", "help"]),
    ],
)  # fmt: skip
def test_words_are_those_of_the_grammar(said: list[str], means: list[str]) -> None:
    assert meant(said, PROGRAM.synonyms) == means


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == VERSION
    for words in (["--version"], ["-V"]):
        assert main(words) == 0
        assert capsys.readouterr().out == f"verbund {VERSION}\n"


def test_next_steps_name_what_the_shell_finds(
    alpha: Person, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert own_name() == "verbund"
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.chdir(Path(sys.executable).parents[2])
    assert own_name() == ".venv/bin/verbund"
    out, _err = alpha.types("status")
    assert "“.venv/bin/verbund serve" in out
    monkeypatch.chdir(tmp_path)
    shown = own_name()
    assert os.access(shown, os.X_OK)
    assert shown.startswith("/")


def test_next_steps_are_for_the_folder_that_was_named(
    alpha: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["status", "--home", str(alpha.folder)]) == 0
    out = capsys.readouterr().out
    assert f"“verbund --home {alpha.folder} serve" in out


@pytest.mark.parametrize(
    "folder", ["my node", "{name}", "{0}", "it's", "-dash", "$(x)", "a\\b", "ü"]
)
def test_next_steps_for_any_folder(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pasted, the command that is printed is for that folder."""
    monkeypatch.chdir(tmp_path)
    for words in (["init", "--name", "A"], ["status"], ["group", "edit", "--region", "Kiel"]):
        assert main([*words, f"--home={folder}", "--lang", "en"]) == 0
        shown = " ".join(capsys.readouterr().out.split())
        for told in re.findall(r"“(verbund .*?)”", shown):
            typed = shlex.split(told)[1:]
            assert folder_of(typed, {}) == str(tmp_path / folder), told


def test_make_setup_ends_with_a_line_that_works_when_pasted() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "setup"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={key: one for key, one in os.environ.items() if not key.startswith("MAKE")},
    )
    told = done.stdout.splitlines()[-1]
    name, *words = told.partition(":")[2].split()
    assert words == ["run"]
    shown = subprocess.run(
        [name, "--version"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )
    assert shown.stdout == f"verbund {VERSION}\n"


def test_stop_ends_the_server_of_this_folder(tmp_path: Path) -> None:
    node = founded_beside(tmp_path / "alpha", "Alpha")
    with serving(node, "--listen", "127.0.0.1:0") as address:
        assert node.gets("stop") == {"address": address}
        assert not node.gets("status")["running"]
    refused = command("stop", "--home", str(node.home), "--json")
    assert '"error": "nothing-to-stop"' in refused.stdout


def test_server_without_a_terminal_tells_the_journal_neither_name_nor_way_in(
    tmp_path: Path,
) -> None:
    node = founded_beside(tmp_path / "alpha", "Harbour Street")
    with subprocess.Popen(
        [sys.executable, "-m", "node", "serve", "--listen", "0", "--home", str(node.home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    ) as server:
        assert server.stdout is not None
        first = server.stdout.readline()
        node.types("stop")
        out, err = server.communicate(timeout=30)
    assert " page”" in first
    assert "Harbour" not in first + out + err
    assert "/enter/" not in first + out + err
