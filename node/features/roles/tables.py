"""The tables of roles: what needs a second key person, and what happened."""

from node.features.roles.types import Entry, Second
from node.store.core import Core
from node.store.moving import Column, Moved, move

FIRST = """
-- What one key person began and another is to agree to; one of each act about a person.
create table role_seconds (
    person text not null, act text not null, by text not null, at integer not null,
    second text, agreed integer, until integer not null, primary key (person, act)
);
create table role_log (
    no integer primary key, person text not null, at integer not null, what text not null, by text,
    second text
);
create index role_log_at on role_log (at);
"""

_SECOND = "select person, act, by, at, second, agreed, until from role_seconds"


def put_second(core: Core, one: Second) -> None:
    """In place of the one before. Inside `transaction`."""
    core.db.run("insert or replace into role_seconds values (?, ?, ?, ?, ?, ?, ?)", one)


def second_of(core: Core, person: str, act: str) -> Second | None:
    """What was begun about a person and is not over."""
    sql = f"{_SECOND} where person = ? and act = ? and until > ?"
    row = core.db.one(sql, (person, act, core.clock()))
    return Second(*row) if row else None


def open_seconds(core: Core) -> list[Second]:
    """All that nobody agreed to yet, the oldest first."""
    sql = f"{_SECOND} where second is null and until > ? order by at, person"
    return [Second(*row) for row in core.db.all(sql, (core.clock(),))]


def remove_second(core: Core, person: str, act: str) -> None:
    """Inside `transaction`."""
    core.db.run("delete from role_seconds where person = ? and act = ?", (person, act))


def remove_old_seconds(core: Core) -> None:
    """Inside `transaction`."""
    core.db.run("delete from role_seconds where until <= ?", (core.clock(),))


def log(core: Core, person: str, what: str, by: str | None, second: str | None = None) -> None:
    """Inside `transaction`."""
    row = (person, core.clock(), what, by, second)
    core.db.run("insert into role_log values (null, ?, ?, ?, ?, ?)", row)


_LOG = "select person, at, what, by, second from role_log"


def log_of(core: Core, person: str, most: int) -> list[Entry]:
    """What happened to a person's roles, the newest first."""
    sql = f"{_LOG} where person = ? order by at desc, no desc limit ?"
    return [Entry(*row) for row in core.db.all(sql, (person, most))]


def log_since(core: Core, since: int, most: int) -> list[Entry]:
    """What happened since a time, the newest first."""
    sql = f"{_LOG} where at >= ? order by at desc, no desc limit ?"
    return [Entry(*row) for row in core.db.all(sql, (since, most))]


def erase_roles(core: Core, person: str) -> None:
    """All that is kept here of a person. Inside `transaction`."""
    core.db.run("delete from role_seconds where ? in (person, by)", (person,))
    core.db.run("delete from role_log where person = ?", (person,))


MOVES = tuple(Column("role_log", "no", one) for one in ("person", "by", "second"))


def move_roles(core: Core, person: str, to: str) -> Moved:
    """What is kept of one is another's; what was begun about them is over. Inside `transaction`."""
    core.db.run("delete from role_seconds where ? in (person, by)", (person,))
    return move(core.db, MOVES, person, to)
