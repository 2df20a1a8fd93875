"""The tables of links and arrivals."""

from collections.abc import Sequence
from typing import Any

from node.features.joining.types import Arrival, Link
from node.store.core import Core
from node.store.moving import Column

FIRST = """
-- A link by which people come in. Of its secret only the digest is kept.
create table join_links (
    id text primary key, digest blob not null unique, kind text not null, note text not null,
    made integer not null, made_by text, until integer not null, most integer not null,
    used integer not null, asks integer not null, ended integer
);
-- For whom a personal one is.
create table join_links_people (
    link text not null, person text not null, primary key (link, person)
);
create index join_links_people_person on join_links_people (person);
-- Who came in. `visit` is the digest of what the browser was given with the page: two taps are one.
create table join_arrivals (
    person text primary key, link text, visit blob not null unique, at integer not null,
    contact text not null, state text not null, decided integer, decided_by text,
    reason text not null, claims text
);
"""

_LINK = "select id, kind, note, made, made_by, until, most, used, asks, ended from join_links"
_ARRIVAL = (
    "select person, link, at, contact, state, decided, decided_by, reason, claims"
    " from join_arrivals"
)


def add_link(core: Core, digest: bytes, link: Link) -> None:
    """Inside `transaction`."""
    row = (link.id, digest, link.kind, link.note, link.made, link.made_by, link.until)
    core.db.run(
        "insert into join_links values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*row, link.most, link.used, link.asks, link.ended),
    )
    core.db.many(
        "insert into join_links_people values (?, ?)", [(link.id, one) for one in link.people]
    )


def link_by_digest(core: Core, digest: bytes) -> Link | None:
    """The link with this secret."""
    row = core.db.one(f"{_LINK} where digest = ?", (digest,))
    return _link(core, row) if row else None


def link_by_id(core: Core, id: str) -> Link | None:
    """The link that pages call so."""
    row = core.db.one(f"{_LINK} where id = ?", (id,))
    return _link(core, row) if row else None


def all_links(core: Core) -> list[Link]:
    """All that are kept, the newest first."""
    return [_link(core, row) for row in core.db.all(f"{_LINK} order by made desc, id")]


def _link(core: Core, row: Any) -> Link:
    sql = "select person from join_links_people where link = ? order by person"
    id_, kind, note, made, by, until, most, used, asks, ended = row
    people = tuple(one for (one,) in core.db.all(sql, (id_,)))
    return Link(id_, kind, note, made, by, until, most, used, bool(asks), ended, people)


def use_link(core: Core, id: str, person: str | None = None) -> None:
    """One more came in by it; and this person of it did. Inside `transaction`."""
    core.db.run("update join_links set used = used + 1 where id = ?", (id,))
    if person is not None:
        sql = "delete from join_links_people where link = ? and person = ?"
        core.db.run(sql, (id, person))


def end_link(core: Core, id: str, now: int) -> bool:
    """Take it back; whether it was not yet. Inside `transaction`."""
    sql = "update join_links set ended = ? where id = ? and ended is null"
    return core.db.run(sql, (now, id)) > 0


def remove_links(core: Core, before: int) -> int:
    """Forget those that were over, or taken back, at a time. Inside `transaction`."""
    sql = "select id from join_links where until < ? or ended < ?"
    ids = core.db.all(sql, (before, before))
    core.db.many("delete from join_links_people where link = ?", ids)
    return core.db.many("delete from join_links where id = ?", ids)


def add_arrival(core: Core, visit: bytes, one: Arrival) -> None:
    """Inside `transaction`."""
    core.db.run(
        "insert into join_arrivals values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(one.person, one.link, visit, one.at, one.contact, one.state),
            *(one.decided, one.decided_by, one.reason, one.claims),
        ),
    )


def arrival_of(core: Core, person: str) -> Arrival | None:
    """How somebody came in."""
    row = core.db.one(f"{_ARRIVAL} where person = ?", (person,))
    return Arrival(*row) if row else None


def arrival_of_visit(core: Core, visit: bytes) -> Arrival | None:
    """Who came in from this page."""
    row = core.db.one(f"{_ARRIVAL} where visit = ?", (visit,))
    return Arrival(*row) if row else None


def arrivals(core: Core, state: str) -> list[Arrival]:
    """Those in a state, who came first is first."""
    rows = core.db.all(f"{_ARRIVAL} where state = ? order by at, person", (state,))
    return [Arrival(*row) for row in rows]


def set_contact(core: Core, person: str, contact: str) -> None:
    """Inside `transaction`."""
    core.db.run("update join_arrivals set contact = ? where person = ?", (contact, person))


def decide_arrival(
    core: Core, person: str, state: str, now: int, by: str | None, reason: str
) -> None:
    """What a key person said; how to reach them is forgotten. Inside `transaction`."""
    core.db.run(
        "update join_arrivals set state = ?, decided = ?, decided_by = ?, reason = ?, contact = ''"
        " where person = ?",
        (state, now, by, reason, person),
    )


def remove_arrival(core: Core, person: str) -> None:
    """Inside `transaction`."""
    core.db.run("delete from join_arrivals where person = ?", (person,))


def declined_before(core: Core, time: int) -> list[str]:
    """Who was declined before a time."""
    sql = "select person from join_arrivals where state = 'declined' and decided < ?"
    return [one for (one,) in core.db.all(sql, (time,))]


def erase_person(core: Core, person: str) -> None:
    """All that is kept here of a person. Inside `transaction`."""
    core.db.run("delete from join_arrivals where person = ?", (person,))
    core.db.run("delete from join_links_people where person = ?", (person,))
    core.db.run("update join_links set made_by = null where made_by = ?", (person,))
    core.db.run("update join_arrivals set decided_by = null where decided_by = ?", (person,))


MOVES = (
    Column("join_links", "id", "made_by"),
    Column("join_arrivals", "person", "decided_by"),
    Column("join_arrivals", "person", "claims"),
)
"""What moves when two persons are one, besides how they came in."""


def raw_arrival(core: Core, person: str) -> list[Any] | None:
    """How somebody came in, as it is kept, as JSON can say it."""
    row = core.db.one("select * from join_arrivals where person = ?", (person,))
    return [one.hex() if isinstance(one, bytes) else one for one in row] if row else None


def put_raw_arrival(core: Core, row: Sequence[Any]) -> None:
    """The same back. Inside `transaction`."""
    person, link, visit, *more = row
    core.db.run(
        "insert or replace into join_arrivals values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (person, link, bytes.fromhex(visit), *more),
    )


def move_arrival(core: Core, person: str, to: str) -> None:
    """Who came in is another person. Inside `transaction`."""
    core.db.run("delete from join_arrivals where person = ?", (to,))
    core.db.run("update join_arrivals set person = ? where person = ?", (to, person))
