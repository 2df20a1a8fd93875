"""The group's own page, and one entry of the directory."""

from collections.abc import Mapping

from node.features.meetings.pages import _hosted_by
from node.web.links import is_id
from node.web.page import MissingError, Page
from node.web.ports import PageViews
from node.web.visit import Visit

NEXT_MEETINGS = 3
"""How many of the group's own meetings its first page shows; the rest has a page of its own."""


def home(visit: Visit, views: PageViews, _match: Mapping[str, str]) -> Page:
    """The group's public page."""
    group = views.home(visit.viewer)
    own = [m for m in views.meetings(visit.viewer, past=False) if m.host.id == group.id]
    values = {"group": group, "meetings": own[:NEXT_MEETINGS], "more": len(own) > NEXT_MEETINGS}
    return Page("home.html", "", "home", values)


def group(visit: Visit, views: PageViews, match: Mapping[str, str]) -> Page:
    """One entry of the directory, with the meetings that it holds."""
    found = views.group(match["id"], visit.viewer) if is_id(match["id"]) else None
    if found is None:
        raise MissingError
    values = {
        "group": found,
        "is_network": views.network(found.id, visit.viewer) is not None,
        "meetings": _hosted_by(found.id, visit, views),
    }
    return Page("group.html", found.name, "directory", values)
