"""What is added to pages of others: partners' meetings, and data that machines read.

The data stands on pages as everybody sees them only: who is signed in is no search engine.
"""

from collections.abc import Mapping
from typing import Any

from node.feature import Right
from node.features.groups.views import LIST_ID, entry_of
from node.features.meetings.types import MeetingView
from node.features.meetings.views import meeting_by_name
from node.features.networks.links import network_path
from node.features.publicly.json_ld import event as event_data
from node.features.publicly.json_ld import organization as organization_data
from node.features.publicly.views import partner_meetings
from node.lookup.showing import partners_chosen
from node.web.page import Asked, Panel
from node.web.public_address import address_for_others
from protocol.ids import from_text

FEW = 3
"""On the group's own page; all stand on that of the meetings."""


def on_home(asked: Asked, _id: str) -> Panel | None:
    """On the group's own page: what partners that we chose invite everybody to."""
    return _meetings(asked, FEW)


def on_meetings(asked: Asked, _id: str) -> Panel | None:
    """Below our own public meetings; who is inside has them in the list, and the choice here."""
    if asked.visit.inside:
        return _panel(asked, (), more=False) if asked.has(Right.KEY) else None
    return _meetings(asked, None)


def _meetings(asked: Asked, most: int | None) -> Panel | None:
    found = partner_meetings(asked.sight, most + 1 if most else None)
    if not found and not (asked.has(Right.KEY) and partners_chosen(asked.core, asked.sight.now)):
        return None
    return _panel(asked, found[:most], more=most is not None and len(found) > most)


def _panel(asked: Asked, found: tuple[MeetingView, ...], *, more: bool) -> Panel:
    values = {"meetings": found, "more": more, "chooses": asked.has(Right.KEY)}
    return Panel("partner_meetings.html", values)


def organization_home(asked: Asked, id: str) -> Panel | None:
    """The group whose pages these are."""
    return _organization(asked, id, "/")


def organization(asked: Asked, id: str) -> Panel | None:
    """A group on the page of its entry."""
    return None if id.startswith(LIST_ID) else _organization(asked, id, None)


def organization_network(asked: Asked, id: str) -> Panel | None:
    """A network, as its charter says."""
    return _organization(asked, id, network_path(id))


def _organization(asked: Asked, id: str, path: str | None) -> Panel | None:
    if asked.visit.inside:
        return None
    entry = entry_of(asked.sight, from_text(id))
    if entry is None or entry.audience != "public":
        return None
    return _data(organization_data(entry, address_for_others(asked.request), path))


def event(asked: Asked, id: str) -> Panel | None:
    """A public meeting on its own page."""
    host, _, name = id.rpartition("/")
    found = None if asked.visit.inside else meeting_by_name(asked.sight, host, name)
    data = event_data(found, address_for_others(asked.request)) if found else None
    return _data(data) if data else None


def _data(data: Mapping[str, Any]) -> Panel:
    return Panel("json_ld.html", {"data": data})
