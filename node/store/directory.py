"""The directory: live group and network entries, to be listed, filtered and searched.

A view: it can be rebuilt from the records, and each row has the number of its record. One's own
list (`entries`) is in it too, under negative numbers: it never leaves the node.

Ranking is capped: of a word that very many entries have, the first `RANKED` matches are ranked, and
the page says so.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from heapq import nsmallest
from typing import Any, NamedTuple

from node.base.collating import sort_key
from node.base.lookalikes import looks
from node.base.naming import folds, respelled, unaccented
from node.store.database import Database
from node.store.filters import Filters, Wanted, spellings

RANKED = 200
"""Matches that are ranked at most; four pages. Counting what they have in common takes 1 ms."""

FREQUENT = 5_000
"""Of more entries than this, a page by name is found sooner by names than by tags."""

FEW_AUTHORS = 64
"""Of so many it is quicker to look at what is theirs than at all that has the words."""

NAME_WEIGHT = 8
"""So many times as much as anywhere else a word counts in a name."""

SHORT = 200
"""Characters of an entry below which it makes little difference how short it is."""

WORDS = 8
"""Words of a query that count: more would only cost time."""

MERGED = 250
"""Pages of the text search that are written in one part of `merge_words`: some milliseconds."""

ORDERS = {
    "name": "d.sort, d.no",
    "-name": "d.sort desc, d.no desc",
    "region": "d.region is null, d.region, d.sort, d.no",
    "new": "d.no desc",
}
"""In which order entries can stand; `new` has first what came last, and one's own list at the end.
"""

OF_ROWS = {"region": "region", "form": "form", "takes": "takes_members"}
"""What is counted and stands in the row itself, by its column."""

LISTED = 0
"""The author of one's own list: nobody."""

_WORD = re.compile(r"\w+")


class Hit(NamedTuple):
    """A found entry: the number of its record, negative for one's own list."""

    no: int
    name: str


class Hits(NamedTuple):
    """A page of hits; `total` is exact unless `capped`. `numbers` are all hits of a search."""

    entries: tuple[Hit, ...]
    total: int
    capped: bool
    numbers: tuple[int, ...] = ()


def row_of(content: dict[str, Any]) -> tuple[str, str | None, int | None, str]:
    """(name, region, takes_members, words) of an entry's content."""
    parts = [content.get("purpose"), content.get("orientation"), content.get("region")]
    parts += content.get("topics", ())
    parts += content.get("convictions", ()) or content.get("consensus", ())
    takes = content.get("takes_members")
    words = " ".join(part for part in parts if part)
    words += respelled(f"{content['name']} {words}")
    return content["name"], content.get("region"), None if takes is None else int(takes), words


def tags_of(no: int, content: dict[str, Any]) -> list[tuple[int, str, str]]:
    """What an entry can be filtered by."""
    tags = [(no, "topic", topic) for topic in content["topics"]]
    return tags + [(no, "language", one) for one in content["languages"]]


def put_entries(
    db: Database, entries: Iterable[tuple[int, int, int, str, int, dict[str, Any]]]
) -> None:
    """Add (no, author number, audience number, form, expires, content) to the directory."""
    rows, texts, tags = [], [], []
    for no, author, audience, form, expires, content in entries:
        name, region, takes, words = row_of(content)
        look = looks(name)
        sort = sort_key(name)
        rows.append((no, author, audience, form, expires, name, region, takes, words, look, sort))
        texts.append((no, name, words))
        tags += tags_of(no, content)
    db.many(
        "insert into directory (no, author, audience, form, expires, name, region, takes_members,"
        " words, look, sort) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    db.many("insert into directory_text (rowid, name, words) values (?, ?, ?)", texts)
    db.many("insert into directory_tags (no, what, value) values (?, ?, ?)", tags)


def remove_entries(db: Database, rows: Sequence[tuple[int]]) -> None:
    """Take entries out of the directory, by number; others are ignored."""
    for (no,) in rows:
        old = db.one("select name, words from directory where no = ?", (no,))
        if old:
            db.run(
                "insert into directory_text (directory_text, rowid, name, words)"
                " values ('delete', ?, ?, ?)",
                (no, *old),
            )
            db.run("delete from directory where no = ?", (no,))
            db.run("delete from directory_tags where no = ?", (no,))


class Alike(NamedTuple):
    """A row of one's own list by its number, and a live entry whose name looks like its: name and
    place of both, and whose it is."""

    no: int
    name: str
    region: str | None
    their_name: str
    their_region: str | None
    identity: bytes


class Directory:
    """Searching. All writing is done by `put_entries` and `remove_entries`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def forget_words(self) -> None:
        """Write the text search anew: it keeps the words of what was deleted until then."""
        self.db.run("insert into directory_text (directory_text) values ('optimize')")

    def merge_words(self, *, again: bool) -> bool:
        """The same in parts; whether there is more to do. `again` for all parts but the first."""
        before = self.db.conn.total_changes
        self.db.run(
            "insert into directory_text (directory_text, rank) values ('merge', ?)",
            (MERGED if again else -MERGED,),
        )
        return self.db.conn.total_changes - before >= 2

    def find(
        self,
        text: str,
        filters: Filters,
        limit: int,
        offset: int = 0,
        total: int | None = None,
        order: str = "",
    ) -> Hits:
        """Entries that contain all words of `text` (the last may be a beginning), best first.

        Without words: all, by name; if their `total` is known they need not be counted. `order` is
        one of `ORDERS` and counts for both.
        """
        words = _WORD.findall(unicodedata.normalize("NFC", text).replace("_", " "))[:WORDS]
        if text.strip() and not words:
            return Hits((), 0, False)
        if words:
            return self._search(words, filters, limit, offset, order)
        if total is None:
            total = self.count(filters)
        where, values = filters.sql(frequent=total > FREQUENT)
        by = ORDERS[order or "name"]
        sql = f"select d.no, d.name from directory d where {where} order by {by}"
        found = self.db.all(sql + " limit ? offset ?", (*values, limit, offset))
        return Hits(tuple(Hit(*row) for row in found), total, False)

    def spelled(self, what: str, text: str | None) -> Wanted:
        """A topic or language as entries write it: people type "wohnen" and mean Wohnen.

        What some entry has exactly means itself; else all that are the same folded.
        """
        if text is None:
            return None
        table = "directory_tags where what = ?"
        if self.db.one(f"select 1 from {table} and value = ? limit 1", (what, text)):
            return text
        known = self.db.all(f"select distinct value from {table}", (what,))
        wanted = set(folds(text))
        return tuple(one for (one,) in known if not wanted.isdisjoint(folds(one))) or text

    def has_twin(self, name: str, identity: bytes, now: int) -> bool:
        """Whether somebody else known here has a name that looks like this one."""
        sql = (
            "select 1 from directory d join identities i on i.no = d.author"
            " where d.look = ? and d.expires > ? and i.id != ? limit 1"
        )
        return self.db.one(sql, (looks(name), now, identity)) is not None

    def named(self, name: str, now: int) -> list[int]:
        """The numbers of live entries of others that have exactly this name."""
        sql = "select no from directory where name = ? and author != ? and expires > ?"
        return [no for (no,) in self.db.all(sql, (name, LISTED, now))]

    def named_alike(self, now: int) -> list[Alike]:
        """Rows of one's own list, each with every live entry of others that looks like it."""
        sql = (
            "select l.no, l.name, l.region, d.name, d.region, i.id from directory l"
            " join directory d on d.look = l.look and d.author != ? and d.expires > ?"
            " join identities i on i.no = d.author where l.author = ?"
        )
        return [Alike(*row) for row in self.db.all(sql, (LISTED, now, LISTED))]

    def has_more_than(self, entries: int) -> bool:
        """Whether there are so many that reading them all is felt."""
        return self.db.one("select 1 from directory limit 1 offset ?", (entries,)) is not None

    def count(self, filters: Filters) -> int:
        """How many entries fulfil the filters."""
        where, values = filters.sql()
        return int(self.db.one(f"select count(*) from directory d where {where}", values)[0])

    def numbers(self, filters: Filters) -> tuple[int, ...]:
        """The numbers of all of them, in no order; for filters that few fulfil."""
        where, values = filters.sql()
        return tuple(
            row[0] for row in self.db.all(f"select d.no from directory d where {where}", values)
        )

    def _search(
        self, words: list[str], filters: Filters, limit: int, offset: int, order: str
    ) -> Hits:
        where, values = filters.sql(frequent=True)
        last = len(words) - 1
        match = " AND ".join(_phrase(one, "*" * (at == last)) for at, one in enumerate(words))
        narrow = _in_words(filters)
        # Stops at RANKED + 1 matches. Few are ranked by relevance; of many those come first that
        # have the words in their names, since for relevance all matches would have to be looked at.
        few = filters.authors is not None and len(filters.authors) <= FEW_AUTHORS
        found = self._matches("d.name, d.words", f"({match}){narrow}", where, values, few)
        capped = len(found) > RANKED
        if capped:
            named = self._matches("d.name, null", f"name : ({match}){narrow}", where, values, few)
            seen = {row[0] for row in named}
            found = (named + [row for row in found if row[0] not in seen])[:RANKED]
        else:
            wanted = [unaccented(word) for word in words]
            found.sort(key=lambda row: (-_relevance(wanted, row[1], row[2]), row[1]))
        if order:
            found = self._ordered([row[0] for row in found], order)
        page = tuple(Hit(*row[:2]) for row in found[offset : offset + limit])
        return Hits(page, len(found), capped, tuple(row[0] for row in found))

    def _ordered(self, numbers: Sequence[int], order: str) -> list[Any]:
        marks = ", ".join("?" * len(numbers))
        sql = f"select d.no, d.name from directory d where d.no in ({marks})"
        return self.db.all(f"{sql} order by {ORDERS[order]}", numbers)

    def _matches(
        self, what: str, match: str, where: str, values: list[Any], few: bool
    ) -> list[Any]:
        # Of few authors each entry is asked for the words: a stranger's word may be in all others.
        first = ("directory d", "directory_text")
        outer, inner = first if few else reversed(first)
        sql = (
            f"select d.no, {what} from {outer} cross join {inner} on d.no = directory_text.rowid"
            f" where directory_text match ? and {where} limit ?"
        )
        return self.db.all(sql, (match, *values, RANKED + 1))

    def has_narrow(self, public: int) -> bool:
        """Whether any entry is meant for fewer than everybody, so that authors may have several."""
        sql = "select 1 from directory where author != 0 and audience != ? limit 1"
        return self.db.one(sql, (public,)) is not None

    def counts(self, what: str, filters: Filters, limit: int) -> list[tuple[Any, int]]:
        """The most frequent values of topic, language or one of `OF_ROWS` among the entries."""
        where, values = filters.sql()
        if what in OF_ROWS:
            column = f"d.{OF_ROWS[what]}"
            sql = (
                f"select {column}, count(*) from directory d"
                f" where {where} and {column} is not null group by {column}"
            )
        else:
            sql = (
                "select t.value, count(*) from directory_tags t join directory d on d.no = t.no"
                f" where t.what = ? and {where} group by t.value"
            )
            values = [what, *values]
        return self.db.all(sql + " order by 2 desc, 1 limit ?", (*values, limit))

    def counts_of(self, numbers: Sequence[int], limit: int) -> dict[str, list[tuple[Any, int]]]:
        """The same for all of them, among the few entries that a search ranked."""
        marks = ", ".join("?" * len(numbers))
        found: dict[str, Counter[Any]] = {what: Counter() for what in ("topic", "language")}
        tags = f"select what, value from directory_tags where no in ({marks})"
        for (what, value), n in Counter(self.db.all(tags, numbers)).items():
            found[what][value] = n
        columns = ", ".join(OF_ROWS.values())
        rows = self.db.all(f"select {columns} from directory where no in ({marks})", numbers)
        for at, what in enumerate(OF_ROWS):
            found[what] = Counter(row[at] for row in rows if row[at] is not None)
        return {what: _most_frequent(counter, limit) for what, counter in found.items()}

    def regions(self) -> list[str]:
        """All that are known, each as somebody wrote it."""
        sql = "select distinct region from directory where region is not null"
        return [region for (region,) in self.db.all(sql)]


def _relevance(wanted: Sequence[str], name: str, words: str) -> float:
    """How often the words occur, in the name most of all, and how little else there is.

    All matches have all words, so it does not matter how rare each is: that alone makes bm25 slow,
    for it counts every entry that has them.
    """
    name, words = unaccented(name), unaccented(words)
    often = sum(NAME_WEIGHT * name.count(one) + words.count(one) for one in wanted)
    return often / (SHORT + len(name) + len(words))


def _phrase(word: str, ending: str) -> str:
    """A word for the full-text index, or one of its spellings."""
    spelled = [word] if word.isascii() else [word, *folds(word)]
    return "(" + " OR ".join(f'"{one}"{ending}' for one in dict.fromkeys(spelled)) + ")"


def _in_words(filters: Filters) -> str:
    """What the full-text index knows of the filters, so that it leaves most others out itself.

    Topics and regions are among the words (`row_of`); that they are really meant is still checked.
    """
    wanted = [spellings(one) for one in (filters.topic, filters.region)]
    texts = [one[0] for one in wanted if len(one) == 1 and any(map(str.isalnum, one[0]))]
    return "".join(f' AND "{one.replace(chr(34), " ")}"' for one in texts)


def _most_frequent(counter: Counter[Any], limit: int) -> list[tuple[Any, int]]:
    return nsmallest(limit, counter.items(), key=lambda row: (-row[1], row[0]))
