"""Links to partners: those that we gave out, those that we were given; and when one was in contact.

Of a link that we gave out only the digest of its secret is kept; a link that we were given is kept
whole until it was used, was dropped or ran out, and not a moment longer.
"""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from node.store.core import Core
from node.store.database import Database

FIRST = """
-- Links that we gave out; whether one is open the table `codes` says. `ended`: taken back.
create table given_links (
    id text primary key, digest blob not null unique, note text not null, by text,
    made integer not null, expires integer not null, ended integer
);
-- Links that other groups gave us. `link` has the secret, until the link is over.
create table received_links (
    id text primary key, digest blob not null, link text, peer blob not null, url text not null,
    expires integer not null, by text, made integer not null, state text not null,
    said text, why text, tries integer not null, moved integer not null
);
create index received_links_digest on received_links (digest);
-- The last contact with somebody's machine; what is stored up to `no` was told then.
create table contacts (peer blob primary key, at integer not null, no integer not null);
"""

OPEN = ("looking", "seen", "unseen", "calling", "failed")
"""States of a received link in which it still has its secret."""

_GIVEN = (
    "g.id, g.digest, g.note, g.by, g.made, g.expires, g.ended, c.used"
    " from given_links g left join codes c on c.digest = g.digest"
)
_RECEIVED = "id, link, peer, url, expires, by, made, state, said, why, tries, moved"


class Given(NamedTuple):
    """A link that we gave out. `note`: for whom, as we wrote it down; nobody else sees that."""

    id: str
    digest: bytes
    note: str
    by: str | None
    made: int
    expires: int
    ended: int | None
    used: int | None

    def state(self, now: int) -> str:
        """`open`, `used`, `taken-back` or `over`."""
        if self.used is not None:
            return "used"
        if self.ended is not None:
            return "taken-back"
        return "open" if now < self.expires else "over"


@dataclass(frozen=True, slots=True)
class Received:
    """A link that another group gave us. `state`: looking, seen, unseen (nobody answered so far),
    calling, failed, done, dropped."""

    id: str
    link: str | None
    peer: bytes
    url: str
    expires: int
    by: str | None
    made: int
    state: str
    said: dict[str, Any] | None = None
    """What the group says of itself to everybody, by its own signature."""
    why: str | None = None
    """The code of the problem, of unseen, calling and failed."""
    tries: int = 0
    moved: int = 0
    """When it came into this state."""


class Contact(NamedTuple):
    """The last contact: when, and up to which number of our store."""

    at: int
    no: int


def peer_links(core: Core) -> "PeerLinks":
    """The tables of a node."""
    return PeerLinks(core.db)


class PeerLinks:
    """All writing happens inside `Core.transaction`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    # Given out

    def add_given(self, id: str, digest: bytes, note: str, by: str | None, made: int,
                  expires: int) -> None:  # fmt: skip
        """Remember a link by its digest."""
        row = (id, digest, note, by, made, expires, None)
        self.db.run(
            "insert into given_links (id, digest, note, by, made, expires, ended)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            row,
        )

    def given(self, id: str) -> Given | None:
        """One of them."""
        row = self.db.one(f"select {_GIVEN} where g.id = ?", (id,))
        return Given(*row) if row else None

    def all_given(self) -> list[Given]:
        """The latest first."""
        return [Given(*row) for row in self.db.all(f"select {_GIVEN} order by g.made desc, g.id")]

    def end_given(self, id: str, now: int) -> None:
        """It was taken back."""
        self.db.run("update given_links set ended = ? where id = ?", (now, id))

    def forget_given(self, before: int) -> None:
        """Those that ran out long ago."""
        self.db.run("delete from given_links where expires < ?", (before,))

    # Received

    def add_received(self, one: Received, digest: bytes) -> None:
        """Somebody opened a link here."""
        self.db.run(
            f"insert into received_links ({_RECEIVED}, digest)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(one.id, one.link, one.peer, one.url, one.expires, one.by, one.made, one.state),
                *(_packed(one.said), one.why, one.tries, one.moved, digest),
            ),
        )

    def received(self, id: str) -> Received | None:
        """One of them."""
        row = self.db.one(f"select {_RECEIVED} from received_links where id = ?", (id,))
        return _received(row) if row else None

    def received_by(self, digest: bytes) -> Received | None:
        """The latest for the same link."""
        row = self.db.one(
            f"select {_RECEIVED} from received_links where digest = ? order by made desc limit 1",
            (digest,),
        )
        return _received(row) if row else None

    def has_received(self) -> bool:
        """Whether there is any."""
        return self.db.one("select 1 from received_links limit 1") is not None

    def in_state(self, *states: str) -> list[Received]:
        """Those in one of these states, the oldest first."""
        marks = ", ".join("?" * len(states))
        sql = f"select {_RECEIVED} from received_links where state in ({marks}) order by made, id"
        return [_received(row) for row in self.db.all(sql, states)]

    def move(self, id: str, states: tuple[str, ...], state: str, now: int,
             why: str | None = None) -> bool:  # fmt: skip
        """Let it go from one of `states` to another; whether it was in one. The secret goes with
        the last."""
        marks = ", ".join("?" * len(states))
        secret = "" if state in OPEN else ", link = null"
        sql = (
            f"update received_links set state = ?, why = ?, moved = ?{secret}"
            f" where id = ? and state in ({marks})"
        )
        return self.db.run(sql, (state, why, now, id, *states)) > 0

    def see(self, id: str, said: dict[str, Any] | None) -> None:
        """What the group says of itself."""
        self.db.run("update received_links set said = ? where id = ?", (_packed(said), id))

    def tried(self, id: str, why: str) -> None:
        """A call went wrong, and is tried again."""
        sql = "update received_links set tries = tries + 1, why = ? where id = ?"
        self.db.run(sql, (why, id))

    def forget_received(self, now: int, before: int) -> None:
        """The secrets of what ran out, and what ended long ago."""
        self.db.run(
            "update received_links set link = null, state = 'dropped', moved = ?"
            " where link is not null and expires <= ?",
            (now, now),
        )
        self.db.run("delete from received_links where link is null and moved < ?", (before,))

    # Persons

    def by_person(self, person: str) -> list[tuple[str, int]]:
        """What a person did, `made` or `opened`, and when; in its order."""
        return self.db.all(
            "select 'made', made from given_links where by = ?"
            " union all select 'opened', made from received_links where by = ? order by 2",
            (person, person),
        )

    def forget_person(self, person: str) -> None:
        """Nobody stands at what a person did."""
        for table in ("given_links", "received_links"):
            self.db.run(f"update {table} set by = null where by = ?", (person,))

    # Contacts

    def contact(self, peer: bytes) -> Contact | None:
        """The last one."""
        row = self.db.one("select at, no from contacts where peer = ?", (peer,))
        return Contact(*row) if row else None

    def contacts(self) -> dict[bytes, Contact]:
        """The last one with each."""
        rows = self.db.all("select peer, at, no from contacts")
        return {bytes(peer): Contact(at, no) for peer, at, no in rows}

    def met(self, peer: bytes, at: int, no: int) -> None:
        """They are in contact now, and know all that is stored up to `no`."""
        self.db.run(
            "insert or replace into contacts (peer, at, no) values (?, ?, ?)", (peer, at, no)
        )


def _packed(said: dict[str, Any] | None) -> str | None:
    return None if said is None else json.dumps(said)


def _received(row: tuple[Any, ...]) -> Received:
    id, link, peer, url, expires, by, made, state, said, why, tries, moved = row
    unpacked = json.loads(said) if said else None
    return Received(
        id, link, bytes(peer), url, expires, by, made, state, unpacked, why, tries, moved
    )
