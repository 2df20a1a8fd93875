"""Searching and filtering the directory."""

from node.features.directory.search_query import TABLE, read_search
from node.features.directory.views import find_page
from node.features.networks.views import network_by_text
from node.web.page import Asked, Page


async def directory(asked: Asked) -> Page:
    """Search and filters; every entry that this viewer may see."""
    search = read_search(asked.visit.parameters, asked.visit.inside)
    if not search.query.text.strip():
        await asked.state.ready(asked.sight)
    found = find_page(asked.sight, search.query, asked.state)
    network = search.query.network
    values = {
        "search": search,
        "query": search.query,
        "found": found,
        "shown": min(found.total, found.pages * search.query.per_page),
        "takes_counted": [("yes" if value else "no", n) for value, n in found.takes],
        "panels": asked.panels_of("directory", ""),
        "is_table": search.view == TABLE,
        "network": network_by_text(asked.sight, network) if network else None,
    }
    status = 400 if search.problems else 200
    return Page("directory.html", asked.texts("directory.web.title"), "directory", values, status)
