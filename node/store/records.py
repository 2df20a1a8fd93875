"""Records at their places, and what was opened of sealed ones (docs/protocol.md §4).

`put` is the only way in. At each place the newest record stays: the higher `seq`, and of two equal
ones the smaller id (§4.4). Numbers rise with every stored record: whoever keeps the last number it
saw finds what is new, and in `deleted` what is there no more.
"""

import struct
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from sys import intern
from typing import Any, NamedTuple

from crypto.hashing import digest
from node.store.database import Database
from node.store.directory import remove_entries
from node.store.numbers import PART, Numbering
from node.store.outside import Outside
from protocol.audience import Audience
from protocol.encoding import load
from protocol.kind import Place, Seq, Statement
from protocol.kinds import CONTROL, KINDS
from protocol.record import Record, fill_content, reread
from protocol.unread import kind_of
from sync.shelf import Header

_pack_seq = struct.Struct(">IQQ").pack
_unpack_seq = struct.Struct(">IQQ").unpack

COUNTED = 20_000
"""Places counted in memory: some MiB."""

_COLUMNS = "no, kind, audience, author, name, expires, keep, epoch, id, seq, envelope"
_HEADER = "author, audience, kind, name, epoch, expires, id, no"
"""As in `Header`."""


Row = tuple[int, int, str, str, bytes | None, int, bytes, int]
"""As in `Header`, author and audience by their numbers."""


class Conflict(NamedTuple):
    """What already stands where a record wants to."""

    no: int
    seq: bytes
    id: bytes
    keep: int


def kept_until(expires: int, keep: int) -> int:
    """Until when a place is kept: as long as anything that was seen there (§4.5)."""
    return max(expires, keep)


class Records:
    """The table of records. All writing happens inside `Database.writing`."""

    def __init__(self, database: Database) -> None:
        self.db = database
        self.numbering = Numbering(database)
        self.identities, self.audiences = self.numbering.identities, self.numbering.audiences
        self.outside = Outside(database, self.identities)
        self._counts: dict[tuple[str, int, int], int] = {}
        self.replaced = 0
        """How many records took the place of an older one so far."""
        self.contradictions: list[tuple[int, str]] = []
        """Authors, by number, and kinds, of two records at one place with one `seq` (§4.4)."""
        self.deleted: list[int] = []
        """Numbers of what was deleted, and committed, since the catalogue looked."""
        self._deleting: list[int] = []

    def forget(self) -> None:
        """After a rollback, what was numbered and counted meanwhile is not in the tables."""
        self.numbering.forget()
        self.outside.forget()
        self._counts.clear()
        self.contradictions.clear()
        self._deleting.clear()

    def committed(self) -> None:
        """What was deleted is so for good."""
        self.deleted += self._deleting
        self._deleting.clear()

    # Writing

    def last(self) -> int:
        """The highest number given so far."""
        row = self.db.one("select value from settings where key = 'last_record'")
        return int(row[0]) if row else 0

    def put(self, records: Sequence[Record]) -> list[int | None]:
        """Store each record that is newer than what stands at its place.

        Gives the number of each stored record, None for one that was not newer.
        """
        first = self.last() + 1
        rows = self._rows(first, records)
        marks = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
        insert = f"insert into records ({_COLUMNS}) values ({marks}) on conflict do nothing"
        numbers: list[int | None] = list(range(first, first + len(rows)))
        if self.db.many(insert, rows) != len(rows):
            last = first + len(rows) - 1
            found = self.db.all("select no from records where no between ? and ?", (first, last))
            stored = {row[0] for row in found}
            for at, row in enumerate(rows):
                if row[0] not in stored:
                    replaced = self._replace(row, insert)
                    numbers[at] = None if replaced is None else row[0]
                    if replaced is not None and replaced >= first:
                        numbers[replaced - first] = None
        self.db.run(
            "insert into settings (key, value) values ('last_record', ?)"
            " on conflict (key) do update set value = excluded.value",
            (str(first + len(rows) - 1),),
        )
        return numbers

    def _rows(self, first: int, records: Sequence[Record]) -> list[tuple[Any, ...]]:
        """The rows of `records`, numbered from `first`. Who is new here has no places yet."""
        authors, audiences = {one.author for one in records}, {one.audience for one in records}
        new_authors, new_audiences = self.identities.learn(authors), self.audiences.learn(audiences)
        author_of = {one: self.identities.of(one) for one in authors}
        audience_of = {one: self.audiences.of(one) for one in audiences}
        if len(self._counts) > COUNTED:
            self._counts.clear()
        if new_authors or new_audiences:
            for record in records:
                if record.author in new_authors or record.audience in new_audiences:
                    audience, author = audience_of[record.audience], author_of[record.author]
                    self._counts.setdefault((record.kind, audience, author), 0)
        rows = []
        for no, one in enumerate(records, first):
            place = (one.kind, audience_of[one.audience], author_of[one.author], one.name)
            rest = (one.expires, one.expires, one.epoch, one.id, _pack_seq(*one.seq), one.raw)
            rows.append((no, *place, *rest))
        return rows

    def _replace(self, row: tuple[Any, ...], insert: str) -> int | None:
        """Put `row` in place of an older one, whose number is given; None if it is not newer."""
        _no, kind, audience, author, name, expires, _keep, _epoch, id_, seq, _envelope = row
        old = self.standing(kind, audience, author, name)
        if old is None:
            return None
        if seq == old.seq and id_ != old.id:
            self.contradictions.append((author, kind))
        if (seq, old.id) <= (old.seq, id_):  # older, or as new with an id that is not smaller
            if (keep := kept_until(old.keep, expires)) != old.keep:
                self.db.run("update records set keep = ? where no = ?", (keep, old.no))
            return None
        self.delete([old.no])
        self.replaced += 1
        self.db.run(insert, (*row[:6], kept_until(expires, old.keep), *row[7:]))
        return old.no

    def is_newer(self, record: Record) -> bool:
        """Whether `put` would let this record stand."""
        old = self.standing_at(record.place)
        seq = _pack_seq(*record.seq)
        return old is None or (seq, old.id) > (old.seq, record.id)

    def standing_at(self, place: Place) -> Conflict | None:
        """What stands at a place, hidden ones too."""
        audience = self.audiences.known(place.audience)
        author = self.identities.known(place.author)
        if audience is None or author is None:
            return None
        return self.standing(place.kind, audience, author, place.name)

    def standing(self, kind: str, audience: int, author: int, name: str) -> Conflict | None:
        """What stands at a place, hidden ones too."""
        row = self.db.one(
            "select no, seq, id, keep from records"
            " where kind = ? and audience = ? and author = ? and name = ?",
            (kind, audience, author, name),
        )
        return Conflict(*row) if row else None

    def delete(self, numbers: Iterable[int]) -> None:
        """Remove records, with what was opened of them and their place in the directory."""
        rows = [(no,) for no in numbers]
        self._deleting += (no for (no,) in rows)
        remove_entries(self.db, rows)
        self.db.many("delete from opened where no = ?", rows)
        self.outside.delete(rows)
        self.db.many("delete from records where no = ?", rows)

    def put_opened(self, no: int, inner: Statement) -> None:
        """Keep what is inside the sealed record `no`."""
        self.db.run(
            "insert into opened (no, kind, name, body) values (?, ?, ?, ?)",
            (no, inner.kind, inner.name, inner.body),
        )

    def enforce_limits(self, records: Iterable[Record], now: int = 0) -> dict[bytes, Place]:
        """Remove what is over a kind's limit (§4.8); gives ids and places of what was removed.

        Of sealed records that were opened: the place of what is inside.
        `records` were just stored; what is over does not count. `_counts` are upper bounds, so that
        most need no query.
        """
        gone: dict[bytes, Place] = {}
        stored = Counter((one.kind, one.audience, one.author) for one in records)
        for (kind, audience, author), more in stored.items():
            limit = kind_of(kind).limit
            if limit > 1:
                key = (kind, self.audiences.of(audience), self.identities.of(author))
                count = self._counts[key] = self._counts.get(key, limit) + more
                if count > limit:
                    gone |= self._over_limit(key, now)
        return gone

    def _over_limit(self, key: tuple[str, int, int], now: int) -> dict[bytes, Place]:
        """Count really, and remove what has to go."""
        stay = kind_of(key[0]).limit
        here = "where r.kind = ? and audience = ? and author = ? and keep > ?"
        (count,) = self.db.one(f"select count(*) from records r {here}", (*key, now))
        self._counts[key] = min(count, stay)
        if count <= stay:  # that was only not known
            return {}
        found = self.db.all(
            "select r.no, r.id, r.name, o.kind, o.name"
            f" from records r left join opened o on o.no = r.no {here}",
            (*key, now),
        )
        found.sort(key=lambda row: digest(row[2].encode()))
        self.delete(row[0] for row in found[stay:])
        kind, audience = key[0], self.audiences.thing(key[1])
        author = self.identities.thing(key[2])
        return {
            id_: Place(author, audience, inside or kind, inner if inside else name)
            for _no, id_, name, inside, inner in found[stay:]
        }

    # Reading

    def headers(
        self,
        now: int,
        kinds: Iterable[str] = KINDS,
        audience: Audience | None = None,
        author: bytes | None = None,
        after: int = 0,
        names: Collection[str] | None = None,
    ) -> Iterator[Header]:
        """Live records, without their envelopes; of some `names`, for which there is a limit."""
        where = ["expires > ?", "no > ?"]
        more: list[Any] = [now, after]
        if kinds is not KINDS:  # of all kinds, none is looked at
            kinds = list(kinds)
            # What is new is found by its number: `||` keeps the index of places out of it.
            kind = "kind || ''" if after else "kind"
            where.append(f"{kind} in ({', '.join('?' * len(kinds))})")
            more += kinds
        if audience is not None:
            where.append("audience = ?")
            more.append(self.audiences.known(audience))
        if author is not None:
            where.append("author = ?")
            more.append(self.identities.known(author))
        if names is not None:
            where.append(f"name in ({', '.join('?' * len(names))})")
            more += names
        sql = f"select {_HEADER} from records where {' and '.join(where)} order by no"
        yield from map(self.header, self.db.all(sql, more))

    def rows(self, now: int, after: int, most: int) -> list[Row]:
        """The next live records, by number, as `header` takes them."""
        sql = f"select {_HEADER} from records where expires > ? and no > ? order by no limit ?"
        return self.db.all(sql, (now, after, most))

    def header(self, row: Row) -> Header:
        """What is known of the record of a row."""
        author, audience = self.identities.thing(row[0]), self.audiences.thing(row[1])
        # The catalogue keeps them: equal texts are one, here and in the ties.
        return Header(author, audience, intern(row[2]), intern(row[3]), *row[4:])

    def envelopes(self, refs: Sequence[int]) -> list[bytes | None]:
        """The envelope of each record, None where it is gone."""
        found: dict[int, bytes] = {}
        for start in range(0, len(refs), PART):
            part = refs[start : start + PART]
            marks = ", ".join("?" * len(part))
            found.update(
                self.db.all(f"select no, envelope from records where no in ({marks})", part)
            )
        return [found.get(ref) for ref in refs]

    def records(self, headers: Iterable[Header]) -> Iterator[Record]:
        """The records of some headers, read again; without those that are gone."""
        refs = [header.ref for header in headers]
        for start in range(0, len(refs), PART):
            for envelope in self.envelopes(refs[start : start + PART]):
                if envelope is not None:
                    yield reread(envelope)

    def at(self, place: Place) -> Record | None:
        """The record that stands at a place, even a hidden one or a tombstone."""
        row = self.db.one(
            "select envelope from records"
            " where kind = ? and audience = ? and author = ? and name = ?",
            (
                place.kind,
                self.audiences.known(place.audience),
                self.identities.known(place.author),
                place.name,
            ),
        )
        return reread(row[0]) if row else None

    def content_at(self, no: int) -> tuple[Record, Any] | None:
        """The record of a number and its content: of what was opened, what is inside."""
        row = self.db.one(
            "select r.envelope, o.body from records r left join opened o on o.no = r.no"
            " where r.no = ?",
            (no,),
        )
        if row is None:
            return None
        record = reread(row[0])
        return record, record.content if row[1] is None else load(row[1])

    def have_any(self, some: Iterable[bytes]) -> set[bytes]:
        """Those of `some` by whom there is anything."""
        sql = "select 1 from records where author = ? limit 1"
        known = ((one, self.identities.known(one)) for one in some)
        return {one for one, no in known if no is not None and self.db.one(sql, (no,))}

    def newest(self) -> int:
        """The number of the newest record that stands: it rises only if one was stored."""
        return int(self.db.one("select coalesce(max(no), 0) from records")[0])

    def edition(self, kind: str, audience: Audience | None = None) -> tuple[int, int]:
        """Another value after every change of a kind that is for an audience, or for any. Reads an
        index."""
        sql = "select count(*), coalesce(max(no), 0) from records where kind = ?"
        more: tuple[Any, ...] = (kind,)
        if audience is not None:
            sql, more = f"{sql} and audience = ?", (kind, self.audiences.known(audience))
        found: tuple[int, int] = self.db.one(sql, more)
        return found

    def opened_edition(self, kind: str) -> tuple[int, int]:
        """The same of sealed records that were opened."""
        sql = "select count(*), coalesce(max(no), 0) from opened where kind = ?"
        found: tuple[int, int] = self.db.one(sql, (kind,))
        return found

    def numbers_at(self, place: Place) -> list[int]:
        """The number of what stands at a place, if anything does."""
        old = self.standing_at(place)
        return [old.no] if old else []

    def all_by(self, author: bytes) -> Iterator[tuple[int, Record, Place | None]]:
        """Everything by one author, hidden or not, and the inner place of what was opened."""
        sql = (
            "select r.no, r.envelope, o.kind, o.name from records r"
            " left join opened o on o.no = r.no where r.author = ? order by r.no"
        )
        for no, envelope, kind, name in self.db.all(sql, (self.identities.known(author),)):
            record = reread(envelope)
            inner = Place(author, record.audience, kind, name) if kind else None
            yield no, record, inner

    def statements(
        self,
        kind: str,
        now: int,
        author: bytes | None = None,
        names: Collection[str] | None = None,
    ) -> list[Statement]:
        """What live records say, open and opened, tombstones included. Newest of each place.

        By one `author` or all, of some `names` or all. The number of queries does not depend on
        how many there are.
        """
        found: dict[Place, Statement] = {}
        for record in self.records(self.headers(now, [kind], author=author, names=names)):
            found[record.place] = record
        for inner in self.opened(kind, now, author=author, names=names):
            other = found.get(inner.place)
            if other is None or inner.seq > other.seq:
                found[inner.place] = inner
        return list(found.values())

    def opened(
        self,
        kind: str,
        now: int,
        after: int = 0,
        author: bytes | None = None,
        names: Collection[str] | None = None,
    ) -> Iterator[Statement]:
        """What was opened of live sealed records: by one author or all, of some names or all."""
        more: list[Any] = [kind, now, after]
        where = "o.kind = ? and r.expires > ? and r.no > ?"
        if author is not None:
            where += " and r.author = ?"
            more.append(self.identities.known(author))
        if names is not None:
            where += f" and o.name in ({', '.join('?' * len(names))})"
            more += names
        sql = (
            "select r.no, r.audience, r.author, r.expires, r.seq, r.envelope, o.name, o.body"
            f" from opened o join records r on r.no = o.no where {where} order by r.no"
        )
        for _no, audience, by, expires, seq, envelope, name, body in self.db.all(sql, more):
            inner = Statement()
            inner.author, inner.audience = self.identities.thing(by), self.audiences.thing(audience)
            inner.kind, inner.name, inner.body = kind, name, body
            inner.seq, inner.expires, inner.epoch = Seq(*_unpack_seq(seq)), expires, None
            inner.issued = reread(envelope).issued
            fill_content(inner, kind_of(kind))
            yield inner

    def outer_name(self, place: Place) -> str | None:
        """The name of the sealed record that this author uses for an inner place (§7.11)."""
        row = self.db.one(
            "select r.name from opened o join records r on r.no = o.no"
            " where o.kind = ? and o.name = ? and r.author = ? and r.audience = ?"
            " order by r.seq desc",
            (
                place.kind,
                place.name,
                self.identities.known(place.author),
                self.audiences.known(place.audience),
            ),
        )
        return row[0] if row else None

    def kinds(self) -> list[str]:
        """Those of which there is anything, known here or not (§4.9): a look at the index each."""
        rows = self.db.all(
            "with recursive here(kind) as (select min(kind) from records union all"
            " select (select min(kind) from records where kind > here.kind) from here"
            " where here.kind is not null) select kind from here where kind is not null"
        )
        return [kind for (kind,) in rows]

    def content_numbers(
        self, network: bytes, by: bytes | None = None, not_by: frozenset[bytes] = frozenset()
    ) -> list[int]:
        """The content addressed to a network: all, by one author, or not by some."""
        audience = self.audiences.known(Audience.network(network))
        kinds = [kind for kind in self.kinds() if kind not in CONTROL]
        rows = self.db.all(
            f"select no, author from records where kind in ({', '.join('?' * len(kinds))})"
            " and audience = ?",
            (*kinds, audience),
        )
        named = [(no, self.identities.thing(author)) for no, author in rows]
        return [no for no, who in named if (by is None or who == by) and who not in not_by]
