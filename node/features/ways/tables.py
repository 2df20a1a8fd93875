"""The tables of ways back."""

from node.features.ways.types import Code, Entry, Passkey
from node.store.core import Core
from node.store.moving import Column, Moved, move

FIRST = """
create table ways_passkeys (
    id blob primary key, person text not null, host text not null, key blob not null,
    uses integer not null, name text not null, made integer not null, used integer
);
create index ways_passkeys_person on ways_passkeys (person);
-- Typed codes, by their digests.
create table ways_codes (
    digest blob primary key, person text not null, made integer not null, made_by text,
    until integer not null, readmits integer not null
);
create index ways_codes_person on ways_codes (person);
-- Codes on paper, by their digests.
create table ways_paper (digest blob primary key, person text not null, made integer not null);
create index ways_paper_person on ways_paper (person);
-- What happened to the ways of a person, for that person to read.
create table ways_log (
    no integer primary key, person text not null, at integer not null, what text not null, by text,
    detail text not null
);
create index ways_log_person on ways_log (person, at);
"""

_PASSKEY = "select id, person, host, key, uses, name, made, used from ways_passkeys"


def add_passkey(core: Core, one: Passkey) -> None:
    """Inside `transaction`."""
    core.db.run("insert into ways_passkeys values (?, ?, ?, ?, ?, ?, ?, ?)", one)


def passkey(core: Core, id: bytes) -> Passkey | None:
    """The passkey with this id."""
    row = core.db.one(f"{_PASSKEY} where id = ?", (id,))
    return Passkey(*row) if row else None


def passkeys_of(core: Core, person: str) -> list[Passkey]:
    """Those of a person, the oldest first."""
    return [
        Passkey(*row)
        for row in core.db.all(f"{_PASSKEY} where person = ? order by made, id", (person,))
    ]


def count_passkeys(core: Core, host: str) -> tuple[int, int]:
    """How many are for another name of the machine than this; and of how many persons."""
    sql = "select count(*), count(distinct person) from ways_passkeys where host <> ?"
    n, people = core.db.one(sql, (host,))
    return n, people


def use_passkey(core: Core, id: bytes, uses: int, now: int) -> None:
    """Inside `transaction`."""
    core.db.run("update ways_passkeys set uses = ?, used = ? where id = ?", (uses, now, id))


def remove_passkey(core: Core, person: str, id: bytes) -> bool:
    """Whether the person had it. Inside `transaction`."""
    return core.db.run("delete from ways_passkeys where person = ? and id = ?", (person, id)) > 0


def put_code(core: Core, digest: bytes, code: Code) -> None:
    """In place of those of the same person, and of those that are over. Inside `transaction`."""
    sql = "delete from ways_codes where person = ? or until <= ?"
    core.db.run(sql, (code.person, code.made))
    core.db.run("insert into ways_codes values (?, ?, ?, ?, ?, ?)", (digest, *code))


def take_code(core: Core, digest: bytes) -> Code | None:
    """The code with this digest; it is used up. Inside `transaction`."""
    sql = "select person, made, made_by, until, readmits from ways_codes where digest = ?"
    row = core.db.one(sql, (digest,))
    if row is None:
        return None
    core.db.run("delete from ways_codes where digest = ?", (digest,))
    return Code(*row)._replace(readmits=bool(row[-1]))


def put_paper(core: Core, person: str, digests: list[bytes], now: int) -> None:
    """In place of those before. Inside `transaction`."""
    core.db.run("delete from ways_paper where person = ?", (person,))
    core.db.many("insert into ways_paper values (?, ?, ?)", [(one, person, now) for one in digests])


def take_paper(core: Core, digest: bytes) -> str | None:
    """Whose code it is; it is used up. Inside `transaction`."""
    row = core.db.one("select person from ways_paper where digest = ?", (digest,))
    if row is None:
        return None
    core.db.run("delete from ways_paper where digest = ?", (digest,))
    return str(row[0])


def paper_of(core: Core, person: str) -> tuple[int, int | None]:
    """How many codes on paper somebody has left, and when they were made."""
    n, made = core.db.one("select count(*), max(made) from ways_paper where person = ?", (person,))
    return n, made


def log(core: Core, person: str, what: str, by: str | None, detail: str = "") -> None:
    """Inside `transaction`."""
    row = (person, core.clock(), what, by, detail)
    core.db.run("insert into ways_log values (null, ?, ?, ?, ?, ?)", row)


def log_of(core: Core, person: str, most: int) -> list[Entry]:
    """What happened to a person's ways, the newest first."""
    sql = "select at, what, by, detail from ways_log where person = ? order by at desc, no desc"
    return [Entry(*row) for row in core.db.all(f"{sql} limit ?", (person, most))]


def has_log(core: Core, person: str, but: tuple[str, ...]) -> bool:
    """Whether anything happened to a person's ways, but for some."""
    rows = core.db.all("select distinct what from ways_log where person = ?", (person,))
    return not {what for (what,) in rows} <= set(but)


_ALL = ("ways_passkeys", "ways_codes", "ways_paper")


def remove_ways(core: Core, person: str) -> None:
    """All but what happened. Inside `transaction`."""
    for table in _ALL:
        core.db.run(f"delete from {table} where person = ?", (person,))


MOVES = (
    Column("ways_passkeys", "id", "person"),
    Column("ways_paper", "digest", "person"),
    Column("ways_log", "no", "person"),
    Column("ways_log", "no", "by"),
)
"""What moves when two persons are one; typed codes are over before anybody notices."""


def move_ways(core: Core, person: str, to: str) -> Moved:
    """What one person has is another's; gives what that was. Inside `transaction`."""
    core.db.run("delete from ways_codes where person = ?", (person,))
    return move(core.db, MOVES, person, to)


def erase_ways(core: Core, person: str) -> None:
    """All that is kept here of a person. Inside `transaction`."""
    remove_ways(core, person)
    core.db.run("delete from ways_log where person = ?", (person,))
