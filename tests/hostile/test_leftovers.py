"""What a killed process leaves in a node's folder: real processes, raw bytes of all files."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from node.app import SCHEMA, open_core
from node.features.meetings.actions import new_meeting
from node.features.start.actions import initialise
from node.keys.home import Home

ROOT = Path(__file__).parents[2]
MARK = "Pflaumenmus-31415"
"""The title of the meeting that is erased."""

BACKUP = """
import os, signal, sys
from pathlib import Path
from node.upkeep.backup_file import backup
from node.app import open_core
from node.keys.home import Home

FILES = {"open", "os.remove", "os.rename", "os.chmod", "sqlite3.connect"}
core, left = open_core(Home(Path(sys.argv[1]))), int(sys.argv[3])

def happened(event, _args):
    global left
    left -= event in FILES
    if left == 0 and event in FILES:
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(happened)
backup(core, Path(sys.argv[2]), True, lambda _done, _total: happened("open", ()))
"""
"""Kills itself at the n-th thing that it does with files, as Python itself reports them."""


def node(folder: Path) -> Home:
    """A node with a meeting that is to be erased."""
    home = Home(folder / "node")
    initialise(home, {"name": "Alpha"}, None, secrets.token_bytes, schema=SCHEMA)
    soon = datetime.now(UTC) + timedelta(days=20)
    meeting = {"title": MARK, "starts": soon.strftime("%Y-%m-%dT19:00"), "zone": "Europe/Berlin"}
    with closing(open_core(home)) as core:
        new_meeting(core, core.home_id, "public", {**meeting, "minutes": 90, "place": "Saal"})
    return home


def verbund(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    """A command, as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "node", *words, "--home", str(home.path)],
        cwd=ROOT, env={**os.environ, "LANG": "en_GB.UTF-8"},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def holding(folder: Path) -> set[str]:
    """The files in which the title can be read."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in files if MARK.encode() in path.read_bytes()}


DATABASE = {"verbund.db", "verbund.db-wal"}


def test_a_killed_backup_leaves_nothing_to_read(tmp_path: Path) -> None:
    """Erasure: wherever a backup is killed, nothing but the database holds what is in it."""
    home, n, status = node(tmp_path), 0, -signal.SIGKILL
    while status == -signal.SIGKILL:
        n += 1
        words = [sys.executable, "-c", BACKUP, str(home.path), str(tmp_path / "file"), str(n)]
        status = subprocess.run(words, cwd=ROOT, check=False).returncode
        assert holding(tmp_path) <= DATABASE, f"killed at step {n}"
    assert (status, n > 8) == (0, True)
    done = verbund(home, "meeting", "erase", MARK, "--yes")
    assert done.returncode == 0, done.stderr
    assert holding(tmp_path) == set()


def left_by_older_versions(home: Home) -> list[Path]:
    """A snapshot under the number of a living process, its journal, a restore that broke off."""
    found = [home.path / "backup.1.new", home.path / "backup.1.new-journal"]
    found.append(home.path / "restoring" / "verbund.db")
    found[-1].parent.mkdir()
    for path in found:
        shutil.copy(home.database, path)
    return found


def test_an_erasure_takes_leftovers_along(tmp_path: Path) -> None:
    """Erasure: confirmed only when what older versions left in the clear is gone, too."""
    home = node(tmp_path)
    left = left_by_older_versions(home)
    assert holding(home.path) >= {path.name for path in left}
    done = verbund(home, "meeting", "erase", MARK, "--yes")
    assert done.returncode == 0, done.stderr
    assert not any(path.exists() for path in left)
    assert holding(home.path) == set()
    with closing(open_core(home)) as core:
        assert [one.wiped is not None for one in core.erasures.all()] == [True]


def test_a_start_takes_leftovers_away(tmp_path: Path) -> None:
    """Erasure: before the node answers anybody."""
    home = node(tmp_path)
    left = left_by_older_versions(home)
    words = [sys.executable, "-m", "node", "serve", "--listen", "127.0.0.1:0", "--json"]
    server = subprocess.Popen(
        [*words, "--home", str(home.path)],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == "{\n", "the address, once it answers"
        assert not any(path.exists() for path in left)
    finally:
        server.terminate()
        server.communicate()
