"""Commands beside a running server: it carries them out, and they look as if it were not there."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from node.keys.folder_lock import OWNER, FolderLock, Owner
from tests.node.cli.servers import PATIENCE_SECONDS, Node, serving
from tests.node.cli.test_processes import ROOT, command, environment
from tests.node.door.conftest import Typed

LIST = "name;region\nCellar;Kiel\nAttic;Kiel\n"


def test_commands_are_carried_out_by_the_server(served: Node, typed: Typed) -> None:
    """Its folder is locked, so who did it if not the server."""
    assert typed("group", "edit", "--region", "Kiel")[0] == 0
    status, out, err = typed("status", "--json")
    assert (status, err) == (0, "")
    document = json.loads(out)
    assert (document["running"], document["address"] is not None) == (True, True)
    assert typed.refused("group", "show", "Nobody") == "nobody-found"


def test_what_a_command_prints_is_the_same_with_and_without_a_server(
    node: Node, typed: Typed
) -> None:
    words = ["group", "show"]
    alone = typed(*words)
    with serving(node, "--listen", "127.0.0.1:0"):
        assert typed(*words) == alone
        german = typed(*words, "--lang", "de")
        misused = typed("group", "show", "--nonsense")
        helped = typed("group", "show", "--help")
    assert typed(*words, "--lang", "de") == german
    assert typed("group", "show", "--nonsense") == misused
    assert misused[0] == 2
    assert typed("group", "show", "--help") == helped


def test_the_command_imports_next_to_nothing(served: Node) -> None:
    code = (
        "import sys; from node.__main__ import main; main(sys.argv[1:]);"
        "print(sorted({'argparse', 'sqlite3', 'msgpack', 'nacl', 'json', 'tomllib', 'typing',"
        " 'pathlib', 'node.app', 'node.cli'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, "status", "--home", str(served.home)],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=30,
        check=True,
    )
    assert done.stdout.startswith("Alpha\n")
    assert done.stderr.splitlines()[-1] == "[]"


def test_files_are_in_the_folder_of_whoever_typed(served: Node, tmp_path: Path) -> None:
    """And opened by them: what is written is theirs, what is there stays."""
    there = tmp_path / "elsewhere"
    there.mkdir()

    def run(*words: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "node", *words, "--home", str(served.home), "--lang", "en"],
            cwd=there,
            input=given,
            capture_output=True,
            text=True,
            env=environment(),
            timeout=30,
            check=False,
        )

    (there / "groups.csv").write_text(LIST)
    assert run("import", "groups.csv").returncode == 0
    assert run("import", "-", given="name\nShed\n").returncode == 0
    assert run("export", "out.csv").returncode == 0
    text = (there / "out.csv").read_text(encoding="utf-8-sig")
    assert {"Alpha", "Cellar", "Attic", "Shed"} <= {one.split(";")[0] for one in text.splitlines()}
    assert (there / "out.csv").stat().st_mode & 0o777 == 0o600
    again = run("export", "out.csv")
    assert (again.returncode, "out.csv is there already" in again.stderr) == (1, True)
    assert run("export", "out.csv", "--replace").returncode == 0
    assert run("export", "-").stdout == text
    (there / "link").symlink_to(there / "out.csv")
    assert "link" in run("export", "link", "--replace", "--format", "csv").stderr
    assert "missing.csv" in run("import", "missing.csv").stderr
    assert run("bundle", "write", "one.verbund").returncode == 0
    shown = run("bundle", "show", "one.verbund", "--json")
    assert json.loads(shown.stdout)["file"] == "one.verbund"
    saved = run("backup", "all.backup", "--json")
    document = json.loads(saved.stdout)
    assert document["bytes"] == (there / "all.backup").stat().st_size
    assert [one.name for one in there.glob("*.part")] == []
    nowhere = run("backup", "no/such/folder", "--json")
    assert json.loads(nowhere.stdout)["error"] == "file-unwritable"
    assert sorted(one.name for one in served.home.glob("*.csv")) == []


@pytest.mark.parametrize(
    ("output", "status", "told"),
    [
        (">&-", 0, ""),
        ("> /dev/full", 1, "The output can’t be written (the disk is full)."),
        ("| true", 0, ""),
    ],
)
def test_an_output_that_takes_nothing(output: str, status: int, told: str, served: Node) -> None:
    done = subprocess.run(
        f"set -o pipefail; '{sys.executable}' -m node status --home '{served.home}' {output}",
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


def test_an_old_terminal_shows_question_marks(served: Node) -> None:
    words = ("group", "edit", "--purpose", "Śpiew", "--home", str(served.home))
    done = command(*words, PYTHONIOENCODING="latin-1")
    assert (done.returncode, "?piew" in done.stdout) == (0, True)


def test_what_is_printed_as_the_next_step_is_called_as_here(served: Node, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "node", "status", "--home", str(served.home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**environment(), "PATH": "/usr/bin"},
        timeout=30,
        check=True,
    )
    name = Path(sys.executable).with_name("verbund").relative_to(ROOT)
    assert f"“{name} --home {served.home} " in " ".join(done.stdout.split())


def test_two_commands_at_once_without_a_server_come_one_after_the_other(node: Node) -> None:
    with FolderLock(node.home, Owner("meeting invite", os.getpid(), 0)):
        words = [sys.executable, "-m", "node", "group", "edit", "--region", "Kiel"]
        with subprocess.Popen(
            [*words, "--home", str(node.home), "--lang", "en"],
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            env=environment(),
        ) as other:
            assert other.stderr is not None
            said = other.stderr.readline()
            assert said.startswith("Another command is working on your node (“meeting invite”")
            assert other.poll() is None
            lock_until = other
    with lock_until:
        assert lock_until.wait(PATIENCE_SECONDS) == 0


def test_a_command_that_never_ends_is_named(
    node: Node, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.cli.owning.PATIENCE_SECONDS", 0.1)
    before = (node.home / "verbund.db").read_bytes()
    with FolderLock(node.home, Owner("group erase", os.getpid(), 0)):
        status, out, err = typed("group", "edit", "--region", "Kiel", "--json")
        assert (status, json.loads(out)["error"]) == (1, "folder-taken-by")
        assert f"“group erase”, process {os.getpid()}" in " ".join(err.split())
        assert typed("draw", "--help")[0] == 0, "what needs no node waits for nobody"
        (node.home / OWNER).unlink()
        assert typed.refused("group", "edit", "--region", "Kiel") == "folder-taken"
    assert (node.home / "verbund.db").read_bytes() == before


def test_somebody_has_the_folder_and_no_note_says_who(
    node: Node, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once that one is done, the same command is carried out."""
    monkeypatch.setattr("node.cli.owning.PATIENCE_SECONDS", 0.1)
    with FolderLock(node.home, Owner("status", os.getpid(), 0)):
        (node.home / "owner").unlink()
        assert typed.refused("group", "edit", "--region", "Kiel") == "folder-taken"
    assert typed("group", "show", "--json")[1].count("Kiel") == 0
    assert typed("group", "edit", "--region", "Kiel")[0] == 0


def test_a_server_waits_for_a_command_and_not_for_a_server(node: Node) -> None:
    lock = FolderLock(node.home, Owner("status", os.getpid(), 0))
    lock.__enter__()
    timer = threading.Timer(0.5, lock.__exit__)
    timer.start()
    with serving(node, "--listen", "127.0.0.1:0"):
        timer.join()
        done = command("serve", "--home", str(node.home), "--json")
        assert json.loads(done.stdout)["error"] == "already-running"


def test_status_waits_for_a_server(node: Node, typed: Typed) -> None:
    words = [sys.executable, "-m", "node", "status", "--wait", "--json"]
    with (
        subprocess.Popen(
            [*words, "--home", str(node.home)],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            env=environment(),
        ) as waiting,
        serving(node, "--listen", "127.0.0.1:0") as address,
    ):
        out, _err = waiting.communicate(timeout=PATIENCE_SECONDS)
        assert json.loads(out)["address"] == address
        assert waiting.returncode == 0


def test_status_does_not_wait_for_ever(
    node: Node, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.cli.owning.WAIT_SECONDS", 0.1)
    assert typed.refused("status", "--wait") == "no-server-came"


def test_status_says_that_it_waits(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("node.cli.owning.WAIT_SECONDS", 0.2)
    monkeypatch.setattr("node.cli.owning.SAY_SECONDS", 0.0)
    status, _out, err = typed("status", "--wait", "--lang", "en")
    assert status == 1
    assert err.count("does not run yet; waiting for it") == 1


def test_stop_waits_until_the_folder_is_free(node: Node, typed: Typed) -> None:
    with serving(node, "--listen", "127.0.0.1:0") as address:
        status, out, _err = typed("stop", "--json")
        assert (status, json.loads(out)) == (0, {"address": address})
        with FolderLock(node.home, Owner("status", os.getpid(), 0)):
            assert not (node.home / "door").exists()
    assert typed.refused("stop") == "nothing-to-stop"
