"""What people agreed to, in which words; what went out of them, to whom; who had all erased."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from node.store.core import Core
from node.store.database import Database

FIRST = """
-- The words that people agreed to, as they were shown: never changed.
create table wordings (
    no integer primary key, version integer not null, language text not null,
    words text not null, at integer not null, unique (version, language, words)
);
-- Who agreed that a field goes to an audience. `how`: page, terminal. `purpose` is the kind that
-- carries it out. What is withdrawn stays as proof until its person has everything erased.
create table consents (
    no integer primary key, person text not null, purpose text not null, field text not null,
    audience text not null, wording integer not null, given integer not null, how text not null,
    withdrawn integer, withdrawn_how text
);
create unique index consents_open on consents (person, purpose, field, audience)
    where withdrawn is null;
-- What went out of a person: a record, by its kind, audience and name. `how` it ended: withdrawn,
-- changed, left (the group left the network). `tombstone`: the id of the record that erased it.
create table disclosures (
    no integer primary key, person text not null, kind text not null, audience text not null,
    name text not null, at integer not null, ended integer, how text, tombstone blob
);
create index disclosures_person on disclosures (person);
create index disclosures_open on disclosures (audience) where ended is null;
create table disclosure_fields (
    disclosure integer not null, field text not null, at integer not null,
    primary key (disclosure, field)
);
-- Which group could have it since when, when it was handed over for sure, and when that group left.
create table disclosure_receivers (
    disclosure integer not null, receiver blob not null, since integer not null, handed integer,
    gone integer, primary key (disclosure, receiver)
);
-- Somebody had everything erased: under which secret address it shows who confirmed that.
create table deletions (digest blob primary key, at integer not null, until integer not null);
create table deletion_tombstones (
    digest blob not null, tombstone blob not null, primary key (digest, tombstone)
);
"""


class Consent(NamedTuple):
    """Who agreed to what, in which words."""

    no: int
    person: str
    purpose: str
    field: str
    audience: str
    given: int
    how: str
    withdrawn: int | None
    withdrawn_how: str | None
    version: int
    language: str
    words: str


class Disclosure(NamedTuple):
    """What went out of a person under one name. `audience` as `node.features.mine.audiences`."""

    no: int
    person: str
    kind: str
    audience: str
    name: str
    at: int
    ended: int | None
    how: str | None
    tombstone: bytes | None


class Receiver(NamedTuple):
    """A group that could have it. `handed`: when it surely had it; `gone`: when it left."""

    receiver: bytes
    since: int
    handed: int | None
    gone: int | None


_CONSENT = (
    "select c.no, c.person, c.purpose, c.field, c.audience, c.given, c.how, c.withdrawn,"
    " c.withdrawn_how, w.version, w.language, w.words"
    " from consents c join wordings w on w.no = c.wording"
)
_DISCLOSURE = "select no, person, kind, audience, name, at, ended, how, tombstone from disclosures"


def consents(core: Core) -> "Consents":
    """The consents of a node's people."""
    return Consents(core.db)


def disclosures(core: Core) -> "Disclosures":
    """What went out of a node's people."""
    return Disclosures(core.db)


def deletions(core: Core) -> "Deletions":
    """Who had everything erased."""
    return Deletions(core.db)


class Consents:
    """All writing happens inside `Core.transaction`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def wording(self, version: int, language: str, words: str, at: int) -> int:
        """The number under which these words are kept."""
        self.db.run(
            "insert or ignore into wordings (version, language, words, at) values (?, ?, ?, ?)",
            (version, language, words, at),
        )
        sql = "select no from wordings where version = ? and language = ? and words = ?"
        return int(self.db.one(sql, (version, language, words))[0])

    def give(
        self, who: str, purpose: str, field: str, audience: str, wording: int, at: int, how: str
    ) -> bool:
        """Somebody agrees; whether that is new."""
        sql = (
            "insert or ignore into consents"
            " (person, purpose, field, audience, wording, given, how) values (?, ?, ?, ?, ?, ?, ?)"
        )
        return self.db.run(sql, (who, purpose, field, audience, wording, at, how)) > 0

    def withdraw(
        self, who: str, purpose: str, fields: Iterable[str], audience: str, at: int, how: str
    ) -> None:
        """Somebody agrees to these no more."""
        self.db.many(
            "update consents set withdrawn = ?, withdrawn_how = ? where person = ?"
            " and purpose = ? and field = ? and audience = ? and withdrawn is null",
            [(at, how, who, purpose, one, audience) for one in fields],
        )

    def open(self, who: str, purpose: str, audience: str) -> list[str]:
        """The fields that somebody released to an audience."""
        sql = (
            "select field from consents where person = ? and purpose = ? and audience = ?"
            " and withdrawn is null order by no"
        )
        return [row[0] for row in self.db.all(sql, (who, purpose, audience))]

    def get(self, no: int) -> Consent | None:
        """One of them."""
        row = self.db.one(f"{_CONSENT} where c.no = ?", (no,))
        return Consent(*row) if row else None

    def of(self, who: str) -> list[Consent]:
        """All of a person, the latest first."""
        rows = self.db.all(f"{_CONSENT} where c.person = ? order by c.given desc, c.no", (who,))
        return [Consent(*row) for row in rows]

    def move(self, before: str, after: str, nos: Iterable[int] | None = None) -> list[int]:
        """All of a person, or these, are somebody else's; what both agreed to stays where it is."""
        chosen = [one.no for one in self.of(before)] if nos is None else list(nos)
        sql = "update or ignore consents set person = ? where person = ? and no = ?"
        return [one for one in chosen if self.db.run(sql, (after, before, one)) > 0]

    def erase(self, who: str) -> None:
        """Nothing of a person stays; words that nobody else agreed to go too."""
        self.db.run("delete from consents where person = ?", (who,))
        self.db.run("delete from wordings where no not in (select wording from consents)")


class Disclosures:
    """All writing happens inside `Core.transaction`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def add(self, who: str, kind: str, audience: str, name: str, at: int) -> int:
        """Something of a person goes out; gives its number."""
        self.db.run(
            "insert into disclosures (person, kind, audience, name, at) values (?, ?, ?, ?, ?)",
            (who, kind, audience, name, at),
        )
        return int(self.db.one("select last_insert_rowid()")[0])

    def add_fields(self, no: int, fields: Iterable[str], at: int) -> None:
        """These go out with it."""
        sql = "insert or ignore into disclosure_fields (disclosure, field, at) values (?, ?, ?)"
        self.db.many(sql, [(no, one, at) for one in fields])

    def add_receivers(self, no: int, receivers: Iterable[bytes], since: int) -> None:
        """These groups can have it from now on."""
        sql = (
            "insert into disclosure_receivers (disclosure, receiver, since) values (?, ?, ?)"
            " on conflict (disclosure, receiver) do update set gone = null"
        )
        self.db.many(sql, [(no, one, since) for one in receivers])

    def stale(self, no: int) -> None:
        """It was replaced by more: nobody has all of it for sure."""
        self.db.run("update disclosure_receivers set handed = null where disclosure = ?", (no,))

    def end(self, no: int, at: int, how: str, tombstone: bytes | None) -> None:
        """It is taken back, or over."""
        sql = "update disclosures set ended = ?, how = ?, tombstone = ? where no = ?"
        self.db.run(sql, (at, how, tombstone, no))

    def handed(self, nos: Iterable[int], receiver: bytes, at: int) -> None:
        """A group has these."""
        sql = (
            "insert into disclosure_receivers (disclosure, receiver, since, handed)"
            " values (?, ?, ?, ?) on conflict (disclosure, receiver) do update"
            " set handed = excluded.handed, gone = null"
        )
        self.db.many(sql, [(no, receiver, at, at) for no in nos])

    def gone(self, audience: str, receiver: bytes, at: int) -> None:
        """A group left the network: it deletes what was for its members."""
        self.db.run(
            "update disclosure_receivers set gone = ? where receiver = ? and gone is null"
            " and disclosure in (select no from disclosures where audience = ? and ended is null)",
            (at, receiver, audience),
        )

    def open_for(self, audiences: Sequence[str]) -> list[Disclosure]:
        """What stands for these audiences."""
        marks = ", ".join("?" * len(audiences))
        sql = f"{_DISCLOSURE} where ended is null and audience in ({marks}) order by no"
        return [Disclosure(*row) for row in self.db.all(sql, audiences)]

    def open_audiences(self) -> list[str]:
        """For whom anything stands."""
        sql = "select distinct audience from disclosures where ended is null order by audience"
        return [row[0] for row in self.db.all(sql)]

    def not_handed(self, audience: str, receiver: bytes) -> list[int]:
        """What a group does not have for sure yet."""
        sql = (
            "select d.no from disclosures d left join disclosure_receivers r"
            " on r.disclosure = d.no and r.receiver = ?"
            " where d.audience = ? and d.ended is null and r.handed is null"
        )
        return [row[0] for row in self.db.all(sql, (receiver, audience))]

    def find(self, who: str, kind: str, audience: str) -> Disclosure | None:
        """What stands of a person there."""
        sql = f"{_DISCLOSURE} where person = ? and kind = ? and audience = ? and ended is null"
        row = self.db.one(sql, (who, kind, audience))
        return Disclosure(*row) if row else None

    def standing(self, kind: str, audience: str) -> list[Disclosure]:
        """All of a kind that stands for an audience, by whose it is."""
        sql = f"{_DISCLOSURE} where kind = ? and audience = ? and ended is null order by person"
        return [Disclosure(*row) for row in self.db.all(sql, (kind, audience))]

    def of(self, who: str) -> list[Disclosure]:
        """All of a person, the latest first."""
        sql = f"{_DISCLOSURE} where person = ? order by at desc, no desc"
        return [Disclosure(*row) for row in self.db.all(sql, (who,))]

    def fields(self, no: int) -> list[tuple[str, int]]:
        """Which fields went out with it, and when."""
        sql = "select field, at from disclosure_fields where disclosure = ? order by at, rowid"
        return self.db.all(sql, (no,))

    def receivers(self, no: int) -> list[Receiver]:
        """Who could have it."""
        sql = (
            "select receiver, since, handed, gone from disclosure_receivers"
            " where disclosure = ? order by since, receiver"
        )
        return [Receiver(*row) for row in self.db.all(sql, (no,))]

    def move(self, before: str, after: str, nos: Iterable[int] | None = None) -> list[int]:
        """All of a person, or these, are somebody else's."""
        chosen = [one.no for one in self.of(before)] if nos is None else list(nos)
        sql = "update disclosures set person = ? where person = ? and no = ?"
        return [one for one in chosen if self.db.run(sql, (after, before, one)) > 0]

    def erase(self, who: str) -> None:
        """Nothing of a person stays here."""
        these = "(select no from disclosures where person = ?)"
        self.db.run(f"delete from disclosure_fields where disclosure in {these}", (who,))
        self.db.run(f"delete from disclosure_receivers where disclosure in {these}", (who,))
        self.db.run("delete from disclosures where person = ?", (who,))


class Deletions:
    """All writing happens inside `Core.transaction`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def add(self, digest: bytes, at: int, until: int, tombstones: Iterable[bytes]) -> None:
        """Somebody had everything erased."""
        self.db.run(
            "insert into deletions (digest, at, until) values (?, ?, ?)", (digest, at, until)
        )
        sql = "insert or ignore into deletion_tombstones (digest, tombstone) values (?, ?)"
        self.db.many(sql, [(digest, one) for one in tombstones])

    def get(self, digest: bytes) -> tuple[int, int, list[bytes]] | None:
        """When, until when it is shown, and the ids of what erased it elsewhere."""
        row = self.db.one("select at, until from deletions where digest = ?", (digest,))
        if row is None:
            return None
        sql = "select tombstone from deletion_tombstones where digest = ? order by rowid"
        rows: list[Any] = self.db.all(sql, (digest,))
        return row[0], row[1], [one[0] for one in rows]

    def forget(self, now: int) -> None:
        """Those that are shown no more."""
        old = "select digest from deletions where until <= ?"
        self.db.run(f"delete from deletion_tombstones where digest in ({old})", (now,))
        self.db.run("delete from deletions where until <= ?", (now,))
