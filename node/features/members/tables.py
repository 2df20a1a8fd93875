"""The people of the group: what is kept about each, and each change so that it can be undone.

What a field is
---------------
A *field* (`types.Field`) is a column of the list: a row of `member_fields`, found by its `key`, in
the order of `place`. Those that every group has are made with the table: `given`, `family`, `mail`
and `phone` (several values), `street`, `postcode`, `town`, `country`, `through` (through whom the
person came), `notes`. Those of the group's own have a key `own-N` and a label. What a person has in
a field is a tuple of texts (`types.Values`), empty where there is nothing; a field that is not
`many` has at most one. All values are texts, trimmed, in NFC, never empty; a date that is
understood is `YYYY-MM-DD`, yes-no is `yes` or `no`, anything else is kept as it was written.

Two things are no fields: the display *name* stands in `people.persons`, and from when to when
somebody belongs to the group in `memberships` (`types.Membership`).

Changing anything goes through `node.features.members.changes.tables`. Other nouns add persons and
say what they are to the group in `people.persons` alone: `settle` (there) brings this after it.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from node.features.members.types import Field, Member, Membership, Seen, Values
from node.people.persons import Persons, Standing
from node.store.core import Core
from node.store.database import Database

FIRST = """
-- One row a person, beside that in `persons`: by what the list is sorted and looked through.
create table members (
    id text primary key,
    sort text not null,
    names text not null,   -- folded names: what members may look for
    words text not null,   -- folded, of all fields: what key persons may look for
    since text not null,   -- of the newest membership
    until text not null,
    edition integer not null,
    stale integer not null -- 1: to be made anew from the rest; 2: the standing changed, too
) without rowid;
create index members_sort on members (sort);
create index members_since on members (since, sort);
create index members_stale on members (id) where stale;
create index members_until on members (until) where until != '';
-- What two people hardly share unless they are one, folded: n: a name, m: a mail, p: a phone.
create table member_marks (
    mark text not null, person text not null, primary key (mark, person)
) without rowid;
create index member_marks_person on member_marks (person);

create table member_fields (
    key text primary key, label text not null, kind text not null, many integer not null,
    choices text not null, place integer not null, seen text not null
);
insert into member_fields (key, label, kind, many, choices, place, seen) values
    ('given', '', 'text', 0, '[]', 1, 'members'),
    ('family', '', 'text', 0, '[]', 2, 'members'),
    ('mail', '', 'mail', 1, '[]', 3, 'released'),
    ('phone', '', 'phone', 1, '[]', 4, 'released'),
    ('street', '', 'text', 0, '[]', 5, 'released'),
    ('postcode', '', 'text', 0, '[]', 6, 'released'),
    ('town', '', 'text', 0, '[]', 7, 'released'),
    ('country', '', 'text', 0, '[]', 8, 'released'),
    ('through', '', 'text', 0, '[]', 9, 'key'),
    ('notes', '', 'long text', 0, '[]', 10, 'key');

create table member_values (
    person text not null, field text not null, place integer not null, value text not null,
    primary key (person, field, place)
) without rowid;
create index member_values_field on member_values (field, value);

-- Without a person: of somebody whose data was erased, to the month.
create table memberships (
    no integer primary key autoincrement, person text not null,
    since text not null, notice text not null, until text not null, reason text not null
);
create index memberships_person on memberships (person, since);

-- Whoever adds, renames or removes a person, or says what they are to the group: it is seen here.
create trigger members_added after insert on persons begin
    insert or ignore into members values (new.id, '', '', '', '', '', 0, 2);
end;
create trigger members_renamed after update of name on persons begin
    update members set stale = 1 where id = new.id and stale = 0;
end;
create trigger members_stand after update of standing on persons begin
    update members set stale = 2 where id = new.id;
end;
create trigger members_removed after delete on persons begin
    delete from members where id = old.id;
    delete from member_values where person = old.id;
    delete from memberships where person = old.id;
    delete from member_marks where person = old.id;
    delete from member_released where person = old.id;
    delete from member_different where one = old.id or other = old.id;
end;

-- What was changed together, and can be undone together.
create table member_batches (
    no integer primary key autoincrement,
    what text not null, who text not null, at integer not null, note text not null, undone integer
);
create table member_changes (
    no integer primary key, batch integer not null, person text not null, part text not null,
    edition integer not null, before text not null, after text not null
);
create index member_changes_batch on member_changes (batch);
create index member_changes_person on member_changes (person, edition);

-- Which fields a person shows to all members, since when, and in which words they were asked.
create table member_released (
    person text not null, field text not null, at integer not null, wording text not null,
    primary key (person, field)
) without rowid;
-- Of persons who became one: who was taken into whom, and in which batch.
create table member_merged (gone text primary key, kept text not null, batch integer not null);
create index member_merged_kept on member_merged (kept);
-- Pairs that somebody said are two different people; `one` is the smaller id.
create table member_different (one text not null, other text not null, primary key (one, other));
"""

CHUNK = 500
"""Ids in one query: below what SQLite binds at once."""


def members(core: Core) -> "Members":
    """The members of a node."""
    return Members(core)


class Members:
    """Reading only."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.db: Database = core.db
        self.persons = Persons(core.db)

    # Fields

    def fields(self) -> list[Field]:
        """All columns, in their order."""
        rows = self.db.all(
            "select key, label, kind, many, choices, seen from member_fields order by place, key"
        )
        return [_field(row) for row in rows]

    def put_field(self, one: Field) -> None:
        """Add a column after the others, or change one. Inside `Core.transaction`."""
        self.db.run(
            "insert into member_fields (key, label, kind, many, choices, place, seen)"
            " values (?, ?, ?, ?, ?, (select max(place) + 1 from member_fields), ?)"
            " on conflict (key) do update set label = excluded.label, kind = excluded.kind,"
            " many = excluded.many, choices = excluded.choices, seen = excluded.seen",
            (one.key, one.label, one.kind, one.many, json.dumps(one.choices), one.seen.value),
        )

    def order_fields(self, keys: Sequence[str]) -> None:
        """Put the columns into this order; those not named stay behind. Inside `transaction`."""
        self.db.run("update member_fields set place = place + ?", (len(keys),))
        for place, key in enumerate(keys, 1):
            self.db.run("update member_fields set place = ? where key = ?", (place, key))

    def remove_field(self, key: str) -> None:
        """Take a column away; what people had in it must be gone. Inside `transaction`."""
        self.db.run("delete from member_fields where key = ?", (key,))
        self.db.run("delete from member_released where field = ?", (key,))

    def with_value(self, field: str) -> list[str]:
        """The ids of those who have something in a field."""
        sql = "select distinct person from member_values where field = ?"
        return [id for (id,) in self.db.all(sql, (field,))]

    # People

    def get(self, id: str) -> Member | None:
        """One person; None if there is none."""
        return next(iter(self.some([id])), None)

    def some(self, ids: Iterable[str]) -> list[Member]:
        """Those of these ids that are there, in this order."""
        wanted = list(ids)
        found: dict[str, Member] = {}
        for at in range(0, len(wanted), CHUNK):
            part = wanted[at : at + CHUNK]
            marks = ", ".join("?" * len(part))
            found |= self._read(f"in ({marks})", part)
        return [found[one] for one in wanted if one in found]

    def everyone(self) -> list[Member]:
        """All, with everything, by name: a tenth of a second for 1,000."""
        found = self._read("is not null", ())
        order = self.db.all("select id from members order by sort, id")
        return [found[id] for (id,) in order if id in found]

    def _read(self, which: str, values: Any) -> dict[str, Member]:
        rows = self.db.all(
            "select p.id, p.name, p.standing, p.key_person, p.treasurer, m.edition"
            f" from members m join persons p on p.id = m.id where m.id {which}",
            values,
        )
        kept: dict[str, dict[str, Values]] = {}
        for person, field, value in self.db.all(
            f"select person, field, value from member_values where person {which}"
            " order by person, field, place",
            values,
        ):
            of = kept.setdefault(person, {})
            of[field] = (*of.get(field, ()), value)
        belonging: dict[str, list[Membership]] = {}
        for person, *rest in self.db.all(
            "select person, no, since, notice, until, reason from memberships"
            f" where person {which} order by since, no",
            values,
        ):
            belonging.setdefault(person, []).append(Membership(*rest))
        return {
            id: Member(
                id, name, Standing(standing), bool(key), bool(treasurer),
                kept.get(id, {}), tuple(belonging.get(id, ())), edition,
            )
            for id, name, standing, key, treasurer, edition in rows
        }  # fmt: skip


def spans(core: Core, id: str | None = None) -> list[tuple[str, str, str]]:
    """Of all memberships, or one person's: whose, first and last day; by first day."""
    return core.db.all(
        "select person, since, until from memberships where person = coalesce(?, person)"
        " order by person, since, no",
        (id,),
    )


def counted_spans(core: Core) -> list[tuple[str, str, int]]:
    """First and last month of those who have one membership, and of nobody's; and how many."""
    return core.db.all(
        "select substr(since, 1, 7), substr(until, 1, 7), count(*) from memberships m"
        " where person = '' or not exists"
        " (select 1 from memberships o where o.person = m.person and o.no != m.no) group by 1, 2"
    )


def spans_of_several(core: Core) -> list[tuple[str, str, str]]:
    """As `spans`, of those who have several memberships."""
    return core.db.all(
        "select person, since, until from memberships where person in (select person"
        " from memberships where person != '' group by person having count(*) > 1)"
        " order by person, since, no"
    )


def shared_marks(core: Core) -> list[tuple[str, str]]:
    """Marks that several people have, and whose they are, in order."""
    return core.db.all(
        "select mark, person from member_marks where mark in"
        " (select mark from member_marks group by mark having count(*) > 1) order by mark, person"
    )


def with_mark(core: Core, mark: str) -> list[str]:
    """Who has a mark."""
    rows = core.db.all("select person from member_marks where mark = ? order by person", (mark,))
    return [id for (id,) in rows]


def state(core: Core) -> tuple[int, int]:
    """Another one after each change of a person, and after each pair said to be different."""
    sql = (
        "select coalesce((select max(no) from member_changes), 0),"
        " (select count(*) from member_different)"
    )
    changes, different = core.db.one(sql)
    return changes, different


def say_different(core: Core, one: str, other: str) -> None:
    """Two are different people. Inside `Core.transaction`."""
    core.db.run("insert or ignore into member_different values (?, ?)", sorted((one, other)))


def are_different(core: Core) -> set[tuple[str, str]]:
    """The pairs of which that was said, the smaller id first."""
    return set(core.db.all("select one, other from member_different"))


def note_merged(core: Core, gone: str, kept: str, batch: int) -> None:
    """One was taken into another. Inside `Core.transaction`."""
    core.db.run("insert or replace into member_merged values (?, ?, ?)", (gone, kept, batch))


def forget_merged(core: Core, batch: int) -> None:
    """That was undone. Inside `Core.transaction`."""
    core.db.run("delete from member_merged where batch = ?", (batch,))


def merged_into(core: Core, gone: str) -> str | None:
    """Who a person is now who was taken into another one."""
    row = core.db.one("select kept from member_merged where gone = ?", (gone,))
    return str(row[0]) if row else None


def merges_of(core: Core, kept: str) -> list[tuple[str, int]]:
    """Who was taken into a person, and in which batch; the newest first."""
    return core.db.all(
        "select gone, batch from member_merged where kept = ? order by batch desc", (kept,)
    )


def forget_person(core: Core, id: str, months: Iterable[tuple[str, str]]) -> None:
    """Delete everything of a person but that somebody joined and left in these months.

    Inside `Core.transaction`; the row in `persons` is not ours.
    """
    core.db.run("delete from memberships where person = ?", (id,))
    core.db.many(
        "insert into memberships (person, since, notice, until, reason) values ('', ?, '', ?, '')",
        list(months),
    )
    for table in ("member_values", "member_changes", "member_marks", "member_released"):
        core.db.run(f"delete from {table} where person = ?", (id,))
    core.db.run("delete from member_merged where gone = ? or kept = ?", (id, id))
    core.db.run("delete from member_different where one = ? or other = ?", (id, id))
    core.db.run("update member_batches set who = '' where who = ?", (id,))
    core.db.run("update members set stale = 1 where id = ?", (id,))


def released(core: Core, id: str) -> dict[str, tuple[int, str]]:
    """The fields that a person shows to members: since when, and in which words asked."""
    rows = core.db.all("select field, at, wording from member_released where person = ?", (id,))
    return {field: (at, wording) for field, at, wording in rows}


def released_by(core: Core, ids: Sequence[str]) -> set[tuple[str, str]]:
    """(person, field) that these persons show to members; of one page of people."""
    marks = ", ".join("?" * len(ids))
    sql = f"select person, field from member_released where person in ({marks})"
    return set(core.db.all(sql, list(ids)))


def _field(row: Any) -> Field:
    key, label, kind, many, choices, seen = row
    return Field(key, label, kind, bool(many), tuple(json.loads(choices)), Seen(seen))
