"""Files that a node writes, in a folder where somebody else put something first."""

import ast
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from node.app import SCHEMA, main, open_core
from node.base.errors import Problem
from node.base.files import write_private
from node.features.bundles.actions import write_bundle
from node.features.start.actions import initialise
from node.keys.home import Home
from node.store.core import Core
from node.store.disk_reserve import Reserve
from node.upkeep.backup_file import backup

ROOT = Path(__file__).parents[2]
Write = Callable[[Core, Path, bool], object]


def export(core: Core, file: Path, replace: bool) -> None:
    words = ["export", str(file), "--home", str(core.home.path)]
    if main([*words, *(["--replace"] if replace else [])]) != 0:
        raise Problem("refused")


WRITERS: dict[str, Write] = {
    "export": export,
    "backup": lambda core, file, replace: backup(core, file, replace, lambda _done, _total: None),
    "bundle": lambda core, file, replace: write_bundle(core, None, file, replace),
}
EACH = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    """A node, and a umask that lets everybody read and write."""
    before = os.umask(0)
    home = Home(tmp_path / "node")
    initialise(home, {"name": "Alpha"}, None, secrets.token_bytes, schema=SCHEMA)
    with closing(open_core(home)) as found:
        yield found
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@EACH
def test_what_is_written_is_for_its_owner(core: Core, tmp_path: Path, write: Write) -> None:
    """Files: whatever the umask says, and whatever rights the file had that is replaced."""
    file = tmp_path / "file.csv"
    write(core, file, False)
    assert mode(file) == 0o600
    file.chmod(0o666)
    write(core, file, True)
    assert mode(file) == 0o600


@EACH
@pytest.mark.parametrize("target", ["missing", "there"])
def test_links_are_not_followed(core: Core, tmp_path: Path, write: Write, target: str) -> None:
    """Files: a link where a file is to be, also one that leads nowhere, is refused."""
    aim, file = tmp_path / "aim", tmp_path / "file.csv"
    if target == "there":
        aim.write_bytes(b"somebody's")
    file.symlink_to(aim)
    for replace in (False, True):
        with pytest.raises(Problem):
            write(core, file, replace)
    assert file.readlink() == aim
    assert not aim.exists() if target == "missing" else aim.read_bytes() == b"somebody's"


def plant(path: Path, how: str) -> Path:
    """Something of somebody else's under a name that will be used; gives what they look at."""
    aim = path.with_name("theirs")
    aim.write_bytes(b"")
    aim.chmod(0o666)
    if how == "link":
        path.symlink_to(aim)
    elif how == "dangling":
        aim.unlink()
        path.symlink_to(aim)
    else:
        path.hardlink_to(aim)
    return aim


HOW = pytest.mark.parametrize("how", ["file", "link", "dangling"])


@HOW
@EACH
def test_what_was_planted_beside_is_not_used(
    core: Core, tmp_path: Path, write: Write, how: str
) -> None:
    """Files: nobody has the file open, or owns it, that gets the name in the end."""
    file = tmp_path / "file.csv"
    aim = plant(tmp_path / "file.csv.part", how)
    write(core, file, False)
    assert mode(file) == 0o600
    assert file.lstat().st_nlink == 1
    assert not aim.exists() or aim.read_bytes() == b""
    assert not file.with_name("file.csv.part").exists()


@HOW
def test_a_planted_file_does_not_become_the_key_file(core: Core, how: str) -> None:
    """Files: a new file is made for the keys, whatever lies at `keys.new`."""
    aim = plant(core.home.path / "keys.new", how)
    with core.transaction():
        core.save_ring()
    keys = core.home.key_file
    assert (mode(keys), keys.lstat().st_nlink, keys.is_symlink()) == (0o600, 1, False)
    assert not aim.exists() or aim.read_bytes() == b""


@HOW
def test_the_reserve_is_no_way_to_other_files(tmp_path: Path, how: str) -> None:
    """Files: neither made long nor cut where somebody's link leads."""
    aim = plant(tmp_path / "reserve", how)
    reserve = Reserve(tmp_path)
    assert not reserve.make()
    if how != "dangling":
        aim.write_bytes(bytes(2**20))
        assert not reserve.release()
        assert aim.stat().st_size == 2**20
    else:
        assert not aim.exists()


def test_what_is_replaced_meanwhile_gets_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files: whoever puts another file at the name beside while it is written gains nothing."""
    path, sync = tmp_path / "keys", os.fsync
    write_private(path, b"old")

    def exchanged(file: int) -> None:
        sync(file)
        beside = tmp_path / "keys.new"
        if beside.exists():
            beside.unlink()
            beside.write_bytes(b"theirs")

    monkeypatch.setattr(os, "fsync", exchanged)
    with pytest.raises(Problem, match="home-unwritable"):
        write_private(path, b"new")
    assert path.read_bytes() == b"old"


ELSEWHERE = {
    "node/base/files.py": "the one place",
    "node/knock/hand.py": "the null device, where output is closed",
    "node/keys/folder_lock.py": "who has the lock, with the flags of `node/base/files.py`",
    "node/web/compiled.py": "templates as they were compiled, beside Python's own compiled files",
    "node/demo/nodes.py": "logs of a demonstration, in a folder of its own",
}


def test_files_are_written_in_one_place() -> None:
    """Files: nothing else in `node/` opens one for writing."""
    found = set()
    for path in ROOT.glob("node/**/*.py"):
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(one, ast.Call) and _writes(one):
                found.add(path.relative_to(ROOT).as_posix())
    assert found == set(ELSEWHERE)


def _writes(call: ast.Call) -> bool:
    said = ast.unparse(call.func)
    words = [one.value for one in call.args if isinstance(one, ast.Constant)]
    opens = said.rpartition(".")[2] == "open" and said not in ("os.open", "webbrowser.open")
    modes = [one for one in words if isinstance(one, str) and set(one) <= set("rwaxbt+")]
    return (
        said.endswith((".write_text", ".write_bytes", ".touch"))
        or (opens and any(set(one) & set("wax+") for one in modes))
        or (said == "os.open" and "O_CREAT" in ast.unparse(call))
        or (said == "os.open" and "NEW" in ast.unparse(call))
    )
