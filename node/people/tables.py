"""The tables of persons and of their sessions."""

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from node.store.database import Database

FIRST = """
-- Every person of the group is here, also who never signs in. `standing`: newcomer, member, former.
create table persons (
    id text primary key, name text not null, standing text not null,
    key_person integer not null, treasurer integer not null, made integer not null
);
-- Who is signed in, by the digest of a secret that only the browser has. Without a person: somebody
-- who came by the link of the group's machine.
create table sessions (
    digest blob primary key, person text, how text not null, device text not null,
    begun integer not null, used integer not null, until integer not null
);
create index sessions_person on sessions (person);
"""

PASSWORDS = """
-- A password as a hash that says how it was made; and other names under which somebody signs in: a
-- mail address that two share is there twice. Both are folded (`node.people.passwords`).
create table passwords (person text primary key, hash text not null, made integer not null);
create table sign_in_names (
    name text not null, person text not null, source text not null,
    primary key (name, person, source)
);
create index sign_in_names_person on sign_in_names (person);
"""

ACTING = """
-- Sessions in which somebody acts for another person.
create table acting (
    session blob primary key references sessions (digest) on delete cascade,
    person text not null references persons (id) on delete cascade
);
"""

MIGRATIONS = {"0001_first": FIRST, "0002_passwords": PASSWORDS, "0003_acting": ACTING}
"""What makes them (`node.app`), in order."""

PERSON_FIELDS = ("name", "standing", "key_person", "treasurer")
"""What of a person changes."""

_PERSON = "select id, name, standing, key_person, treasurer, made from persons"
_SESSION = "select digest, person, how, device, begun, used, until from sessions"


class SessionRow(NamedTuple):
    """One session. `digest` is that of its token; times in seconds."""

    digest: bytes
    person: str | None
    how: str
    device: str
    begun: int
    used: int
    until: int


class PersonTable:
    """All writing happens inside `Core.transaction`."""

    def __init__(self, database: "Database") -> None:
        self.db = database

    def add(self, *row: Any) -> None:
        """One more, in the order of the columns."""
        self.db.run("insert into persons values (?, ?, ?, ?, ?, ?)", row)

    def get(self, id: str) -> tuple[Any, ...] | None:
        """The row of a person."""
        row: tuple[Any, ...] | None = self.db.one(f"{_PERSON} where id = ?", (id,))
        return row

    def all(self, standing: str | None) -> list[tuple[Any, ...]]:
        """All rows, or those of a standing, the oldest first."""
        where, values = ("", ()) if standing is None else (" where standing = ?", (standing,))
        return self.db.all(f"{_PERSON}{where} order by made, id", values)

    def key_persons(self) -> list[tuple[Any, ...]]:
        """The rows of those who act for the group."""
        return self.db.all(f"{_PERSON} where key_person and standing = 'member' order by made, id")

    def set(self, id: str, name: str, value: Any) -> None:
        """Change one field, one of `PERSON_FIELDS`."""
        if name not in PERSON_FIELDS:
            raise ValueError(f"a person has no {name} to be changed")
        self.db.run(f"update persons set {name} = ? where id = ?", (value, id))  # noqa: S608

    def remove(self, id: str) -> bool:
        """Remove a person and all sessions; whether there was one."""
        for table in ("sessions", "passwords", "sign_in_names"):
            self.db.run(f"delete from {table} where person = ?", (id,))  # noqa: S608
        return self.db.run("delete from persons where id = ?", (id,)) > 0


class SessionTable:
    """All writing happens inside `Core.transaction`."""

    def __init__(self, database: "Database") -> None:
        self.db = database

    def add(self, row: SessionRow) -> None:
        """One more."""
        self.db.run("insert into sessions values (?, ?, ?, ?, ?, ?, ?)", row)

    def get(self, digest: bytes) -> SessionRow | None:
        """The session with this digest, also one that is over."""
        row = self.db.one(f"{_SESSION} where digest = ?", (digest,))
        return SessionRow(*row) if row else None

    def of(self, person: str | None) -> list[SessionRow]:
        """Those of a person, or of whoever came by the machine's link; last used first."""
        sql = f"{_SESSION} where person is ? order by used desc, begun desc, digest"
        return [SessionRow(*row) for row in self.db.all(sql, (person,))]

    def use(self, digest: bytes, now: int, until: int) -> None:
        """It was used."""
        sql = "update sessions set used = ?, until = ? where digest = ?"
        self.db.run(sql, (now, until, digest))

    def end(self, digest: bytes) -> bool:
        """Whether there was one."""
        return self.db.run("delete from sessions where digest = ?", (digest,)) > 0

    def end_all(self, person: str | None, but: bytes) -> int:
        """End those of a person but for one; how many."""
        sql = "delete from sessions where person is ? and digest <> ?"
        return self.db.run(sql, (person, but))

    def move(self, person: str, to: str, digest: bytes | None) -> int:
        """All sessions of a person, or one, are another's; how many."""
        sql = "update sessions set person = ? where person = ? and digest = coalesce(?, digest)"
        return self.db.run(sql, (to, person, digest))

    def forget(self, before: int) -> None:
        """Remove what was over at a time."""
        self.db.run("delete from sessions where until < ?", (before,))


class PasswordTable:
    """All writing happens inside `Core.transaction`."""

    def __init__(self, database: "Database") -> None:
        self.db = database

    def get(self, person: str) -> str | None:
        """The hash of a person's password."""
        row = self.db.one("select hash from passwords where person = ?", (person,))
        return str(row[0]) if row else None

    def set(self, person: str, hash_: str, now: int) -> None:
        """A new one takes the place of the one before."""
        self.db.run(
            "insert into passwords values (?, ?, ?) on conflict (person) do update"
            " set hash = excluded.hash, made = excluded.made",
            (person, hash_, now),
        )

    def remove(self, person: str) -> None:
        """This person signs in otherwise, or not at all."""
        self.db.run("delete from passwords where person = ?", (person,))

    def set_names(self, person: str, source: str, names: tuple[str, ...]) -> None:
        """Under which names somebody is looked for, as far as `source` says."""
        self.db.run("delete from sign_in_names where person = ? and source = ?", (person, source))
        self.db.many(
            "insert into sign_in_names values (?, ?, ?)", [(one, person, source) for one in names]
        )

    def names(self, person: str) -> list[tuple[str, str]]:
        """Under which names somebody is looked for, and which source says so."""
        sql = "select name, source from sign_in_names where person = ? order by name, source"
        return self.db.all(sql, (person,))

    def called(self, name: str) -> list[str]:
        """The ids of those who are looked for under a name, and have a password."""
        rows = self.db.all(
            "select distinct n.person from sign_in_names n join passwords p using (person)"
            " where n.name = ? order by p.made desc, n.person",
            (name,),
        )
        return [row[0] for row in rows]


class ActingTable:
    """All writing happens inside `Core.transaction`."""

    def __init__(self, database: "Database") -> None:
        self.db = database

    def put(self, session: bytes, person: str) -> None:
        """From now on it acts for a person."""
        self.db.run("insert or replace into acting values (?, ?)", (session, person))

    def get(self, session: bytes) -> str | None:
        """For whom it acts."""
        row = self.db.one("select person from acting where session = ?", (session,))
        return str(row[0]) if row else None

    def remove(self, session: bytes) -> None:
        """It acts for nobody."""
        self.db.run("delete from acting where session = ?", (session,))

    def remove_all(self, actor: str, person: str) -> None:
        """No session of one acts for the other."""
        sql = (
            "delete from acting where person = ?"
            " and session in (select digest from sessions where person = ?)"
        )
        self.db.run(sql, (person, actor))
