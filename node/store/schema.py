"""Tables, as migrations: each is applied once, in order, in a transaction of its own.

Rules: a migration that was published is never changed, so it holds plain SQL and imports nothing
of ours: what a rule says today it may say otherwise tomorrow. Whoever adds one raises
`node.store.database.STEPS`.
"""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

MIGRATIONS = Migrations("verbund")

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
create index outside_carried on outside (carried, size)
"""

_DIRECTORY = """
-- The directory: one row a live entry, so that it can be listed, filtered and searched.
-- `look` is what a name looks like: two that look the same get their ids beside them.
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
    look text not null
);
create index directory_name on directory (name);
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
)
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
create table tombstones (no integer primary key)
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
)
"""

_OF_NOUNS = """
-- groups: one's own list.
create table entries (no integer primary key, name text not null unique, content blob not null);
-- meetings: what is no record.
create table kept_meetings (
    host blob not null, name text not null, body blob not null, primary key (host, name)
)
"""


@MIGRATIONS(name="0001_first")
def first(db: Database) -> None:
    """Everything of the first version."""
    for script in (_RECORDS, _DIRECTORY, _ERASURES, _OF_THE_NODE, _OF_NOUNS):
        _run(db, script)


_KEPT_CONTROL = """
-- Control records packed by their numbers, 256 in a row (node.store.kept_control): a copy of what
-- stands in `records`, so it goes with any of them, whoever deletes it.
create table kept_control (part integer primary key, seal blob not null, body blob not null);
create trigger kept_control_gone after delete on records when old.kind in (
    'identity', 'endpoint', 'network', 'peering', 'membership', 'admission',
    'pact', 'signature', 'certificate', 'proposal', 'vote'
) begin delete from kept_control where part = old.no / 256; end
"""


@MIGRATIONS(name="0002_kept_control")
def kept_control(db: Database) -> None:
    """What a start takes in."""
    _run(db, _KEPT_CONTROL)


def _run(db: Database, script: str) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            db.conn.execute(statement)
