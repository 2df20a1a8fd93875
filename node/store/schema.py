"""Tables, as migrations: each is applied once, in order, in a transaction of its own."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from node.base.lookalikes import looks
from node.base.naming import respelled
from protocol.erasure import is_confirmed
from protocol.record import reread

MIGRATIONS = Migrations("verbund")

_FIRST = """
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

-- What this node could open of sealed records that are addressed to it, or by it.
create table opened (
    no integer primary key,
    kind text not null,
    name text not null,
    body blob
);
create index opened_kind on opened (kind, name);

-- The directory: one row a live entry, so that it can be listed, filtered and searched.
create table directory (
    no integer primary key,
    author integer not null,
    audience integer not null,
    form text not null,
    expires integer not null,
    name text not null,
    region text,
    takes_members integer,
    words text not null
);
create index directory_name on directory (name);
create table directory_tags (no integer not null, what text not null, value text not null);
create index directory_tags_value on directory_tags (what, value);
create index directory_tags_no on directory_tags (no);
create virtual table directory_text using fts5(
    name, words, content='directory', content_rowid='no',
    tokenize='unicode61 remove_diacritics 2'
);

-- What never leaves the node.
create table settings (key text primary key, value text not null);
create table counters (
    identity blob primary key, incarnation integer not null, counter integer not null
);
create table codes (
    digest blob primary key, identity blob not null, made integer not null,
    expires integer not null, used integer
);
create table set_aside (
    no integer primary key, at integer not null, code text not null, kind text,
    detail text not null
);
create table set_aside_counts (code text primary key, n integer not null);
create table departures (
    network blob not null, member blob not null, epoch blob not null, at integer not null,
    witness blob not null, confirmed integer,
    primary key (epoch, witness)
);
create table entries (no integer primary key, name text not null unique, content blob not null);
"""


@MIGRATIONS(name="0001_first")
def first(db: Database) -> None:
    """Everything of the first version."""
    _run(db, _FIRST)


_DIRECTORY_INDEXES = """
-- All entries of one author: which is the best, what is its name.
create index directory_author on directory (author, audience, expires);
-- The entries with a tag, without looking at the tags themselves.
drop index directory_tags_value;
create index directory_tags_value on directory_tags (what, value, no)
"""


@MIGRATIONS(name="0002_directory_indexes")
def directory_indexes(db: Database) -> None:
    """A directory of 100,000 entries answers in milliseconds."""
    _run(db, _DIRECTORY_INDEXES)


_AUTHOR_INDEX = """
-- Everything by one author: looked for whenever its chain grows, which anybody can make happen.
create index records_author on records (author, kind)
"""


@MIGRATIONS(name="0003_author_index")
def author_index(db: Database) -> None:
    """What one author said is found without looking at everybody else's."""
    _run(db, _AUTHOR_INDEX)


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
-- What never left the node and was erased here.
create table erased_here (key text primary key, at integer not null, wiped integer);
-- The numbers of tombstones to be confirmed, so that they are found among all records.
create table tombstones (no integer primary key)
"""


@MIGRATIONS(name="0004_erasures")
def erasures(db: Database) -> None:
    """Who confirmed that what was erased is gone."""
    _run(db, _ERASURES)
    found = db.conn.execute("select no, kind, envelope from records")
    erased = [(no,) for no, kind, raw in found if is_confirmed(kind) and reread(raw).body is None]
    db.conn.executemany("insert into tombstones (no) values (?)", erased)


_OUTSIDE = """
-- How much room sealed and closed records of others take, and which of them are for others only.
create table outside (
    no integer primary key, author integer not null, carried integer not null, size integer not null
);
create index outside_author on outside (author, carried, size);
create index outside_carried on outside (carried, size);
insert into outside (no, author, carried, size)
    select r.no, r.author, o.no is null and r.kind = 'sealed', length(r.envelope)
    from records r left join opened o on o.no = r.no where r.kind in ('sealed', 'closed')
"""


@MIGRATIONS(name="0005_outside")
def outside(db: Database) -> None:
    """What is kept for others is counted in bytes; of what stands, the unread is taken for that."""
    _run(db, _OUTSIDE)


_LOOKS = """
-- What a name looks like (`base.lookalikes`): two that look the same get their ids beside them.
alter table directory add column look text not null default '';
create index directory_look on directory (look);
-- Whether a region is known as it was typed, without looking at all entries.
create index directory_region on directory (region) where region is not null
"""


@MIGRATIONS(name="0006_looks")
def looks_of_names(db: Database) -> None:
    """Names that look the same are noticed; Straße is found as Strasse."""
    _run(db, _LOOKS)
    for no, name, words in db.conn.execute("select no, name, words from directory").fetchall():
        more = words + respelled(f"{name} {words}")
        sql = "update directory set look = ?, words = ? where no = ?"
        db.conn.execute(sql, (looks(name), more, no))
        if more != words:
            delete = "insert into directory_text (directory_text, rowid, name, words) values"
            db.conn.execute(f"{delete} ('delete', ?, ?, ?)", (no, name, words))
            insert = "insert into directory_text (rowid, name, words) values (?, ?, ?)"
            db.conn.execute(insert, (no, name, more))


def _run(db: Database, script: str) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            db.conn.execute(statement)
