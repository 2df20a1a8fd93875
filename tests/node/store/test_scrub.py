"""What is deleted is nowhere in the file: neither where it lay, nor where it had lain before."""

import random
import sqlite3
from pathlib import Path

import pytest

from node.store.database import Database
from node.store.scrub import dirty_gaps

MARK = b"a word that is erased"


def shuffled(path: Path, seed: int) -> Database:
    """A table whose pages were divided and put together; some rows have the mark."""
    database, dice = Database(path), random.Random(seed)
    database.conn.execute("create table some (no integer primary key, key text, what blob)")
    database.conn.execute("create unique index of_some on some (key)")
    for _ in range(60):
        with database.writing():
            for _ in range(dice.randrange(12)):
                word = MARK if dice.random() < 0.3 else b"other words that stay"
                row = f"key {dice.randrange(120)}", word * dice.randrange(10, 45)
                database.run("insert or replace into some (key, what) values (?, ?)", row)
    return database


def everything(database: Database) -> bytes:
    return Path(database.path).read_bytes()


def test_what_was_moved_before_it_was_deleted_is_overwritten(tmp_path: Path) -> None:
    left = 0
    for seed in range(12):
        database = shuffled(tmp_path / str(seed), seed)
        with database.writing():
            database.run("delete from some where instr(what, ?)", (MARK,))
        assert database.fold()
        left += MARK in everything(database)
        assert database.scrub()
        assert MARK not in everything(database)
        with database.writing():
            rows = [(f"more {one}", b"x" * one) for one in range(300)]
            database.many("insert into some (key, what) values (?, ?)", rows)
        assert database.fold()
        assert MARK not in everything(database)  # nor was it in memory
        assert database.one("pragma integrity_check") == ("ok",)
        database.close()
    assert left, "SQLite does it by itself: `node.store.scrub` can go"


@pytest.mark.parametrize("seed", range(4))
def test_nothing_that_is_there_is_touched(tmp_path: Path, seed: int) -> None:
    database = shuffled(tmp_path / "store", seed)
    rows = database.all("select * from some order by no")
    assert database.fold()
    assert database.scrub()
    database.close()
    conn = sqlite3.connect(database.path)
    assert conn.execute("select * from some order by no").fetchall() == rows
    assert conn.execute("pragma integrity_check").fetchone() == ("ok",)
    conn.close()
    assert not list(dirty_gaps(everything(database), 4_096, first=True))


def test_waits_for_who_reads(tmp_path: Path) -> None:
    """Then the file is not all there is: an old page may come into it later."""
    database = shuffled(tmp_path / "store", 2)
    with database.reading() as conn:
        conn.execute("begin")
        conn.execute("select count(*) from some").fetchone()
        with database.writing():
            database.run("delete from some")
        assert not database.fold()
        assert not database.scrub()
        conn.execute("rollback")
    assert database.fold()
    assert database.scrub()
    database.close()
