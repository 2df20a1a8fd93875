"""Networks, and one network; the ties that everybody may know of, on the pages of groups."""

from node.features.groups.views import LIST_ID
from node.features.networks.views import network_by_text, network_views
from node.features.peers.views import partners
from node.lookup.showing import networks_named, partners_named
from node.web.links import is_id
from node.web.page import Asked, MissingError, Page, Panel
from protocol.ids import from_text


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


def own_ties(asked: Asked, _id: str) -> Panel | None:
    """On the group's own page: what it and the other side name to everybody (§6.9)."""
    sight = asked.sight
    networks = sight.named(networks_named(sight.core, sight.now))
    values = {"partners": partners(sight), "networks": networks}
    return Panel("ties_named.html", values) if any(values.values()) else None


def partnership(asked: Asked, id: str) -> Panel | None:
    """On a partner's page: that the two are, if both name it to everybody (§6.9)."""
    sight = asked.sight
    if id.startswith(LIST_ID):
        return None
    named = from_text(id) in partners_named(sight.core, sight.now)
    return Panel("partnership.html", {"home": sight.home_name}) if named else None
