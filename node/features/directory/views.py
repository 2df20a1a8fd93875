"""Searching the directory: a page of what is found. Work for each hit is done for one page only."""

from collections.abc import Iterable

from node.base.naming import folds
from node.features.directory.counting import Facets
from node.features.directory.types import DirectoryPage, DirectoryQuery
from node.features.groups.listed_twice import noted
from node.features.groups.views import entry
from node.features.networks.views import one_network
from node.lookup.sight import Sight
from node.store.directory import LISTED
from node.store.filters import Filters

PER_PAGE = 200
"""Entries of one page at most."""


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
        hits = directory.find(query.text, filters, per_page, offset, order=query.order)
        summary = facets.of_search(sight, query.text, filters, hits.numbers)
    else:
        summary = facets.get(sight, filters)
        hits = directory.find("", filters, per_page, offset, summary.total, query.order)
    found = (entry(sight, hit.no) for hit in hits.entries)
    entries = noted((one for one in found if one is not None), facets.twice(sight))
    return DirectoryPage(
        entries=entries,
        total=hits.total,
        capped=hits.capped,
        page=page,
        pages=-(-hits.total // per_page),
        topics=summary.counts["topic"],
        regions=summary.counts["region"],
        languages=summary.counts["language"],
        forms=summary.counts["form"],
        takes=tuple((bool(value), n) for value, n in summary.counts["takes"]),
        meant=_meant(query.region, (one.region for one in entries)),
    )


def _meant(typed: str | None, regions: Iterable[str | None]) -> tuple[str, ...]:
    """The regions of what is shown, if none is what was typed: a slip of the fingers."""
    shown = tuple(dict.fromkeys(one for one in regions if one))
    wanted = folds(typed or "")
    if any(one in each for region in shown for each in folds(region) for one in wanted):
        return ()
    return shown


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
    regions = query.region and facets.regions(sight).meant(query.region)
    return Filters(
        now=sight.now,
        topic=spelled("topic", query.topic),
        region=(regions or query.region) if query.region else None,
        language=spelled("language", query.language),
        takes_members=query.takes_members,
        form=query.form,
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
