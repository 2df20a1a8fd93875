"""How the node stands to others."""

from typing import Any

from aiohttp import web

from node.base.lookalikes import SHORT_ID
from node.feature import Right
from node.features.networks.types import DepartureView
from node.features.status.types import StatusView
from node.features.status.views import status_view
from node.web.page import Asked, Panel

RECENT = 2
"""How many of what is over stand open on the page of ties; the rest is folded away."""


MENDED_ON = {"renewal": "/entry", "local_network": "/machine/nearby", "decision": "/networks"}
"""Troubles that are mended on a page, and on which: there it stands in place of a command."""


_STATUS: web.RequestKey[dict[str, Any]] = web.RequestKey("status", dict)


def what_is_wrong(asked: Asked, _id: str) -> Panel:
    """Above the ties: what is wrong with the machine, and what waits for a decision."""
    return Panel("status_wrong.html", _values(asked))


def below_ties(asked: Asked, _id: str) -> Panel:
    """Below them: pacts, departures, erasures, this machine."""
    return Panel("status_below.html", _values(asked))


def _values(asked: Asked) -> dict[str, Any]:
    """What both show, looked up once for each page."""
    found = asked.request.get(_STATUS)
    if found is None:
        may, status = asked.has(Right.KEY), status_view(asked.sight, whole=False)
        found = asked.request[_STATUS] = ties_values(status, may_propose=may)
    return found


def ties_values(status: StatusView, *, may_propose: bool = False) -> dict[str, Any]:
    """What the page shows of it, in its order."""
    return {
        "status": status,
        "departures": _departures(status),
        "waiting": [one for one in status.pacts if one.waits],
        "pacts": [one for one in status.pacts if not one.waits],
        "recent": RECENT,
        "short": SHORT_ID,
        "mended_on": MENDED_ON,
        "may_propose": may_propose,
    }


def _departures(status: StatusView) -> list[DepartureView]:
    """Those that somebody has yet to confirm first, then the latest."""
    return sorted(status.departures, key=lambda one: (not one.missing, -one.left))
