"""Networks, and one network."""

from collections.abc import Mapping

from node.features.meetings.pages import _hosted_by
from node.web.links import is_id
from node.web.page import MissingError, Page
from node.web.ports import PageViews
from node.web.visit import Visit


def networks(visit: Visit, views: PageViews, _match: Mapping[str, str]) -> Page:
    """All networks known here."""
    values = {"networks": views.networks(visit.viewer)}
    return Page("networks.html", visit.texts("web.networks.title"), "networks", values)


def network(visit: Visit, views: PageViews, match: Mapping[str, str]) -> Page:
    """A network's charter, and its members for whoever may see them."""
    found = views.network(match["id"], visit.viewer) if is_id(match["id"]) else None
    if found is None:
        raise MissingError
    values = {"network": found, "meetings": _hosted_by(found.id, visit, views)}
    return Page("network.html", found.name, "networks", values)
