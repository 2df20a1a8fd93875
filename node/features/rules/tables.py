"""How many key persons an act needs, and acts that wait for another one."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from node.store.core import Core
from node.store.database import Database

FIRST = """
-- How many key persons an act needs, where that is not one.
create table act_rules (act text primary key, needed integer not null);
-- Acts for the group that somebody began. `what` is what to do, as JSON; `begun_by` is null for
-- whoever came by the machine's link. `state`: waiting, doing, done, failed, refused, back, over.
create table requests (
    id text primary key, act text not null, what text not null, begun_by text,
    at integer not null, until integer not null, state text not null, ended integer, why text
);
create index requests_state on requests (state, at);
create table request_votes (
    request text not null, person text not null, at integer not null,
    primary key (request, person)
);
"""

READ = frozenset({"shown", "said", "told"})
"""Particulars of an act that only people read."""

_COLUMNS = "id, act, what, begun_by, at, until, state, ended, why"


class Request(NamedTuple):
    """An act that was begun. `why`: the code of the problem, if it failed."""

    id: str
    act: str
    what: dict[str, Any]
    begun_by: str | None
    at: int
    until: int
    state: str
    ended: int | None
    why: str | None


def rules(core: Core) -> "Rules":
    """The tables of a node."""
    return Rules(core.db)


class Rules:
    """All writing happens inside `Core.transaction`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def needed(self) -> dict[str, int]:
        """Act → key persons that it needs, where that was said."""
        return dict(self.db.all("select act, needed from act_rules"))

    def set_needed(self, act: str, needed: int) -> None:
        """How many an act needs from now on."""
        self.db.run("insert or replace into act_rules (act, needed) values (?, ?)", (act, needed))

    def add(self, one: Request) -> None:
        """Somebody began an act."""
        row = one._replace(what=json.dumps(one.what))  # type: ignore[arg-type]
        self.db.run(f"insert into requests ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def get(self, id: str) -> Request | None:
        """One of them."""
        row = self.db.one(f"select {_COLUMNS} from requests where id = ?", (id,))
        return _request(row) if row else None

    def in_state(self, *states: str) -> list[Request]:
        """Those in one of these states, the oldest first."""
        marks = ", ".join("?" * len(states))
        sql = f"select {_COLUMNS} from requests where state in ({marks}) order by at, id"
        return [_request(row) for row in self.db.all(sql, states)]

    def latest(self, most: int) -> list[Request]:
        """The latest first."""
        sql = f"select {_COLUMNS} from requests order by at desc, id limit ?"
        return [_request(row) for row in self.db.all(sql, (most,))]

    def move(self, id: str, before: str, state: str, at: int | None, why: str | None) -> bool:
        """Let it go from one state to another; whether it was in the one before."""
        sql = "update requests set state = ?, ended = ?, why = ? where id = ? and state = ?"
        return self.db.run(sql, (state, at, why, id, before)) > 0

    def agree(self, id: str, person: str, at: int) -> None:
        """A person wants it."""
        sql = "insert or ignore into request_votes (request, person, at) values (?, ?, ?)"
        self.db.run(sql, (id, person, at))

    def agreed(self, id: str) -> list[str]:
        """Who wants it, in their order."""
        sql = "select person from request_votes where request = ? order by at, rowid"
        return [row[0] for row in self.db.all(sql, (id,))]

    def of(self, person: str) -> list[Request]:
        """What a person began or agreed to."""
        sql = (
            f"select {_COLUMNS} from requests where begun_by = ?"
            " or id in (select request from request_votes where person = ?) order by at, id"
        )
        return [_request(row) for row in self.db.all(sql, (person, person))]

    def forget_person(self, person: str, name: str) -> None:
        """What a person did stays, and nobody's name stands at it any more."""
        self.db.run("update requests set begun_by = ? where begun_by = ?", (name, person))
        self.db.run(
            "update or ignore request_votes set person = ? where person = ?", (name, person)
        )
        self.db.run("delete from request_votes where person = ?", (person,))

    def forget(self, before: int) -> None:
        """Remove what ended long ago."""
        old = "select id from requests where ended < ?"
        self.db.run(f"delete from request_votes where request in ({old})", (before,))
        self.db.run("delete from requests where ended < ?", (before,))

    def begun_with(self, act: str, what: dict[str, Any], states: Iterable[str]) -> Request | None:
        """The same act with the same particulars, in one of these states.

        What people read of it does not count: that is in the language of who began it.
        """
        meant = _meant(json.loads(json.dumps(what)))
        known = self.in_state(*states)
        return next((one for one in known if (one.act, _meant(one.what)) == (act, meant)), None)


def _meant(what: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in what.items() if name not in READ}


def _request(row: tuple[Any, ...]) -> Request:
    found = Request(*row)
    return found._replace(what=json.loads(str(found.what)))
