"""Searching and filtering the directory."""

from collections.abc import Mapping

from node.features.directory.search_query import read_search
from node.web.page import Page
from node.web.ports import PageViews
from node.web.visit import Visit


def directory(visit: Visit, views: PageViews, _match: Mapping[str, str]) -> Page:
    """Search and filters; every entry that this viewer may see."""
    search = read_search(visit.parameters, visit.inside)
    found = views.directory(search.query, visit.viewer)
    network = search.query.network
    values = {
        "search": search,
        "query": search.query,
        "found": found,
        "shown": min(found.total, found.pages * search.query.per_page),
        "network": views.network(network, visit.viewer) if network else None,
    }
    status = 400 if search.problems else 200
    return Page("directory.html", visit.texts("web.directory.title"), "directory", values, status)
