"""How the node stands to others."""

from collections.abc import Mapping

from node.features.networks.types import DepartureView
from node.features.pacts.pages import SHORT_ID
from node.features.peers.types import PeerView
from node.features.status.types import StatusView
from node.web.page import OutsideError, Page
from node.web.ports import PageViews
from node.web.visit import Visit

RECENT = 2
"""How many of what is over stand open on the page of ties; the rest is folded away."""


def ties(visit: Visit, views: PageViews, _match: Mapping[str, str]) -> Page:
    """How this node stands to others; inside only."""
    if not visit.inside:
        raise OutsideError
    status = views.status()
    ended = [peer for peer in status.peers if peer.state == "ended"]
    values = {
        "status": status,
        "peers": [peer for peer in status.peers if peer.state != "ended"],
        "ended": sorted(ended, key=_latest_end),
        "departures": _departures(status),
        "waiting": [one for one in status.pacts if one.waits],
        "pacts": [one for one in status.pacts if not one.waits],
        "recent": RECENT,
        "short": SHORT_ID,
    }
    return Page("ties.html", visit.texts("web.ties.title"), "ties", values)


def _latest_end(peer: PeerView) -> int:
    return -(peer.since or 0)


def _departures(status: StatusView) -> list[DepartureView]:
    """Those that somebody has yet to confirm first, then the latest."""
    return sorted(status.departures, key=lambda one: (not one.missing, -one.left))
