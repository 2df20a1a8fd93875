"""The tables of who may act for whom, and of what they did."""

from collections.abc import Mapping
from typing import Any

from node.features.acting.types import Agreement, Entry
from node.store.core import Core
from node.store.moving import Column, move, move_back

FIRST = """
-- That one person may act for another: who said yes to it, and when.
create table acting_agreements (
    actor text not null, person text not null, at integer not null, actor_yes integer,
    person_yes integer, key_yes integer, key_by text, primary key (actor, person)
);
create index acting_agreements_person on acting_agreements (person);
-- What was done, for both to read.
create table acting_log (
    no integer primary key, actor text not null, person text not null, at integer not null,
    what text not null, path text not null
);
create index acting_log_person on acting_log (person);
create index acting_log_actor on acting_log (actor);
"""

_AGREEMENT = (
    "select actor, person, at, actor_yes, person_yes, key_yes, key_by from acting_agreements"
)


def agreement(core: Core, actor: str, person: str) -> Agreement | None:
    """What was said about these two."""
    row = core.db.one(f"{_AGREEMENT} where actor = ? and person = ?", (actor, person))
    return Agreement(*row) if row else None


def agreements_of(core: Core, person: str) -> list[Agreement]:
    """Where somebody is one of the two, the oldest first."""
    sql = f"{_AGREEMENT} where ? in (actor, person) order by at, actor, person"
    return [Agreement(*row) for row in core.db.all(sql, (person,))]


def put_agreement(core: Core, one: Agreement) -> None:
    """Inside `transaction`."""
    core.db.run("insert or replace into acting_agreements values (?, ?, ?, ?, ?, ?, ?)", one)


def remove_agreement(core: Core, actor: str, person: str) -> bool:
    """Whether there was one. Inside `transaction`."""
    sql = "delete from acting_agreements where actor = ? and person = ?"
    return core.db.run(sql, (actor, person)) > 0


def log(core: Core, actor: str, person: str, what: str, path: str = "") -> None:
    """Inside `transaction`."""
    row = (actor, person, core.clock(), what, path)
    core.db.run("insert into acting_log values (null, ?, ?, ?, ?, ?)", row)


def log_of(core: Core, person: str, most: int) -> list[Entry]:
    """What somebody did for others, or others for them; the newest first."""
    sql = (
        "select actor, person, at, what, path from acting_log where ? in (actor, person)"
        " order by at desc, no desc limit ?"
    )
    return [Entry(*row) for row in core.db.all(sql, (person, most))]


def erase_acting(core: Core, person: str) -> None:
    """All that is kept here of a person. Inside `transaction`."""
    core.db.run("delete from acting_agreements where ? in (actor, person)", (person,))
    core.db.run("delete from acting_log where ? in (actor, person)", (person,))


MOVES = (
    Column("acting_log", "no", "actor"),
    Column("acting_log", "no", "person"),
)


def move_agreements(core: Core, person: str, to: str) -> dict[str, Any]:
    """What was agreed with one is with another, but not with themselves. Inside `transaction`."""
    agreed = [list(one) for one in agreements_of(core, person)]
    for one in agreements_of(core, person):
        remove_agreement(core, one.actor, one.person)
        actor, whom = (to if each == person else each for each in (one.actor, one.person))
        if actor != whom and agreement(core, actor, whom) is None:
            put_agreement(core, one._replace(actor=actor, person=whom))
    return {"agreed": agreed, **move(core.db, MOVES, person, to)}


def move_agreements_back(core: Core, moved: Mapping[str, Any], person: str, to: str) -> None:
    """Inside `transaction`."""
    move_back(core.db, MOVES, moved, person, to)
    for row in moved.get("agreed", ()):
        one = Agreement(*row)
        actor, whom = (person if each == to else each for each in (one.actor, one.person))
        if actor != whom:
            remove_agreement(core, actor, whom)
        put_agreement(core, one)
