"""Migrations: what makes the tables, and brings those of an older version up to date.

Rules:

1. The store's own stand here, a noun's in its `tables.py`; `Feature.migrations` names them, and
   `node.app` puts all together, the store's first, then the nouns' in the order of `FEATURES`.
2. Each is applied once, all that are missing in one transaction.
3. One that was published is never changed (`tests/node/store/test_migrations.py` keeps their
   digests). So it is plain SQL: what a rule says today it may say otherwise tomorrow.
4. A database with one that is not known here was written by newer software, and is left alone.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sqlite_utils import Database


class Migration(NamedTuple):
    """`owner` is the store or a noun, `sql` gives the statements, each ended by a semicolon."""

    owner: str
    name: str
    sql: Callable[[], str]

    @property
    def key(self) -> tuple[str, str]:
        """By which it is known in databases."""
        return self.owner, self.name


class Schema:
    """All migrations, in order. `whole`: with those of all nouns, so that others are newer."""

    def __init__(self, migrations: Iterable[Migration], whole: bool = True) -> None:
        self.migrations = tuple(migrations)
        self.keys = frozenset(one.key for one in self.migrations)
        self._owners = None if whole else frozenset(one.owner for one in self.migrations)

    def missing(self, applied: Iterable[tuple[str, str]]) -> list[Migration]:
        """Those to be applied yet."""
        there = frozenset(applied)
        return [one for one in self.migrations if one.key not in there]

    def is_older_than(self, applied: Iterable[tuple[str, str]]) -> bool:
        """Whether newer software was here."""
        owners = self._owners
        return any(one not in self.keys for one in applied if owners is None or one[0] in owners)


def applied_to(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """The keys of the migrations that a database has had."""
    there = "select 1 from sqlite_master where name = '_sqlite_migrations'"
    if conn.execute(there).fetchone() is None:
        return []
    rows = conn.execute("select migration_set, name from _sqlite_migrations order by id")
    return rows.fetchall()


def apply(conn: sqlite3.Connection, schema: Schema) -> None:
    """Apply what is missing. Inside a transaction."""
    from sqlite_utils import Database as Utils  # 5 MiB that a usual start does without
    from sqlite_utils.migrations import Migrations

    db = Utils(conn, execute_plugins=False)
    for one in schema.missing(applied_to(conn)):
        steps = Migrations(one.owner)
        steps(name=one.name)(_runs(one.sql()))
        steps.apply(db)


def _runs(script: str) -> "Callable[[Database], None]":
    def run(db: "Database") -> None:
        for statement in statements(script):
            db.conn.execute(statement)

    return run


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: SQLite's own way to run one commits first."""
    lines: list[str] = []
    for line in script.splitlines():
        lines.append(line)
        if sqlite3.complete_statement("\n".join(lines)):
            yield "\n".join(lines)
            lines = []
    if "".join(lines).strip():
        raise ValueError("a statement without an end")


_RECORDS = """
create table identities (no integer primary key, id blob not null unique);
create table audiences (no integer primary key, encoded blob not null unique);

-- One row a place (docs/protocol.md §4). `no` rises for ever, so that it is a cursor for changes;
-- `keep` is the largest `expires` seen at the place, until which an older record can't come back.
create table records (
    no integer primary key,
    kind text not null,
    audience integer not null,
    author integer not null,
    name text not null,
    expires integer not null,
    keep integer not null,
    epoch blob,
    id blob not null,
    seq blob not null,
    envelope blob not null
);
create unique index records_place on records (kind, audience, author, name);
-- Everything by one author: looked for whenever its chain grows, which anybody can make happen.
create index records_author on records (author, kind);

-- What this node could open of sealed records that are addressed to it, or by it.
create table opened (
    no integer primary key,
    kind text not null,
    name text not null,
    body blob
);
create index opened_kind on opened (kind, name);

-- How much room sealed and closed records of others take, and which of them are for others only.
create table outside (
    no integer primary key, author integer not null, carried integer not null, size integer not null
);
create index outside_author on outside (author, carried, size);
create index outside_carried on outside (carried, size);
"""

_DIRECTORY = """
-- The directory: one row a live entry, so that it can be listed, filtered and searched.
-- `look` is what a name looks like: two that look the same get their ids beside them; `sort` is by
-- what it stands in a list.
create table directory (
    no integer primary key,
    author integer not null,
    audience integer not null,
    form text not null,
    expires integer not null,
    name text not null,
    region text,
    takes_members integer,
    words text not null,
    look text not null,
    sort text not null
);
create index directory_name on directory (name);
create index directory_sort on directory (sort);
create index directory_look on directory (look);
-- All entries of one author: which is the best, what is its name.
create index directory_author on directory (author, audience, expires);
-- Whether a region is known as it was typed, without looking at all entries.
create index directory_region on directory (region) where region is not null;
create table directory_tags (no integer not null, what text not null, value text not null);
-- The entries with a tag, without looking at the tags themselves.
create index directory_tags_value on directory_tags (what, value, no);
create index directory_tags_no on directory_tags (no);
create virtual table directory_text using fts5(
    name, words, content='directory', content_rowid='no',
    tokenize='unicode61 remove_diacritics 2'
);
"""

_ERASURES = """
-- What this node erased: no content (docs/protocol.md §6.8).
create table erasures (
    no integer primary key, author blob not null, place blob not null, kind text not null,
    at integer not null, until integer not null, wiped integer
);
create table erasure_ids (id blob primary key, erasure integer not null);
create table erasure_witnesses (
    erasure integer not null, witness blob not null, role text not null, confirmed integer,
    primary key (erasure, witness)
);
-- What others erased, and is to be confirmed once its bytes are gone.
create table confirmations_owed (
    id blob primary key, author blob not null, issued integer not null, held integer not null
);
-- Until when an author was told all that it may be, at the pace at which receipts are given.
create table receipt_paces (author blob primary key, at integer not null);
-- Which page of receipts is being filled.
create table receipt_pages (
    own blob not null, author blob not null, page integer not null, primary key (own, author)
);
-- What never left the node and was erased here.
create table erased_here (key text primary key, at integer not null, wiped integer);
-- The numbers of tombstones to be confirmed, so that they are found among all records.
create table tombstones (no integer primary key);
"""

_OF_THE_NODE = """
-- What never leaves the node.
create table settings (key text primary key, value text not null);
create table counters (
    identity blob primary key, incarnation integer not null, counter integer not null
);
create table codes (
    digest blob primary key, identity blob not null, made integer not null,
    expires integer not null, used integer
);
create table refused (
    no integer primary key, at integer not null, code text not null, kind text,
    detail text not null
);
create table refused_counts (code text primary key, n integer not null);
create table departures (
    network blob not null, member blob not null, epoch blob not null, at integer not null,
    witness blob not null, confirmed integer,
    primary key (epoch, witness)
);
"""

_STRANGERS = """
-- Identities to which nothing refers (node.store.strangers), each chain by who brought it. The
-- envelope is here if the identity has said nothing else; otherwise it is in `records`.
create table strangers (
    author blob not null, name text not null, introducer blob not null, size integer not null,
    at integer not null, issued integer not null, envelope blob, primary key (author, name)
);
create index strangers_introducer on strangers (introducer, size);
"""

_UNREAD = """
-- The numbers of records that this software could not read: of kinds that it does not know, open or
-- sealed to one of its identities (docs/protocol.md §4.9). Software that knows them looks again.
create table unread (no integer primary key);
"""

_KEPT_CONTROL = """
-- Control records packed by their numbers, 256 in a row (node.store.kept_control): a copy of what
-- stands in `records`, so it goes with any of them, whoever deletes it.
create table kept_control (part integer primary key, seal blob not null, body blob not null);
create trigger kept_control_gone after delete on records when old.kind in (
    'identity', 'endpoint', 'network', 'peering', 'membership', 'admission',
    'pact', 'signature', 'certificate', 'proposal', 'vote'
) begin delete from kept_control where part = old.no / 256; end;
"""

_ATTESTED = """
-- Attestations are control records, too.
drop trigger kept_control_gone;
create trigger kept_control_gone after delete on records when old.kind in (
    'identity', 'endpoint', 'network', 'peering', 'membership', 'admission',
    'pact', 'signature', 'certificate', 'proposal', 'vote', 'attestation'
) begin delete from kept_control where part = old.no / 256; end;
"""

OF_THE_STORE = Schema(
    [
        Migration("store", "0001_first", lambda: _RECORDS + _DIRECTORY + _ERASURES + _OF_THE_NODE),
        Migration("store", "0002_kept_control", lambda: _KEPT_CONTROL),
        Migration("store", "0003_attested", lambda: _ATTESTED),
        Migration("store", "0004_strangers", lambda: _STRANGERS),
        Migration("store", "0005_unread", lambda: _UNREAD),
    ],
    whole=False,
)
"""The tables that no noun brings."""
