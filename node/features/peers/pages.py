"""What to do with an invitation link."""

from node.web.page import Asked, Page


def peer(asked: Asked) -> Page:
    """Its secret stands after `#` and never comes here."""
    values = {"name": asked.sight.home_name}
    return Page("peer.html", asked.texts("peers.web.title"), "", values)
