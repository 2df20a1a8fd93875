"""Starting and stopping refused: what runs goes on, nothing was changed, and the advice works."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from node.__main__ import main
from node.app import open_core
from node.keys.folder_lock import owner_of
from node.keys.home import Home
from node.store.serve_settings import serve_options
from node.texts import LANGUAGES, Texts
from tests.node.cli.servers import PATIENCE_SECONDS, Node, founded, serving
from tests.node.cli.test_processes import command, environment

ANYWHERE = ("--listen", "127.0.0.1:0")


def pid_of(node: Node) -> int:
    owner = owner_of(node.home)
    assert owner is not None
    return owner.pid


def test_node_that_does_not_run_is_not_stopped(tmp_path: Path) -> None:
    node = founded(tmp_path / "alpha", "Alpha")
    assert node.refused("stop")["error"] == "nothing-to-stop"
    with serving(node, *ANYWHERE):
        node.types("stop")
    assert node.refused("stop")["error"] == "nothing-to-stop"


def test_node_that_takes_long_to_stop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine has put it to sleep; awake again, it ends by itself, and nothing is lost."""
    node = founded(tmp_path / "alpha", "Alpha")
    monkeypatch.setattr("node.features.start.serving.STOP_SECONDS", 0.1)
    monkeypatch.setattr("node.knock.knock.STOP_SECONDS", 0.1)
    monkeypatch.setattr("node.knock.knock.ANSWER_SECONDS", 0.5)
    with serving(node, *ANYWHERE):
        node.types("group", "edit", "--region", "Kiel")
        number = pid_of(node)
        os.kill(number, signal.SIGSTOP)
        try:
            assert main(["stop", "--home", str(node.home), "--json"]) == 1
            assert json.loads(capsys.readouterr().out)["error"] == "stop-slow"
            assert main(["status", "--home", str(node.home), "--json"]) == 1
            assert json.loads(capsys.readouterr().out)["error"] == "server-silent"
        finally:
            os.kill(number, signal.SIGCONT)
    assert not node.gets("status")["running"]
    assert node.gets("group", "show")["region"] == "Kiel"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("language", LANGUAGES)
def test_node_that_somebody_else_started(language: str, tmp_path: Path) -> None:
    """With sudo once; its files were taken back since. What is advised ends it."""
    node = founded(tmp_path / "alpha", "Alpha")
    with subprocess.Popen(
        [sys.executable, "-m", "node", "serve", *ANYWHERE, "--home", str(node.home), "--json"],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=environment(),
        text=True,
    ) as server:
        assert server.stdout is not None
        while server.stdout.readline() != "}\n":
            continue
        for path in (node.home, *node.home.iterdir()):
            shutil.chown(path, "nobody")
        refused = told_as_nobody(node.home, "stop", "--lang", language, "--json")
        assert refused["error"] == "stop-forbidden"
        assert server.poll() is None
        advised = f"kill {server.pid}"
        assert f"sudo {advised}" in refused["message"]
        subprocess.run(advised.split(), check=True)
        assert server.wait(PATIENCE_SECONDS) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("language", LANGUAGES)
def test_folder_that_can_only_be_read(language: str, tmp_path: Path) -> None:
    """What is advised there works, and nothing was changed."""
    node = founded(tmp_path / "alpha", "Alpha")
    for path in (node.home, *node.home.iterdir()):
        shutil.chown(path, "nobody")
    before = {one.name: one.read_bytes() for one in node.home.iterdir()}
    node.home.chmod(0o555)
    refused = told_as_nobody(node.home, "serve", *ANYWHERE, "--lang", language, "--json")
    assert refused["error"] == "serve-read-only"
    assert f"--home {node.home} export" in refused["message"]
    entries = told_as_nobody(node.home, "export", "-", "--format", "json", "--lang", language)
    assert "Alpha" in json.dumps(entries)
    assert {one.name: one.read_bytes() for one in node.home.iterdir()} == before


def told_as_nobody(folder: Path, *words: str) -> dict[str, str]:
    """What a command says to another user of this machine."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        for path in folder.parents:
            if path.owner() == "root" and path != Path("/"):
                path.chmod(path.stat().st_mode | 0o011)
        os.dup2(writing, 1)
        sys.stdout = os.fdopen(1, "w")
        os.setuid(pwd.getpwnam("nobody").pw_uid)
        try:
            main([*words, "--home", str(folder)])
            sys.stdout.flush()
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as source:
        found: dict[str, str] = json.load(source)
    return found


@pytest.mark.parametrize("advised", [("--no-local-network",), ("--proxy", "off")])
def test_proxy_and_the_local_network_do_not_go_together(
    advised: tuple[str, ...], tmp_path: Path
) -> None:
    node = founded(tmp_path / "alpha", "Alpha")
    said = ("--proxy", "socks5://127.0.0.1:9", "--local-network", *ANYWHERE)
    assert node.refused("serve", *said)["error"] == "proxy-and-local"
    with closing(open_core(Home(node.home))) as core:
        assert serve_options(core.settings) == {}
    with serving(node, *said, *advised):
        assert node.gets("status")["running"]


def test_words_that_nobody_saw(tmp_path: Path) -> None:
    """The folder deleted, the same command gives a node whose words are seen."""
    words = ("init", "--name", "Alpha", "--json")
    home = tmp_path / "alpha"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "node", *words, "--home", str(home)],
            stdout=full,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            env=environment(),
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    told = " ".join(done.stderr.split())
    expected = Texts("en").error("words-unseen", path=home)
    assert (done.returncode, told) == (1, " ".join(expected.split()))
    shutil.rmtree(home)
    again = command("init", "--name", "Alpha", "--home", str(home), "--json")
    assert len(json.loads(again.stdout)["words"]) == 24
