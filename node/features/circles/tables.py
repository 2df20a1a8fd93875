"""Circles, who is in them, their notice boards, and the files there, in pieces."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from node.store.core import Core
from node.store.database import Database

FIRST = """
-- Working groups. `open`: every member of the group reads the board; else only who is in it.
-- `joins`: every member may come in by themselves; else by invitation.
create table circles (
    id text primary key, name text not null, purpose text, open integer not null,
    joins integer not null, made integer not null
);
-- Who is in a circle. `invited_by` is null for who came by themselves. `holds`: gives out rights.
-- `accepted` is null while an invitation waits.
create table circle_people (
    circle text not null, person text not null, writes integer not null, invites integer not null,
    holds integer not null, since integer not null, invited_by text, accepted integer,
    primary key (circle, person)
);
create index circle_people_person on circle_people (person);
-- The notice board. `author` and `text` are null where it was taken away and has replies.
create table circle_posts (
    id text primary key, circle text not null, author text, replies_to text, text text,
    at integer not null, changed integer
);
create index circle_posts_circle on circle_posts (circle, replies_to, at);
create index circle_posts_author on circle_posts (author);
-- Files, in pieces, so that none has to be in memory. `post` is null while one is being brought.
create table circle_files (
    id text primary key, circle text not null, person text not null, post text, name text not null,
    size integer not null, at integer not null
);
create index circle_files_post on circle_files (post);
create table circle_pieces (
    file text not null, number integer not null, bytes blob not null, primary key (file, number)
);
"""


class Circle(NamedTuple):
    """A working group. `open`: all members read it; `joins`: all may come in by themselves."""

    id: str
    name: str
    purpose: str | None
    open: bool
    joins: bool
    made: int


class Member(NamedTuple):
    """Somebody in a circle, or invited to it (`accepted` is None)."""

    circle: str
    person: str
    writes: bool
    invites: bool
    holds: bool
    since: int
    invited_by: str | None
    accepted: int | None


class Post(NamedTuple):
    """Something on the board, or a reply to it."""

    id: str
    circle: str
    author: str | None
    replies_to: str | None
    text: str | None
    at: int
    changed: int | None


class File(NamedTuple):
    """A file at a post; `post` is None while it is brought."""

    id: str
    circle: str
    person: str
    post: str | None
    name: str
    size: int
    at: int


_CIRCLE = "select id, name, purpose, open, joins, made from circles"
_MEMBER = (
    "select circle, person, writes, invites, holds, since, invited_by, accepted from circle_people"
)
_POST = "select id, circle, author, replies_to, text, at, changed from circle_posts"
_FIRST = "circle = ? and (replies_to is null or replies_to not in (select id from circle_posts))"
"""No reply, or one to something that a restored backup left out."""
_FILE = "select id, circle, person, post, name, size, at from circle_files"


def circles(core: Core) -> "Circles":
    """The circles of a node."""
    return Circles(core.db)


def board(core: Core) -> "Board":
    """Their notice boards."""
    return Board(core.db)


def files(core: Core) -> "Files":
    """The files there."""
    return Files(core.db)


class Circles:
    """All writing happens inside `Core.transaction`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def add(self, one: Circle) -> None:
        """One more."""
        self.db.run("insert into circles values (?, ?, ?, ?, ?, ?)", one)

    def get(self, id: str) -> Circle | None:
        """The circle with this id."""
        row = self.db.one(f"{_CIRCLE} where id = ?", (id,))
        return _circle(row) if row else None

    def all(self) -> list[Circle]:
        """All of them, the oldest first."""
        return [_circle(row) for row in self.db.all(f"{_CIRCLE} order by made, id")]

    def change(self, id: str, *fields: Any) -> None:
        """Name, purpose, open, joins."""
        sql = "update circles set name = ?, purpose = ?, open = ?, joins = ? where id = ?"
        self.db.run(sql, (*fields, id))

    def remove(self, id: str) -> None:
        """A circle with its board and its people."""
        its = "(select id from circle_files where circle = ?)"
        self.db.run(f"delete from circle_pieces where file in {its}", (id,))
        for table in ("circle_files", "circle_posts", "circle_people"):
            self.db.run(f"delete from {table} where circle = ?", (id,))
        self.db.run("delete from circles where id = ?", (id,))

    def enter(self, one: Member) -> None:
        """Somebody comes in, is invited, or gets other rights."""
        sql = "insert or replace into circle_people values (?, ?, ?, ?, ?, ?, ?, ?)"
        self.db.run(sql, one)

    def leave(self, circle: str, person: str) -> bool:
        """Somebody goes; whether they were there."""
        sql = "delete from circle_people where circle = ? and person = ?"
        return self.db.run(sql, (circle, person)) > 0

    def member(self, circle: str, person: str) -> Member | None:
        """Somebody in a circle, or invited to it."""
        row = self.db.one(f"{_MEMBER} where circle = ? and person = ?", (circle, person))
        return _member(row) if row else None

    def people(self, circle: str) -> list[Member]:
        """Who is in it or invited, the longest first."""
        rows = self.db.all(f"{_MEMBER} where circle = ? order by since, person", (circle,))
        return [_member(row) for row in rows]

    def count(self, circle: str) -> int:
        """How many are in it or invited."""
        sql = "select count(*) from circle_people where circle = ?"
        return int(self.db.one(sql, (circle,))[0])

    def everybody(self) -> list[Member]:
        """All people of all circles."""
        return [_member(row) for row in self.db.all(f"{_MEMBER} order by since, person")]

    def of(self, person: str) -> list[Member]:
        """Where somebody is, or is invited to."""
        rows = self.db.all(f"{_MEMBER} where person = ? order by since, circle", (person,))
        return [_member(row) for row in rows]


class Board:
    """All writing happens inside `Core.transaction`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def add(self, one: Post) -> None:
        """Something is put on a board."""
        self.db.run("insert into circle_posts values (?, ?, ?, ?, ?, ?, ?)", one)

    def get(self, circle: str, id: str) -> Post | None:
        """One of a circle."""
        row = self.db.one(f"{_POST} where id = ? and circle = ?", (id, circle))
        return Post(*row) if row else None

    def page(self, circle: str, most: int, skip: int) -> list[Post]:
        """Those that are no replies, the latest first."""
        sql = f"{_POST} where {_FIRST} order by at desc, id limit ? offset ?"
        return [Post(*row) for row in self.db.all(sql, (circle, most, skip))]

    def count(self, circle: str) -> int:
        """How many are no replies."""
        sql = f"select count(*) from circle_posts where {_FIRST}"
        return int(self.db.one(sql, (circle,))[0])

    def replies(self, post: str) -> list[Post]:
        """What was answered, the earliest first."""
        sql = f"{_POST} where replies_to = ? order by at, id"
        return [Post(*row) for row in self.db.all(sql, (post,))]

    def last(self, circle: str) -> int | None:
        """When something was written last."""
        found = self.db.one("select max(at) from circle_posts where circle = ?", (circle,))
        return None if found[0] is None else int(found[0])

    def lasts(self) -> dict[str, int]:
        """The same of all circles."""
        return dict(self.db.all("select circle, max(at) from circle_posts group by circle"))

    def of(self, person: str) -> list[Post]:
        """What somebody wrote, the latest first."""
        rows = self.db.all(f"{_POST} where author = ? order by at desc, id", (person,))
        return [Post(*row) for row in rows]

    def move(self, before: str, after: str, ids: Iterable[str]) -> None:
        """These are somebody else's from now on."""
        sql = "update circle_posts set author = ? where author = ? and id = ?"
        self.db.many(sql, [(after, before, one) for one in ids])

    def rewrite(self, id: str, text: str, at: int) -> None:
        """Other words."""
        self.db.run("update circle_posts set text = ?, changed = ? where id = ?", (text, at, id))

    def empty(self, id: str) -> None:
        """Only its place stays, for the replies."""
        sql = "update circle_posts set author = null, text = null, changed = null where id = ?"
        self.db.run(sql, (id,))

    def remove(self, id: str) -> None:
        """Nothing stays."""
        self.db.run("delete from circle_posts where id = ?", (id,))


class Files:
    """All writing happens inside `Core.transaction`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def begin(self, one: File) -> None:
        """A file is being brought."""
        self.db.run("insert into circle_files values (?, ?, ?, ?, ?, ?, ?)", one)

    def piece(self, id: str, number: int, data: bytes) -> None:
        """A piece of it."""
        self.db.run("insert into circle_pieces values (?, ?, ?)", (id, number, data))
        self.db.run("update circle_files set size = size + ? where id = ?", (len(data), id))

    def finish(self, id: str, post: str) -> None:
        """It is whole, and stands at a post."""
        self.db.run("update circle_files set post = ? where id = ?", (post, id))

    def get(self, circle: str, id: str) -> File | None:
        """A whole one of a circle."""
        sql = f"{_FILE} where id = ? and circle = ? and post is not null"
        row = self.db.one(sql, (id, circle))
        return File(*row) if row else None

    def at(self, post: str) -> list[File]:
        """Those at a post, in the order in which they came."""
        return [
            File(*row) for row in self.db.all(f"{_FILE} where post = ? order by rowid", (post,))
        ]

    def of(self, person: str) -> list[File]:
        """Those that somebody brought."""
        rows = self.db.all(f"{_FILE} where person = ? and post is not null order by at", (person,))
        return [File(*row) for row in rows]

    def move(self, before: str, after: str, ids: Iterable[str]) -> None:
        """These are somebody else's from now on."""
        sql = "update circle_files set person = ? where person = ? and id = ?"
        self.db.many(sql, [(after, before, one) for one in ids])

    def read(self, id: str) -> Iterator[bytes]:
        """Its pieces, one at a time: whoever reads may pause between them."""
        sql = "select bytes from circle_pieces where file = ? and number = ?"
        number = 0
        while (row := self.db.one(sql, (id, number))) is not None:
            yield row[0]
            number += 1

    def remove(self, id: str) -> None:
        """Nothing of it stays."""
        self.db.run("delete from circle_pieces where file = ?", (id,))
        self.db.run("delete from circle_files where id = ?", (id,))

    def unfinished(self, before: int) -> list[str]:
        """Those that were being brought at a time, and nobody finished."""
        sql = "select id from circle_files where post is null and at < ?"
        return [row[0] for row in self.db.all(sql, (before,))]

    def total(self) -> int:
        """The bytes of all files of all circles."""
        sql = "select coalesce(sum(size), 0) from circle_files"
        return int(self.db.one(sql)[0])


def _circle(row: tuple[Any, ...]) -> Circle:
    id_, name, purpose, open_, joins, made = row
    return Circle(id_, name, purpose, bool(open_), bool(joins), made)


def _member(row: tuple[Any, ...]) -> Member:
    circle, person, writes, invites, holds, since, by, accepted = row
    return Member(circle, person, bool(writes), bool(invites), bool(holds), since, by, accepted)
