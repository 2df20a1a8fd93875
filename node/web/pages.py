"""What each page shows: functions from a visit and the views to a template and its values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from node.features.directory.search_query import is_id, read_search
from node.features.meetings.types import MeetingView
from node.features.networks.types import DepartureView
from node.features.peers.types import PeerView
from node.features.status.types import StatusView
from node.lookup.types import Viewer
from node.upkeep.backups import KEPT_DAYS
from node.web.links import meeting_name
from node.web.ports import PageViews
from node.web.visit import Visit
from protocol.certificates import LATE_SECONDS

NEXT_MEETINGS = 3
"""How many of the group's own meetings its first page shows; the rest has a page of its own."""

LONGEST_NAME = 64
"""Characters of a meeting's name (docs/protocol.md §7)."""


RECENT = 2
"""How many of what is over stand open on the page of ties; the rest is folded away."""

SHORT_ID = 8
"""Characters of a pact's id that are typed to sign it."""


class MissingError(Exception):
    """There is no such group, network, meeting or pact, or this viewer may not know of it."""


class OutsideError(Exception):
    """A page for those who run the node, asked for from outside."""


@dataclass(frozen=True, slots=True)
class Page:
    """A template, its title, the section of the menu that it belongs to, and what it shows."""

    template: str
    title: str
    section: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


def home(visit: Visit, views: PageViews, _match: Mapping[str, str]) -> Page:
    """The group's public page."""
    group = views.home(visit.viewer)
    own = [m for m in views.meetings(visit.viewer, past=False) if m.host.id == group.id]
    values = {"group": group, "meetings": own[:NEXT_MEETINGS], "more": len(own) > NEXT_MEETINGS}
    return Page("home.html", "", "home", values)


def directory(visit: Visit, views: PageViews, _match: Mapping[str, str]) -> Page:
    """Search and filters; every entry that this viewer may see."""
    search = read_search(visit.parameters, visit.inside)
    found = views.directory(search.query, visit.viewer)
    network = search.query.network
    values = {
        "search": search,
        "query": search.query,
        "found": found,
        "shown": min(found.total, found.pages * search.query.per_page),
        "network": views.network(network, visit.viewer) if network else None,
    }
    status = 400 if search.problems else 200
    return Page("directory.html", visit.texts("web.directory.title"), "directory", values, status)


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


def meetings(visit: Visit, views: PageViews, _match: Mapping[str, str]) -> Page:
    """Meetings to come, or past ones with `?past=1`."""
    past = visit.parameters.get("past") == "1"
    key = "web.meetings.past" if past else "web.meetings.title"
    values = {"meetings": views.meetings(visit.viewer, past=past), "past": past}
    return Page("meetings.html", visit.texts(key), "meetings", values)


def meeting(visit: Visit, views: PageViews, match: Mapping[str, str]) -> Page:
    """One meeting; inside also who was invited and what they answered."""
    found = find_meeting(visit.viewer, views, match)
    values = {"meeting": found, "name": meeting_name(found)}
    return Page("meeting.html", found.title, "meetings", values)


def peer(visit: Visit, views: PageViews, _match: Mapping[str, str]) -> Page:
    """What to do with an invitation link. Its secret stands after `#` and never comes here."""
    values = {"group": views.home(visit.viewer)}
    return Page("peer.html", visit.texts("web.peer.title"), "", values)


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


def erasures(visit: Visit, views: PageViews, _match: Mapping[str, str]) -> Page:
    """What was erased, and who confirmed it; inside only."""
    if not visit.inside:
        raise OutsideError
    values = {"erasures": views.erasures(), "kept_days": KEPT_DAYS}
    return Page("erasures.html", visit.texts("web.erasures.title"), "ties", values)


def pact(visit: Visit, views: PageViews, match: Mapping[str, str]) -> Page:
    """One pact; inside only. Outside the answer is the same whether there is one or not."""
    if not visit.inside:
        raise OutsideError
    id = match["id"]
    found = [one for one in views.pacts() if one.id.startswith(id)] if is_id(id) else []
    if len(found) != 1:
        raise MissingError
    values = {
        "pact": found[0],
        "us": views.home(visit.viewer).id,
        "short": SHORT_ID,
        "late_days": LATE_SECONDS // 86_400,
    }
    return Page("pact.html", found[0].name, "ties", values)


def find_meeting(viewer: Viewer, views: PageViews, match: Mapping[str, str]) -> MeetingView:
    """The meeting that an address means."""
    host, name = match["host"], match["name"]
    if not is_id(host) or not 0 < len(name) <= LONGEST_NAME:
        raise MissingError
    found = views.meeting(host, name, viewer)
    if found is None:
        raise MissingError
    return found


def _latest_end(peer: PeerView) -> int:
    return -(peer.since or 0)


def _departures(status: StatusView) -> list[DepartureView]:
    """Those that somebody has yet to confirm first, then the latest."""
    return sorted(status.departures, key=lambda one: (not one.missing, -one.left))


def _hosted_by(id: str, visit: Visit, views: PageViews) -> list[MeetingView]:
    return [m for m in views.meetings(visit.viewer, past=False) if m.host.id == id]
