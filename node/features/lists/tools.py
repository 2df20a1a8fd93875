"""What lists add to the pages of others: the ways to add, correct, read in and take along.

Apart from those pages, so that who looks at the directory does not load what reads files.
"""

from node.feature import Right
from node.features.groups.views import LIST_ID
from node.web.page import Asked, Panel

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
"""As what the directory can be taken along."""


def tools(asked: Asked, _id: str) -> Panel | None:
    """Above the directory: adding, reading in, taking along."""
    if not asked.has(Right.MEMBER):
        return None
    return Panel("list_tools.html", {"edits": asked.has(Right.KEY), "forms": tuple(TYPES)})


def on_group(asked: Asked, id: str) -> Panel | None:
    """On the page of an entry of our list: the way to correct it."""
    if not id.startswith(LIST_ID) or not asked.has(Right.KEY):
        return None
    return Panel("list_on_group.html", {"no": id.removeprefix(LIST_ID)})
