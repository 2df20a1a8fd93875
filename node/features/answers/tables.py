"""The tables of answers, of how each meeting takes them, and of calendars for one person."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from node.features.answers.types import Answer, TakenBack
from node.store.core import Core
from node.store.erased_rows import row_key
from node.store.moving import Column

FIRST = """
-- Who answers a meeting (`HOST/NAME`). `person` is null for who has no account: they have a private
-- link, of which `digest` is kept. `means`: the time and place that were answered; `rev` counts
-- changes of all answers; `struck`: set aside by the organisers, with others of the same number.
create table answers (
    id text primary key, meeting text not null, person text, digest blob unique, name text not null,
    answer text not null, people integer not null, note text not null, contact text not null,
    shown text not null, means text not null, made integer not null, changed integer not null,
    rev integer not null, struck integer, unique (meeting, person)
);
create index answers_person on answers (person);
create index answers_made on answers (made) where person is null;
-- That an answer was taken back; nothing of what stood in it.
create table answers_taken_back (
    id text primary key, meeting text not null, person text, digest blob unique,
    at integer not null, rev integer not null, unique (meeting, person)
);
create index answers_taken_back_person on answers_taken_back (person);
-- How a meeting takes answers of people without an account: `closed`; the digest of its link.
create table answers_rules (meeting text primary key, closed integer not null, link blob unique);
-- Up to which change an organiser has looked; '' is the machine's keeper.
create table answers_seen (
    meeting text not null, person text not null, rev integer not null, primary key (meeting, person)
);
-- Calendars for one person each. Of the secret in the address only the digest is kept.
create table answers_feeds (
    id text primary key, digest blob not null unique, person text not null, language text not null,
    made integer not null
);
create index answers_feeds_person on answers_feeds (person);
"""

_ANSWER = (
    "select id, meeting, person, digest, name, answer, people, note, contact, shown, means, made,"
    " changed, rev, struck from answers"
)
_TAKEN_BACK = "select id, meeting, person, digest, at, rev from answers_taken_back"


class Rules(NamedTuple):
    """How a meeting takes answers. `link`: the digest of its answering link, if there is one."""

    meeting: str
    closed: bool = False
    link: bytes | None = None


class FeedRow(NamedTuple):
    """A calendar for one person."""

    id: str
    digest: bytes
    person: str
    language: str
    made: int


def next_rev(core: Core) -> int:
    """Larger than that of any change, also of one that was erased after it was looked at."""
    sql = (
        "select max(coalesce((select max(rev) from answers), 0),"
        " coalesce((select max(rev) from answers_taken_back), 0),"
        " coalesce((select max(rev) from answers_seen), 0),"
        " coalesce((select max(struck) from answers), 0)) + 1"
    )
    return int(core.db.one(sql)[0])


# Answers. All writing happens inside `Core.transaction`.


def put(core: Core, one: Answer) -> None:
    """A new answer, or another version of it; what was taken back before is no more."""
    marks = ", ".join("?" * len(one))
    core.db.run(f"insert or replace into answers values ({marks})", one)
    core.db.run(
        "delete from answers_taken_back where digest = ? or (meeting = ? and person = ?)",
        (one.digest, one.meeting, one.person),
    )


def by_digest(core: Core, digest: bytes) -> Answer | None:
    """The answer with this private link."""
    row = core.db.one(f"{_ANSWER} where digest = ?", (digest,))
    return Answer(*row) if row else None


def of_person(core: Core, meeting: str, person: str) -> Answer | None:
    """What a person answered to a meeting."""
    row = core.db.one(f"{_ANSWER} where meeting = ? and person = ?", (meeting, person))
    return Answer(*row) if row else None


def all_of_person(core: Core, person: str) -> list[Answer]:
    """All that a person answered, the latest first."""
    rows = core.db.all(f"{_ANSWER} where person = ? order by changed desc, id", (person,))
    return [Answer(*row) for row in rows]


def of_meeting(core: Core, meeting: str) -> list[Answer]:
    """All answers to a meeting, who answered first is first."""
    rows = core.db.all(f"{_ANSWER} where meeting = ? order by made, rev, id", (meeting,))
    return [Answer(*row) for row in rows]


def taken_back_of(core: Core, meeting: str) -> list[TakenBack]:
    """What was taken back of a meeting."""
    rows = core.db.all(f"{_TAKEN_BACK} where meeting = ? order by rev", (meeting,))
    return [TakenBack(*row) for row in rows]


def taken_back_by_digest(core: Core, digest: bytes) -> TakenBack | None:
    """What was taken back by this private link."""
    row = core.db.one(f"{_TAKEN_BACK} where digest = ?", (digest,))
    return TakenBack(*row) if row else None


def seats_taken(core: Core, meeting: str, but: str = "") -> int:
    """People who come by the answers that count; without the answer `but`."""
    sql = (
        "select coalesce(sum(people), 0) from answers where meeting = ? and answer = 'yes'"
        " and struck is null and id != ?"
    )
    return int(core.db.one(sql, (meeting, but))[0])


def how_many(core: Core, since: int, meeting: str | None = None) -> tuple[int, int]:
    """Answers without an account, of a meeting or all: those not set aside, those made since, also
    if they were taken back: else who answers and takes back, over and over, is never stopped."""
    where, more = ("and meeting = ?", (meeting,)) if meeting else ("", ())
    standing = core.db.one(
        f"select count(*) from answers where person is null and struck is null {where}", more
    )
    new = core.db.one(
        f"select count(*) from answers where person is null and made > ? {where}", (since, *more)
    )
    back = core.db.one(
        "select count(*) from answers_taken_back"
        f" where person is null and digest is not null and at > ? {where}",
        (since, *more),
    )
    return int(standing[0]), int(new[0]) + int(back[0])


def take_back(core: Core, one: Answer, now: int, rev: int) -> None:
    """Erase an answer, and note that it was taken back. A restored backup does not bring it."""
    erase(core, [one.id])
    row = (one.id, one.meeting, one.person, one.digest, now, rev)
    core.db.run("insert or replace into answers_taken_back values (?, ?, ?, ?, ?, ?)", row)


def erase(core: Core, ids: Iterable[str]) -> int:
    """Erase these; a restored backup does not bring them. Gives how many there were."""
    count, now = 0, core.clock()
    for id_ in ids:
        count += core.db.run("delete from answers where id = ?", (id_,))
        core.erasures.add_here(row_key("answers", "id", id_), now)
    return count


def forget_taken_back(core: Core, meeting: str, *, with_account: bool = True) -> None:
    """Nothing says any more that there were answers."""
    more = "" if with_account else " and person is null"
    core.db.run(f"delete from answers_taken_back where meeting = ?{more}", (meeting,))


def strike(core: Core, meeting: str, ids: Sequence[str], batch: int) -> int:
    """Set answers without an account aside, under a number; gives how many that were."""
    sql = (
        "update answers set struck = ? where id = ? and meeting = ? and person is null"
        " and struck is null"
    )
    return sum(core.db.run(sql, (batch, one, meeting)) for one in ids)


def struck_with(core: Core, meeting: str, batch: int) -> list[Answer]:
    """Those that were set aside together."""
    sql = f"{_ANSWER} where meeting = ? and struck = ? order by made, rev, id"
    return [Answer(*row) for row in core.db.all(sql, (meeting, batch))]


def unstrike(core: Core, meeting: str, batch: int) -> int:
    """They count again."""
    sql = "update answers set struck = null where meeting = ? and struck = ?"
    return core.db.run(sql, (meeting, batch))


def meetings_answered(core: Core, before: int) -> list[str]:
    """The meetings of which anything stands here that was said before a time."""
    sql = (
        "select meeting from answers where changed <= ?1"
        " union select meeting from answers_taken_back where at <= ?1 order by 1"
    )
    return [row[0] for row in core.db.all(sql, (before,))]


def forget_meeting(core: Core, meeting: str) -> None:
    """How it took answers, and who looked."""
    core.db.run("delete from answers_rules where meeting = ?", (meeting,))
    core.db.run("delete from answers_seen where meeting = ?", (meeting,))


# How a meeting takes answers


def rules_of(core: Core, meeting: str) -> Rules:
    """How a meeting takes answers; as usual if nobody said anything."""
    sql = "select meeting, closed, link from answers_rules where meeting = ?"
    row = core.db.one(sql, (meeting,))
    return Rules(row[0], bool(row[1]), row[2]) if row else Rules(meeting)


def put_rules(core: Core, one: Rules) -> None:
    """Inside `transaction`."""
    core.db.run("insert or replace into answers_rules values (?, ?, ?)", one)


def meeting_by_link(core: Core, digest: bytes) -> str | None:
    """The meeting with this answering link."""
    row = core.db.one("select meeting from answers_rules where link = ?", (digest,))
    return row[0] if row else None


# What is new


def seen(core: Core, meeting: str, person: str) -> int:
    """Up to which change somebody has looked."""
    sql = "select rev from answers_seen where meeting = ? and person = ?"
    row = core.db.one(sql, (meeting, person))
    return int(row[0]) if row else 0


def put_seen(core: Core, meeting: str, person: str, rev: int) -> None:
    """Somebody has looked so far; never back. Inside `transaction`."""
    core.db.run(
        "insert into answers_seen values (?, ?, ?) on conflict (meeting, person)"
        " do update set rev = max(rev, excluded.rev)",
        (meeting, person, rev),
    )


def news_for(core: Core, person: str) -> list[tuple[str, int]]:
    """(meeting, how many changes by others) that somebody has not looked at."""
    sql = (
        "select n.meeting, count(*) from ("
        " select meeting, person, rev from answers where struck is null"
        " union all select meeting, person, rev from answers_taken_back) n"
        " left join answers_seen s on s.meeting = n.meeting and s.person = ?1"
        " where n.rev > coalesce(s.rev, 0) and coalesce(n.person, '-') != ?1"
        " group by n.meeting order by n.meeting"
    )
    return [(meeting, int(count)) for meeting, count in core.db.all(sql, (person,))]


# Calendars


def add_feed(core: Core, one: FeedRow) -> None:
    """Inside `transaction`."""
    core.db.run("insert into answers_feeds values (?, ?, ?, ?, ?)", one)


def feed_by_digest(core: Core, digest: bytes) -> FeedRow | None:
    """The calendar with this address."""
    sql = "select id, digest, person, language, made from answers_feeds where digest = ?"
    row = core.db.one(sql, (digest,))
    return FeedRow(*row) if row else None


def feeds_of(core: Core, person: str) -> list[FeedRow]:
    """The calendars of a person, the newest first."""
    sql = (
        "select id, digest, person, language, made from answers_feeds where person = ?"
        " order by made desc, id"
    )
    return [FeedRow(*row) for row in core.db.all(sql, (person,))]


def feed_people(core: Core) -> list[str]:
    """Who has one."""
    return [row[0] for row in core.db.all("select distinct person from answers_feeds")]


def end_feeds(core: Core, person: str) -> int:
    """None of their calendars is given any more. Inside `transaction`."""
    for one in feeds_of(core, person):
        core.erasures.add_here(row_key("answers_feeds", "id", one.id), core.clock())
    return core.db.run("delete from answers_feeds where person = ?", (person,))


# Persons who are erased, or become one


def erase_person(core: Core, person: str) -> None:
    """All that is kept here of a person. Inside `transaction`."""
    for table in ("answers", "answers_taken_back", "answers_seen", "answers_feeds"):
        core.db.run(f"delete from {table} where person = ?", (person,))  # names of ours


MOVES = (
    Column("answers", "id", "person"),
    Column("answers_taken_back", "id", "person"),
    Column("answers_feeds", "id", "person"),
)
"""What moves when two persons are one."""


def taken_back_by(core: Core, person: str) -> list[TakenBack]:
    """What a person took back."""
    rows = core.db.all(f"{_TAKEN_BACK} where person = ? order by rev", (person,))
    return [TakenBack(*row) for row in rows]


def share_seen(core: Core, person: str, to: str) -> None:
    """What one has looked at, the other has. Inside `transaction`."""
    sql = "select meeting, rev from answers_seen where person = ?"
    for meeting, rev in core.db.all(sql, (person,)):
        put_seen(core, meeting, to, rev)
    core.db.run("delete from answers_seen where person = ?", (person,))


def drop(core: Core, table: str, id: str) -> list[list[Any]]:
    """Remove a row, to be put back perhaps; gives it as JSON can say it. Inside `transaction`."""
    rows = core.db.all(f"select * from {table} where id = ?", (id,))  # a name of ours
    core.db.run(f"delete from {table} where id = ?", (id,))
    return [[{"hex": v.hex()} if isinstance(v, bytes) else v for v in row] for row in rows]


def put_raw(core: Core, table: str, rows: Iterable[Sequence[Any]]) -> None:
    """The same back, where nothing else stands. Inside `transaction`."""
    for row in rows:
        values = [bytes.fromhex(v["hex"]) if isinstance(v, dict) else v for v in row]
        marks = ", ".join("?" * len(values))
        core.db.run(f"insert or ignore into {table} values ({marks})", values)


def move_meetings(core: Core, old: str, new: str) -> None:
    """Meetings of the host `old` are those of `new`. Inside `transaction`."""
    for table in ("answers", "answers_taken_back", "answers_rules", "answers_seen"):
        core.db.run(
            f"update {table} set meeting = ? || substr(meeting, ?) where substr(meeting, 1, ?) = ?",
            (f"{new}/", len(old) + 2, len(old) + 1, f"{old}/"),
        )
