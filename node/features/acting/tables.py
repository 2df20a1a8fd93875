"""The tables of who may act for whom, and of what they did."""

from node.features.acting.types import Agreement, Entry
from node.store.core import Core

FIRST = """
-- That one person may act for another: who said yes to it, and when.
create table acting_agreements (
    actor text not null, person text not null, at integer not null, actor_yes integer,
    person_yes integer, key_yes integer, key_by text, primary key (actor, person)
);
create index acting_agreements_person on acting_agreements (person);
-- What was done, for both to read.
create table acting_log (
    actor text not null, person text not null, at integer not null, what text not null,
    path text not null
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
    core.db.run("insert into acting_log values (?, ?, ?, ?, ?)", row)


def log_of(core: Core, person: str, most: int) -> list[Entry]:
    """What somebody did for others, or others for them; the newest first."""
    sql = (
        "select actor, person, at, what, path from acting_log where ? in (actor, person)"
        " order by at desc, rowid desc limit ?"
    )
    return [Entry(*row) for row in core.db.all(sql, (person, most))]


def erase_acting(core: Core, person: str) -> None:
    """All that is kept here of a person. Inside `transaction`."""
    core.db.run("delete from acting_agreements where ? in (actor, person)", (person,))
    core.db.run("delete from acting_log where ? in (actor, person)", (person,))
