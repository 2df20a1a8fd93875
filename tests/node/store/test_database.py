"""The file: durable on every connection, shared by processes, full, damaged."""

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from node.app import open_core
from node.base.errors import Problem
from node.features.groups.actions import edit_group
from node.features.networks.actions import found_network, leave_network
from node.keys.home import Home
from node.store.core import Core
from node.store.database import Database
from protocol.audience import PUBLIC
from protocol.kind import Place
from tests.node.world import make_core

ROOT = Path(__file__).parents[3]


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    core = make_core(tmp_path)
    yield core
    core.close()


def records(core: Core) -> list[tuple[int, bytes]]:
    return core.db.all("select no, envelope from records order by no")


def name_of_group(core: Core) -> str:
    record = core.records.at(Place(core.home_id, PUBLIC, "group", ""))
    assert record is not None
    assert record.content is not None
    return str(record.content["name"])


def pragma(db: Database, name: str) -> object:
    return db.one(f"pragma {name}")[0]


# Durable


def test_every_connection_is_set_up(tmp_path: Path) -> None:
    """The first one and a second one, since all but the journal mode is per connection."""
    one, other = Database(tmp_path / "db"), Database(tmp_path / "db")
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    for db in (one, other):
        assert {name: pragma(db, name) for name in wanted} == wanted
        db.close()


@pytest.mark.parametrize("level", ["off", "normal"])
def test_a_connection_that_is_not_durable_is_refused(tmp_path: Path, level: str) -> None:
    class Careless(Database):
        def one(self, sql: str, values: object = ()) -> object:
            if sql == "pragma synchronous":
                self.conn.execute(f"pragma synchronous = {level}")
            return super().one(sql, values)

    with pytest.raises(Problem, match="database-not-durable"):
        Careless(tmp_path / "db")
    db = Database(tmp_path / "db")
    db.run(f"pragma synchronous = {level}")
    with pytest.raises(Problem, match="database-not-durable"), db.writing():
        pass
    db.close()


# Damaged


def no_database(path: Path) -> None:
    path.write_bytes(b"This is a letter, and no database.\n" * 300)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def scrambled(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[100:4096] = b"\xff" * 3996
    path.write_bytes(raw)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (no_database, "database-unreadable"),
        (cut, "database-unreadable"),
        (emptied, "database-missing"),
        (scrambled, "database-unreadable"),
        (folder, "database-unreadable"),
        (gone, "database-missing"),
    ],
)
def test_a_damaged_file_is_left_as_it_is(
    tmp_path: Path, damage: Callable[[Path], None], code: str
) -> None:
    core = make_core(tmp_path)
    core.close()
    path = core.home.database
    damage(path)
    before = path.read_bytes() if path.is_file() else None
    keys = core.home.key_file.read_bytes()
    with pytest.raises(Problem, match=code) as raised:
        open_core(core.home)
    assert str(raised.value.values["path"]) == str(path)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert core.home.key_file.read_bytes() == keys


@pytest.mark.parametrize("damage", [b"", b"\x00" * 40, b"verbund"])
def test_a_damaged_key_file_is_a_problem(tmp_path: Path, damage: bytes) -> None:
    core = make_core(tmp_path)
    core.close()
    core.home.key_file.write_bytes(damage)
    with pytest.raises(Problem, match="key-file-damaged"):
        open_core(core.home)
    whole = core.home.database.read_bytes()
    assert whole.startswith(b"SQLite format 3")


READ_ONLY = """
import os, sys
from pathlib import Path
import node.store.core  # while it may still be read
from node.app import open_core
from node.base.errors import Problem
from node.keys.home import Home
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    core = open_core(Home(Path(sys.argv[1])))
    with core.transaction():
        core.settings.set("x", 1)
    print("written")
except Problem as problem:
    print(problem.code)
"""


def test_a_file_that_may_not_be_written(tmp_path: Path) -> None:
    core = make_core(tmp_path)
    core.close()
    before = core.home.database.read_bytes()
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_uid == os.getuid() and path != Path("/tmp"):
            path.chmod(0o755)
    core.home.path.chmod(0o555)
    core.home.database.chmod(0o444)
    core.home.key_file.chmod(0o444)
    command = [sys.executable, "-c", READ_ONLY, core.home.path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    core.home.path.chmod(0o755)
    assert done.stdout.split() == ["database-read-only"], done.stderr
    assert core.home.database.read_bytes() == before


# Somebody else has the file open


def test_a_writer_that_waits_too_long_says_so(core: Core) -> None:
    other = sqlite3.connect(core.home.database, isolation_level=None)
    other.execute("begin immediate")
    core.db.run("pragma busy_timeout = 20")
    with pytest.raises(Problem, match="database-busy"):
        edit_group(core, core.home_id, {"name": "Beta"})
    assert name_of_group(core) == "Alpha"
    other.execute("rollback")
    other.close()
    edit_group(core, core.home_id, {"name": "Beta"})
    assert name_of_group(core) == "Beta"


def test_folding_does_not_wait_for_a_reader(core: Core) -> None:
    other = sqlite3.connect(core.home.database, isolation_level=None)
    other.execute("begin")
    other.execute("select count(*) from records").fetchone()
    edit_group(core, core.home_id, {"name": "Beta"})
    core.db.fold()
    assert pragma(core.db, "busy_timeout") == 15_000
    other.execute("rollback")
    other.close()
    core.db.fold()
    assert core.home.database.with_name("verbund.db-wal").stat().st_size == 0


# All or nothing


class OwnError(Exception):
    pass


def _break_off(core: Core, network: bytes, error: BaseException) -> None:
    with core.transaction():
        edit_group(core, core.home_id, {"name": "Beta"})
        leave_network(core, core.home_id, network)
        found_network(core, core.home_id, {"name": "Zweites"})
        raise error


@pytest.mark.parametrize(
    "error", [OwnError(), KeyboardInterrupt(), Problem("x"), sqlite3.IntegrityError()], ids=repr
)
def test_an_error_leaves_file_and_memory_as_they_were(core: Core, error: BaseException) -> None:
    network = found_network(core, core.home_id, {"name": "Netz"})
    before = (records(core), core.ring.pack(), core.home.key_file.read_bytes(), core.own)
    members = core.ties.members(network, core.clock())
    with pytest.raises(type(error)):
        _break_off(core, network, error)
    assert (records(core), core.ring.pack(), core.home.key_file.read_bytes(), core.own) == before
    assert core.ties.members(network, core.clock()) == members
    again = open_core(core.home)
    assert again.ring.pack() == core.ring.pack()
    again.close()


def test_a_network_that_could_not_be_founded_can_be_founded_again(core: Core) -> None:
    slots = len(core.ring.slots)
    core.db.run(f"pragma max_page_count = {pragma(core.db, 'page_count')}")
    for _time in range(3):
        with pytest.raises(Problem, match="disk-full"):
            found_network(core, core.home_id, {"name": "Netz", "purpose": "ä" * 2000})
    assert (len(core.ring.slots), core.own) == (slots, {core.home_id})
    core.db.run("pragma max_page_count = 1000000")
    network = found_network(core, core.home_id, {"name": "Netz"})
    assert core.own == {core.home_id, network}
    assert len(core.ring.slots) == slots - 1


# A full disk


def fill(core: Core) -> None:
    """No page more than there are now."""
    core.db.run(f"pragma max_page_count = {pragma(core.db, 'page_count')}")
    with pytest.raises(Problem, match="disk-full"), core.transaction():
        core.db.run("insert into settings values ('filler', ?)", ("x" * 200_000,))


def test_a_full_disk_refuses_and_goes_on_reading(core: Core) -> None:
    fill(core)
    before = records(core)
    long = {"purpose": "lang " * 400, "convictions": [f"{n} " + "w" * 490 for n in range(32)]}
    with pytest.raises(Problem, match="disk-full"):
        edit_group(core, core.home_id, long)
    assert (records(core), name_of_group(core)) == (before, "Alpha")
    assert core.db.one("pragma integrity_check")[0] == "ok"


def test_a_full_disk_lets_one_leave(core: Core) -> None:
    network = found_network(core, core.home_id, {"name": "Netz"})
    fill(core)
    leave_network(core, core.home_id, network)
    assert core.ties.members(network, core.clock()) == []


def test_home_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no-home"):
        open_core(Home(tmp_path / "nowhere"))


# What is deferred


def test_what_is_deferred_is_written_before_anybody_reads(core: Core) -> None:
    with core.transaction():
        core.db.defer(lambda: core.settings.set("later", 1))
        assert core.settings.get("later") == 1
        core.db.defer(lambda: core.settings.set("later", 2))
    assert core.settings.get("later") == 2


def test_what_is_deferred_goes_with_a_rollback(core: Core) -> None:
    with contextlib.suppress(OwnError), core.transaction():
        core.db.defer(lambda: core.settings.set("later", 1))
        raise OwnError
    assert core.settings.get("later") is None


def test_a_connection_for_reading_writes_nothing(core: Core) -> None:
    with core.db.reading() as reader:
        assert reader.execute("select count(*) from records").fetchone()[0] > 0
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("delete from records")
