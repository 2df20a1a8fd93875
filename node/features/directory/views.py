"""Searching the directory, and counting what a search could be narrowed down by.

Work for each hit is done for one page only. Without words the counts are of thousands of entries:
they are kept until something is stored. With words they are of the ranked hits.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from node.features.directory.types import DirectoryPage, DirectoryQuery
from node.features.groups.listed_twice import Twice, listed_twice, noted
from node.features.groups.tables import list_edition
from node.features.groups.views import entry
from node.features.networks.views import one_network
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from node.store.columns import Columns
from node.store.core import Core
from node.store.database import Database
from node.store.directory import LISTED, Directory, Filters

FACET_VALUES = 30
"""Choices shown for each filter: what a person reads."""

PER_PAGE = 200
"""Entries of one page at most."""

KEPT = 64
"""Counts of how many different filters are kept."""

LARGE = 5_000
"""Entries from which on reading all columns is felt."""

FEW = 1_000
"""Entries that are counted one by one: their numbers fit into one question."""

KEEP_SECONDS = 60
"""How old the counts of a large directory may be."""

Counts = tuple[tuple[str, int], ...]


class Summary(NamedTuple):
    """What is the same on every page of a search."""

    total: int
    topics: Counts
    regions: Counts
    languages: Counts


class Facets:
    """Summaries of searches without words: kept until something is stored.

    Where the directory is large, reading its columns takes long enough to be felt, and a stream of
    records would have it done for every page: there they are kept for a while in any case.
    """

    def __init__(self) -> None:
        self._edition: tuple[int, int] = (-1, -1)
        self._reading = asyncio.Lock()
        self._until = 0
        self._narrow = False
        self._columns: Columns | None = None
        self._kept: dict[tuple[Viewer, Filters], Summary] = {}
        self._twice: dict[Viewer, tuple[int, Twice]] = {}

    def narrow(self, sight: Sight) -> bool:
        """Whether authors may have several entries."""
        self._refresh(sight)
        return self._narrow

    def twice(self, sight: Sight) -> Twice:
        """Which rows of one's own list are groups that speak for themselves."""
        self._refresh(sight)
        found = self._twice.get(sight.viewer)
        if found is None or not 0 <= sight.now - found[0] < KEEP_SECONDS:  # what it was may run out
            found = self._twice[sight.viewer] = sight.now, listed_twice(sight)
        return found[1]

    def get(self, sight: Sight, filters: Filters) -> Summary:
        """The summary for some filters."""
        self._refresh(sight)
        key = (sight.viewer, filters._replace(now=0))
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            found = self._kept[key] = self._count(sight, filters)
        return found

    async def ready(self, sight: Sight) -> None:
        """Read the columns of a large directory anew if it is time to, in another thread: who looks
        waits for it, and nobody else does."""
        async with self._reading:
            self._refresh(sight)
            if self._columns is None and sight.inside and sight.core.directory.has_more_than(LARGE):
                best_of = sight.public if self._narrow else None
                until = sight.now + KEEP_SECONDS
                self._columns = await asyncio.to_thread(
                    read_columns, sight.core.db, sight.now, best_of
                )
                self._until, self._kept = until, {}

    def _refresh(self, sight: Sight) -> None:
        edition = (sight.core.records.last(), list_edition(sight.core))
        if edition == self._edition:
            return
        self._edition = edition
        self._twice.clear()
        was, self._narrow = self._narrow, sight.core.directory.has_narrow(sight.public)
        if was != self._narrow:
            self._columns = None
        if self._columns is None or self._columns.size < LARGE or sight.now >= self._until:
            self._columns, self._kept = None, {}
        else:
            self._kept = {key: one for key, one in self._kept.items() if one.total > FEW}

    def _count(self, sight: Sight, filters: Filters) -> Summary:
        directory = sight.core.directory
        if self._columns is None or filters.authors is not None:
            total = directory.count(filters)
            if total <= FEW:
                return _count_few(sight, directory.numbers(filters))
            if filters.authors is not None:
                return Summary(total, *(_counted(directory, what, filters) for what in _WHAT))
            self._until = sight.now + KEEP_SECONDS
            best_of = sight.public if self._narrow else None
            self._columns = Columns(sight.core.db.all, sight.now, best_of)
        columns = self._columns
        matching = columns.matching(filters)
        total = matching.bit_count()
        if total <= FEW:
            return _count_few(sight, directory.numbers(filters))
        return Summary(total, *(tuple(columns.counts(w, matching, FACET_VALUES)) for w in _WHAT))


def read_columns(db: Database, now: int, best_of: int | None) -> Columns:
    """The columns of a directory by a connection of their own: in any thread."""
    with db.reading() as conn:

        def ask(sql: str, values: Any = ()) -> list[Any]:
            return conn.execute(sql, values).fetchall()

        return Columns(ask, now, best_of)


def _counted(directory: Directory, what: str, filters: Filters) -> Counts:
    return tuple(directory.counts(what, filters, FACET_VALUES))


def _count_few(sight: Sight, numbers: Sequence[int]) -> Summary:
    counted = sight.core.directory.counts_of(numbers, FACET_VALUES)
    return Summary(len(numbers), *(tuple(counted[what]) for what in _WHAT))


_WHAT = ("topic", "region", "language")


def directory_facets(_core: Core) -> Facets:
    """What the pages keep between two searches."""
    return Facets()


def find_page(sight: Sight, query: DirectoryQuery, facets: Facets) -> DirectoryPage:
    """A page of what is found. A page past the end is empty."""
    per_page = max(1, min(query.per_page, PER_PAGE))
    page = max(1, query.page)
    filters = _filters(sight, query, facets)
    if filters is None:
        return DirectoryPage((), 0, False, page, 0)
    directory = sight.core.directory
    offset = (page - 1) * per_page
    if query.text.strip():
        hits = directory.find(query.text, filters, per_page, offset)
        summary = _count_few(sight, hits.numbers)
    else:
        summary = facets.get(sight, filters)
        hits = directory.find("", filters, per_page, offset, summary.total)
    found = (entry(sight, hit.no) for hit in hits.entries)
    return DirectoryPage(
        entries=noted((one for one in found if one is not None), facets.twice(sight)),
        total=hits.total,
        capped=hits.capped,
        page=page,
        pages=-(-hits.total // per_page),
        topics=summary.topics,
        regions=summary.regions,
        languages=summary.languages,
    )


def _filters(sight: Sight, query: DirectoryQuery, facets: Facets) -> Filters | None:
    """None if nothing can be found: who is in a network is not for everybody to know."""
    authors = sight.authors
    spelled = sight.core.directory.spelled
    if query.network is not None:
        network = one_network(sight, query.network) if sight.inside else None
        if network is None:
            return None
        members = frozenset({network, *sight.core.ties.members(network, sight.now)})
        authors = members if authors is None else authors & members
    return Filters(
        now=sight.now,
        topic=spelled("topic", query.topic),
        region=spelled("region", query.region),
        language=spelled("language", query.language),
        takes_members=query.takes_members,
        audiences=None if sight.inside else (sight.public,),
        authors=None if authors is None else _numbers(sight, authors, query.network is None),
        without=tuple(-no for no in sorted(facets.twice(sight).same)),
        best_of=sight.public if sight.inside and facets.narrow(sight) else None,
    )


def _numbers(sight: Sight, authors: Iterable[bytes], listed: bool) -> tuple[int, ...]:
    """The numbers of authors; with that of one's own list, which inside is seen at any time."""
    numbers = map(sight.core.records.identities.known, authors)
    found = {no for no in numbers if no is not None}
    return tuple(sorted(found | {LISTED} if listed and sight.inside else found))
