"""A node on a file system that can only be read, and on disks that fail."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from node.app import open_core
from node.base.errors import Problem
from node.features.groups.actions import edit_group
from node.keys.home import Home
from node.store.database import translated
from tests.node.cli.people import Person

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")


@pytest.fixture
def person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Person:
    found = Person(tmp_path / "Alpha", "Alpha", capsys)
    found.gets("init", "--name", "Alpha", "--region", "Kiel")
    return found


@pytest.fixture
def read_only(person: Person) -> Iterator[Person]:
    """The folder of a node that was ended, mounted so that nothing can be written."""
    with mounted(person.folder):
        yield person


class mounted:  # noqa: N801 - a context
    """A folder, read-only for a while; skips where nothing can be mounted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        for words in (["--bind", str(self.folder)], ["-o", "remount,ro,bind"]):
            if subprocess.run(["mount", *words, str(self.folder)], check=False).returncode:
                pytest.skip("can't mount here")

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=True)


def test_everything_can_be_read(read_only: Person, tmp_path: Path) -> None:
    assert read_only.gets("group", "list")["total"] == 1
    assert "can’t be written" in " ".join(read_only.types("status")[0].split())
    assert read_only.gets("status")["disk"] == "read-only"
    assert "Alpha" in read_only.types("export", "-")[0]
    read_only.types("export", str(tmp_path / "list.csv"))


def test_it_can_be_backed_up(read_only: Person, tmp_path: Path) -> None:
    read_only.types("backup", str(tmp_path / "out.verbund"))
    assert (tmp_path / "out.verbund").stat().st_size > 10_000
    assert sorted(one.name for one in tmp_path.iterdir()) == ["Alpha", "out.verbund"]


def test_writing_is_refused_in_words_that_fit(read_only: Person) -> None:
    """Not by a full disk."""
    for words in (
        ("group", "edit", "--region", "Bonn"),
        ("group", "erase", "--yes"),
        ("network", "found", "--name", "Net"),
        ("peer", "invite"),
    ):
        assert read_only.is_refused(*words) in ("database-read-only", "no-address"), words


def test_what_stands_in_the_log_only_is_read_too(person: Person, tmp_path: Path) -> None:
    """The machine went out while the node ran: then the disk is looked at elsewhere."""
    copy = tmp_path / "Copy"
    with closing(open_core(Home(person.folder))) as core:
        edit_group(core, core.home_id, {"region": "Bonn"})
        shutil.copytree(person.folder, copy)
    (copy / "verbund.db-shm").unlink()
    assert (copy / "verbund.db-wal").stat().st_size
    with mounted(copy):
        found = Person(copy, "Copy", person.capsys)
        assert found.gets("group", "show")["region"] == "Bonn"
        assert found.is_refused("group", "edit", "--region", "Kiel") == "database-read-only"
        assert sorted(one.name for one in copy.iterdir()) == [
            "keys",
            "verbund.db",
            "verbund.db-wal",
        ]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (sqlite3.SQLITE_FULL, "disk-full"),
        (sqlite3.SQLITE_IOERR, "disk-failing"),
        (sqlite3.SQLITE_IOERR_READ, "disk-failing"),
        (sqlite3.SQLITE_IOERR_WRITE, "disk-failing"),
        (sqlite3.SQLITE_READONLY, "database-read-only"),
        (sqlite3.SQLITE_CORRUPT, "database-unreadable"),
    ],
)
def test_full_is_only_what_is_full(code: int, told: str, tmp_path: Path) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    assert translated(error, tmp_path / "verbund.db").code == told


def test_what_a_quota_refuses_is_full(tmp_path: Path) -> None:
    """SQLite calls it a failing disk, as it does a file that must not grow."""
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        found: Problem = translated(error, tmp_path / "verbund.db")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert found.code == "disk-full"
