"""Tables: of the store and of each noun, made once, brought up to date, never by older software."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from node.app import SCHEMA, open_core
from node.base.errors import Problem
from node.features import FEATURES
from node.features.start.actions import initialise
from node.keys.home import Home
from node.store.database import Database
from node.store.schema import OF_THE_STORE, Migration, Schema, applied_to, statements
from tests.node.world import make_core

ROOT = Path(__file__).parents[3]

FROZEN = {
    ("store", "0001_first"): "f32c23e9602c7a63",
    ("store", "0002_kept_control"): "6ade53569a22c00c",
    ("store", "0003_attested"): "60a9070af2761386",
    ("store", "0004_strangers"): "d56b18a5ebaea89d",
    ("store", "0005_unread"): "6a2c0d7733939f8e",
    ("people", "0001_first"): "0c9bd995f654df34",
    ("people", "0002_passwords"): "f1c2fdcae74e3bd1",
    ("decisions", "0001_first"): "c8ffbb27a23770c5",
    ("pacts", "0001_first"): "8be058d883f626f0",
    ("groups", "0001_first"): "362e274e573eaa0a",
    ("peers", "0001_first"): "5db70bc9cb7f2169",
    ("bundles", "0001_first"): "23969b34cb20bb6a",
    ("meetings", "0001_first"): "b6732acfbe111a46",
    ("mine", "0001_first"): "47382d51cda23d32",
    ("rules", "0001_first"): "d48fd821eb6bf5bd",
    ("circles", "0001_first"): "d314410c4105794e",
    ("imports", "0001_first"): "d38911c5ebb25669",
    ("members", "0001_first"): "d41e698b91a78d61",
    ("people", "0003_acting"): "69fcb75f28680336",
    ("ways", "0001_first"): "1b7d40ef8d056627",
    ("joining", "0001_first"): "e380554eb18ead4f",
    ("roles", "0001_first"): "f44014d6cdff3325",
    ("acting", "0001_first"): "1312d31dac82f279",
    ("answers", "0001_first"): "7031142a1fdf579d",
}
"""Published, so never changed: the first digits of their SHA-256. What is to be otherwise is a
migration more. Until the first release nothing is published: a digest goes with its SQL."""

LATER = Migration(
    "meetings", "0002_seen", lambda: "alter table kept_meetings add column seen integer;"
)


def with_more(*more: Migration) -> Schema:
    return Schema((*SCHEMA.migrations, *more))


def tables(db: Database) -> dict[str, str]:
    """Every table and index, and how it was made."""
    return dict(db.all("select name, sql from sqlite_master where sql is not null"))


def kept_meetings(db: Database) -> list[tuple[object, ...]]:
    return db.all("select * from kept_meetings")


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A database of today with a meeting in it."""
    path = tmp_path / "db"
    db = Database(path, SCHEMA)
    db.run("insert into kept_meetings values (?, 'm', ?)", (b"host", b"body"))
    db.close()
    return path


def test_published_migrations_are_as_they_were() -> None:
    assert {one.key: sha256(one.sql().encode()).hexdigest()[:16] for one in SCHEMA.migrations} == (
        FROZEN
    )


def test_nouns_follow_the_platform_in_their_order() -> None:
    owners = list(dict.fromkeys(one.owner for one in SCHEMA.migrations))
    assert owners == ["store", "people", *(one.name for one in FEATURES if one.migrations)]


def test_new_node_has_all_tables_at_once(tmp_path: Path) -> None:
    made = Home(tmp_path / "made")
    initialise(made, {"name": "Alpha"}, None, bytes, schema=SCHEMA)
    fresh, there = Database(tmp_path / "db", SCHEMA), Database(made.database)
    assert tables(there) == tables(fresh)
    assert applied_to(there.conn) == [one.key for one in SCHEMA.migrations]
    fresh.close()
    there.close()


def test_nothing_is_applied_twice(older: Path) -> None:
    db = Database(older, SCHEMA)
    assert kept_meetings(db) == [(b"host", "m", b"body")]
    assert applied_to(db.conn) == [one.key for one in SCHEMA.migrations]
    db.close()


def test_older_database_is_brought_up(older: Path) -> None:
    db = Database(older, with_more(LATER))
    assert kept_meetings(db) == [(b"host", "m", b"body", None)]
    assert applied_to(db.conn)[-1] == LATER.key
    db.close()


def test_new_noun_gets_its_tables(older: Path) -> None:
    talks = Migration("talks", "0001_first", lambda: "create table talks (no integer);")
    db = Database(older, with_more(talks))
    assert db.all("select * from talks") == []
    assert kept_meetings(db) == [(b"host", "m", b"body")]
    db.close()


def test_migrations_that_break_off_leave_the_database_as_it_was(older: Path) -> None:
    broken = Migration("groups", "0002_broken", lambda: "create table x (n);\ncreate table x (n);")
    before = Database(older, SCHEMA)
    wanted = (tables(before), applied_to(before.conn))
    before.close()
    with pytest.raises(Problem, match="database-unreadable"):
        Database(older, with_more(LATER, broken))
    after = Database(older, SCHEMA)
    assert (tables(after), applied_to(after.conn)) == wanted
    after.close()


@pytest.mark.parametrize(
    "newer", [LATER, Migration("talks", "0001_first", lambda: "create table talks (no integer);")]
)
def test_newer_database_is_refused_and_left_alone(tmp_path: Path, newer: Migration) -> None:
    """Also where the newer software has a noun that is not known here."""
    core = make_core(tmp_path)
    core.close()
    Database(core.home.database, with_more(newer)).close()
    before = core.home.database.read_bytes()
    with pytest.raises(Problem, match="database-newer") as raised:
        open_core(core.home)
    assert raised.value.values["path"] == str(core.home.database)
    assert core.home.database.read_bytes() == before


def test_store_alone_knows_nothing_of_nouns(older: Path) -> None:
    """What needs no keys, as ending a server, opens the store's tables and no more."""
    Database(older).close()
    store = Migration("store", "0002_later", lambda: "create table later (n);")
    Database(older, with_more(store)).close()
    with pytest.raises(Problem, match="database-newer"):
        Database(older, OF_THE_STORE)


def test_usual_start_reads_no_migration(tmp_path: Path) -> None:
    core = make_core(tmp_path)
    core.close()
    code = (
        "import sys; from pathlib import Path; from node.app import open_core;"
        "from node.keys.home import Home; open_core(Home(Path(sys.argv[1]))).close();"
        "sys.exit(any(one == 'sqlite_utils' or one.endswith('.tables') for one in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, core.home.path], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_two_processes_make_the_file_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from node.app import SCHEMA; from node.store.database import Database;"
        "Database(sys.argv[1], SCHEMA).close()"
    )
    some = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path / "db"], cwd=ROOT) for _ in range(4)
    ]
    assert [one.wait() for one in some] == [0, 0, 0, 0]
    db = Database(tmp_path / "db", SCHEMA)
    assert applied_to(db.conn) == [one.key for one in SCHEMA.migrations]
    db.close()


def test_statements_of_a_script() -> None:
    script = "create table a (n);\n-- a; b\ncreate table b (\n  n, m\n);\n"
    assert list(statements(script)) == [
        "create table a (n);",
        "-- a; b\ncreate table b (\n  n, m\n);",
    ]
    with pytest.raises(ValueError, match="without an end"):
        list(statements("create table a (n);\ncreate table b (n)"))
