"""How the node stands to others."""

from typing import Any

from node.base.lookalikes import SHORT_ID
from node.features.networks.types import DepartureView
from node.features.peers.types import PeerView
from node.features.status.types import StatusView
from node.features.status.views import status_view
from node.web.page import Asked, Page

RECENT = 2
"""How many of what is over stand open on the page of ties; the rest is folded away."""


def ties(asked: Asked) -> Page:
    """How this node stands to others."""
    values = ties_values(status_view(asked.sight))
    return Page("ties.html", asked.texts("status.web.title"), "ties", values)


def ties_values(status: StatusView) -> dict[str, Any]:
    """What the page shows of it, in its order."""
    ended = [peer for peer in status.peers if peer.state == "ended"]
    return {
        "status": status,
        "peers": [peer for peer in status.peers if peer.state != "ended"],
        "ended": sorted(ended, key=_latest_end),
        "departures": _departures(status),
        "waiting": [one for one in status.pacts if one.waits],
        "pacts": [one for one in status.pacts if not one.waits],
        "recent": RECENT,
        "short": SHORT_ID,
    }


def _latest_end(peer: PeerView) -> int:
    return -(peer.since or 0)


def _departures(status: StatusView) -> list[DepartureView]:
    """Those that somebody has yet to confirm first, then the latest."""
    return sorted(status.departures, key=lambda one: (not one.missing, -one.left))
