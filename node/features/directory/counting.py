"""Counting what the directory, or a search in it, could be narrowed down by.

Rules: the values of each filter are counted under everything else that was chosen, so what stands
beside a value is what one gets by choosing it – a region together with all that its words mean
(`node.base.regions`). Without words the counts are of thousands of entries: they are kept until
something is stored. With words they are of the ranked hits.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from node.base.regions import Regions
from node.features.groups.listed_twice import Twice, listed_twice
from node.features.groups.tables import list_edition
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from node.store.columns import Columns
from node.store.core import Core
from node.store.database import Database
from node.store.filters import Filters

FACET_VALUES = 30
"""Choices shown for each filter: what a person reads."""

REGIONS = 5_000
"""Regions that are added up: more than a directory of 100,000 groups has."""

KEPT = 64
"""Counts of how many different filters are kept."""

LARGE = 5_000
"""Entries from which on reading all columns is felt."""

FEW = 1_000
"""Entries that are counted one by one: their numbers fit into one question."""

KEEP_SECONDS = 60
"""How old the counts of a large directory may be."""

FIELDS: Mapping[str, str] = {
    "topic": "topic",
    "region": "region",
    "language": "language",
    "form": "form",
    "takes": "takes_members",
}
"""What is counted, and by which of `Filters` it is chosen."""

Counts = tuple[tuple[Any, int], ...]


class Summary(NamedTuple):
    """What is the same on every page of a search; `counts` by the names in `FIELDS`."""

    total: int
    counts: Mapping[str, Counts]


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
        self._regions: Regions | None = None
        self._known_regions: list[str] = []
        self._regions_edition = self._edition
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

    def regions(self, sight: Sight) -> Regions:
        """All regions, to be found by what somebody types."""
        self._refresh(sight)
        if self._regions is None or self._regions_edition != self._edition:
            known = sight.core.directory.regions()
            if self._regions is None or known != self._known_regions:  # mostly they are the same
                self._regions, self._known_regions = Regions(known), known
            self._regions_edition = self._edition
        return self._regions

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

    def of_search(self, sight: Sight, text: str, filters: Filters, hits: Sequence[int]) -> Summary:
        """The summary of a search for words; `hits` are all that it found."""
        counts = {}
        for what, others in _others(filters).items():
            numbers = hits
            if others != filters:
                numbers = sight.core.directory.find(text, others, 0).numbers
            counts[what] = self._named(sight, what, _few(sight, numbers)[what])
        return Summary(len(hits), counts)

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
        total, of_all = self._one(sight, filters)
        counts = {}
        for what, others in _others(filters).items():
            found = of_all if others == filters else self._one(sight, others)[1]
            counts[what] = self._named(sight, what, found[what])
        return Summary(total, counts)

    def _named(self, sight: Sight, what: str, counted: Sequence[tuple[Any, int]]) -> Counts:
        """The most frequent values; of a region with all that its words mean."""
        shown = tuple(counted[:FACET_VALUES])
        if what != "region":
            return shown
        of_each, regions = dict(counted), self.regions(sight)
        added = [
            (one, sum(of_each.get(each, 0) for each in regions.meant(one))) for one, _n in shown
        ]
        return tuple(sorted(added, key=lambda one: (-one[1], one[0])))

    def _one(self, sight: Sight, filters: Filters) -> tuple[int, Mapping[str, Any]]:
        """How many fulfil some filters, and what they have in common."""
        directory = sight.core.directory
        if self._columns is None or filters.authors is not None:
            total = directory.count(filters)
            if total <= FEW:
                return total, _few(sight, directory.numbers(filters))
            if filters.authors is not None:
                return total, {
                    what: directory.counts(what, filters, _most(what)) for what in FIELDS
                }
            self._until = sight.now + KEEP_SECONDS
            best_of = sight.public if self._narrow else None
            self._columns = Columns(sight.core.db.all, sight.now, best_of)
        columns = self._columns
        matching = columns.matching(filters)
        total = matching.bit_count()
        if total <= FEW:
            numbers = directory.numbers(filters)
            return len(numbers), _few(sight, numbers)
        return total, {what: columns.counts(what, matching, _most(what)) for what in FIELDS}


def _others(filters: Filters) -> dict[str, Filters]:
    """Of each thing that is counted everything else that was chosen."""
    open_to_all: dict[str, Any] = {one: {one: None} for one in FIELDS.values()}
    return {what: filters._replace(**open_to_all[field]) for what, field in FIELDS.items()}


def _most(what: str) -> int:
    return REGIONS if what == "region" else FACET_VALUES


def _few(sight: Sight, numbers: Sequence[int]) -> Mapping[str, Any]:
    return sight.core.directory.counts_of(numbers, REGIONS)


def read_columns(db: Database, now: int, best_of: int | None) -> Columns:
    """The columns of a directory by a connection of their own: in any thread."""
    with db.reading() as conn:

        def ask(sql: str, values: Any = ()) -> list[Any]:
            return conn.execute(sql, values).fetchall()

        return Columns(ask, now, best_of)


def directory_facets(_core: Core) -> Facets:
    """What the pages keep between two searches."""
    return Facets()
