"""What to do with an invitation link."""

from collections.abc import Mapping

from node.web.page import Page
from node.web.ports import PageViews
from node.web.visit import Visit


def peer(visit: Visit, views: PageViews, _match: Mapping[str, str]) -> Page:
    """What to do with an invitation link. Its secret stands after `#` and never comes here."""
    values = {"group": views.home(visit.viewer)}
    return Page("peer.html", visit.texts("web.peer.title"), "", values)
