"""One server for a folder, and nobody who leaves files behind that its owner can't open."""

import errno
import json
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from node.base.errors import Problem
from node.keys.folder_lock import LACKING, FolderLock, Owner, Taken
from node.keys.owner import ROOT, assert_ours, close_to_others
from tests.node.cli.test_processes import command, environment
from tests.node.world import make_home

ME = os.geteuid()
AS_ROOT = pytest.mark.skipif(ME != ROOT, reason="only root gives files away")
NOBODY = pwd.getpwnam("nobody")


OWNER = Owner("meeting invite", os.getpid(), 1)


def unexpected() -> None:
    pytest.fail("there are locks here")


def taken(folder: Path) -> Owner | None:
    """Who has it."""
    try:
        with FolderLock(folder, Owner("status", 8, 2), unexpected):
            return None
    except Taken as taken:
        return taken.owner


def test_the_lock_is_one_process_s_until_it_ends(tmp_path: Path) -> None:
    with FolderLock(tmp_path, OWNER, unexpected) as lock:
        assert taken(tmp_path) == OWNER
        lock.note(OWNER._replace(address="http://127.0.0.1:1"))
        assert taken(tmp_path) == OWNER._replace(address="http://127.0.0.1:1")
    assert taken(tmp_path) is None
    assert [one.name for one in tmp_path.iterdir()] == ["owner"]
    assert (tmp_path / "owner").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "note",
    [
        None,
        b"",
        b"{",
        b"[]",
        b'{"does": "x"}',
        b'{"does": "x", "pid": "y", "since": 1}',
        b'{"does": "server", "pid": 1073741824, "since": 1}',
        b"\xff",
    ],
)
def test_a_note_that_says_nothing(note: bytes | None, tmp_path: Path) -> None:
    with FolderLock(tmp_path, OWNER, unexpected):
        (tmp_path / "owner").unlink()
        if note is not None:
            (tmp_path / "owner").write_bytes(note)
        with pytest.raises(Taken) as caught, FolderLock(tmp_path, OWNER, unexpected):
            pytest.fail("held twice")
        assert caught.value.owner is None


@pytest.mark.parametrize("make", [lambda one: one.mkdir(), lambda one: one.symlink_to("keys")])
def test_nothing_is_written_through_what_lies_there(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    (tmp_path / "keys").write_bytes(b"secret")
    make(tmp_path / "owner")
    with FolderLock(tmp_path, OWNER, unexpected):
        assert (tmp_path / "keys").read_bytes() == b"secret"


@pytest.mark.parametrize("number", sorted(LACKING))
def test_a_file_system_without_locks_is_named_and_served(number: int, tmp_path: Path) -> None:
    def lock(_file: int, _how: int) -> None:
        raise OSError(number, os.strerror(number))

    told: list[bool] = []
    with FolderLock(tmp_path, OWNER, lambda: told.append(True), lock):
        assert told == [True]


def test_a_disk_that_fails_is_no_defect(tmp_path: Path) -> None:
    def lock(_file: int, _how: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with (
        pytest.raises(Problem, match="home-unreadable"),
        FolderLock(tmp_path, OWNER, unexpected, lock),
    ):
        pytest.fail("not held")


@contextmanager
def serving(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    words = ["serve", "--listen", "127.0.0.1:0", "--home", str(folder), "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "node", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment(),
    ) as server:
        try:
            yield server
        finally:
            server.kill()


def first_words(server: "subprocess.Popen[str]") -> dict[str, object]:
    """Its document: either where it listens, or why it does not."""
    assert server.stdout is not None
    lines = []
    for line in server.stdout:
        lines.append(line)
        if line == "}\n":
            break
    found: dict[str, object] = json.loads("".join(lines))
    return found


def test_of_servers_started_at_once_one_runs(tmp_path: Path) -> None:
    """Each on a port of its own, so that nothing but the folder keeps them apart."""
    folder = make_home(tmp_path, "Alpha").path
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(folder)) for _ in range(3)]
        said = [first_words(one) for one in servers]
        up = [one for one in said if "address" in one]
        assert len(up) == 1
        refused = [one["error"] for one in said if "error" in one]
        assert set(refused) <= {"already-running", "already-starting"}
        winner = servers[said.index(up[0])]
        again = json.loads(command("serve", "--home", str(folder), "--json").stdout)
        assert again["error"] == "already-running"
        assert f"process {winner.pid})" in again["message"]
        assert str(up[0]["address"]) in again["message"]
        assert command("group", "edit", "--region", "Kiel", "--home", str(folder)).returncode == 0
        winner.send_signal(signal.SIGKILL)
        winner.wait(timeout=20)
        third = stack.enter_context(serving(folder))
        assert "address" in first_words(third), "whoever was killed holds nothing"


def test_root_does_not_work_in_somebody_s_folder(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    if ME == ROOT:
        os.chown(other, NOBODY.pw_uid, -1)
    with pytest.raises(Problem) as caught:
        assert_ours(other, ROOT)
    owner = "nobody" if ME == ROOT else pwd.getpwuid(ME).pw_name
    assert (caught.value.code, caught.value.values["user"]) == ("root-in-others-folder", owner)
    assert list(other.iterdir()) == []


def test_ones_own_folder_and_none_at_all(tmp_path: Path) -> None:
    assert_ours(tmp_path)
    assert_ours(tmp_path / "nothing" / "here")


OPEN = [  # the rights of the folder, what is in it already, whether nodes work there
    (0o700, "keys", True),
    (0o755, "keys", True),
    (0o775, "keys", True),
    (0o777, "keys", False),
    (0o1777, "keys", False),
    (0o1777, "of-somebody-else", False),
    (0o777, None, True),  # closed when the node is made
]


@pytest.mark.parametrize(("mode", "there", "works"), OPEN)
def test_folder_in_which_everybody_can_write(
    mode: int, there: str | None, works: bool, tmp_path: Path
) -> None:
    folder = tmp_path / "open to all"
    folder.mkdir()
    if there:
        (folder / there).touch()
    folder.chmod(mode)
    if works:
        assert_ours(folder)
        return
    with pytest.raises(Problem) as caught:
        assert_ours(folder)
    assert caught.value.code == "folder-open"
    subprocess.run(caught.value.values["command"], shell=True, check=True)
    assert_ours(folder)


@AS_ROOT
def test_folder_that_somebody_holds_ready_for_others(tmp_path: Path) -> None:
    """Under a name that is in every manual, open to all, empty, and theirs."""
    folder = tmp_path / "harbour"
    folder.mkdir()
    folder.chmod(0o777)
    assert as_nobody(folder)["code"] == "folder-open"


LEFT_OPEN = [  # the rights of the folder, of the keys, of the database; what a person is told of
    (0o700, 0o600, 0o600, None),
    (0o700, 0o644, 0o644, None),  # nobody gets there
    (0o755, 0o600, 0o644, "(verbund.db)"),
    (0o755, 0o644, 0o644, "the keys too (keys, verbund.db)"),
    (0o755, 0o660, 0o660, None),  # for a group of users
]


@pytest.mark.parametrize(("folder_mode", "keys", "database", "told"), LEFT_OPEN)
def test_copy_that_everybody_can_read_is_closed(
    folder_mode: int, keys: int, database: int, told: str | None, tmp_path: Path
) -> None:
    home = make_home(tmp_path, "Alpha")
    home.path.chmod(folder_mode)
    home.key_file.chmod(keys)
    home.database.chmod(database)
    done = command("group", "show", "--home", str(home.path), "--lang", "en")
    assert done.returncode == 0
    said = " ".join(done.stderr.split())
    assert ("Everybody on this machine" in said) is (told is not None)
    assert (told or "") in said
    modes = [one.stat().st_mode & 0o777 for one in (home.key_file, home.database)]
    assert modes == [keys & 0o770, database & 0o770]
    assert home.path.stat().st_mode & 0o777 == folder_mode & 0o770
    again = command("group", "show", "--home", str(home.path), "--lang", "en")
    assert "Everybody" not in again.stderr


def test_common_folder_keeps_its_rights(tmp_path: Path) -> None:
    home = make_home(tmp_path, "Alpha")
    (home.path / "minutes.txt").touch()
    home.path.chmod(0o755)
    home.key_file.chmod(0o644)
    assert close_to_others(home.path) == ["keys"]
    assert home.path.stat().st_mode & 0o777 == 0o755


@AS_ROOT
@pytest.mark.parametrize(
    "words", [["status"], ["serve"], ["init", "--name", "X"], ["restore", "x"], ["export", "-"]]
)
def test_no_command_of_root_touches_it(words: list[str], tmp_path: Path) -> None:
    folder = make_home(tmp_path, "Alpha").path
    for path in (folder, *folder.iterdir()):
        os.chown(path, NOBODY.pw_uid, -1)
    before = {one.name: one.stat().st_mtime_ns for one in folder.iterdir()}
    done = command(*words, "--home", str(folder), "--json")
    assert (done.returncode, json.loads(done.stdout)["error"]) == (1, "root-in-others-folder")
    assert {one.name: one.stat().st_mtime_ns for one in folder.iterdir()} == before


@AS_ROOT
@pytest.mark.parametrize("name", ["verbund.db", "keys", "reserve"])
def test_files_that_root_left_are_named(name: str, tmp_path: Path) -> None:
    """With the command that brings them back."""
    folder = make_home(tmp_path, "Alpha").path
    (folder / "reserve").touch(0o600)
    for path in (folder, *folder.iterdir()):
        os.chown(path, NOBODY.pw_uid if path.name != name else ROOT, -1)
    found = as_nobody(folder)
    assert found["code"] == "files-of-another"
    assert found["files"] == name
    assert found["user"] == "root"
    assert found["command"] == f"sudo chown -R nobody {folder}"


def as_nobody(folder: Path) -> dict[str, str]:
    """What another user is told of a folder: in a process that is that user's."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        for path in folder.parents:
            if path.owner() == "root" and path != Path("/"):
                path.chmod(path.stat().st_mode | 0o011)
        os.setuid(NOBODY.pw_uid)
        try:
            assert_ours(folder)
            told: dict[str, str] = {}
        except Problem as problem:
            told = {"code": problem.code} | {k: str(v) for k, v in problem.values.items()}
        os.write(writing, json.dumps(told).encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as source:
        found: dict[str, str] = json.load(source)
    return found


@AS_ROOT
def test_all_in_order_is_said_nothing(tmp_path: Path) -> None:
    folder = make_home(tmp_path, "Alpha").path
    for path in (folder, *folder.iterdir()):
        os.chown(path, NOBODY.pw_uid, -1)
    assert as_nobody(folder) == {}
