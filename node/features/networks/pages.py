"""Networks, and one network."""

from node.features.networks.views import network_by_text, network_views
from node.web.links import is_id
from node.web.page import Asked, MissingError, Page


def networks(asked: Asked) -> Page:
    """All networks known here."""
    values = {"networks": network_views(asked.sight)}
    return Page("networks.html", asked.texts("networks.web.list.title"), "networks", values)


def network(asked: Asked) -> Page:
    """A network's charter, and its members for whoever may see them."""
    id = asked.match["id"]
    found = network_by_text(asked.sight, id) if is_id(id) else None
    if found is None:
        raise MissingError
    values = {"network": found, "panels": asked.panels_of("network", found.id)}
    return Page("network.html", found.name, "networks", values)
