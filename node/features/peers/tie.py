"""One partner group: since when, what each sees of the other, last contact, what is under way; and
ending the tie, on a page of its own."""

from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.feature import Right
from node.features.groups.views import LIST_ID, entry_of
from node.features.peers.actions import end_peer, name_peer
from node.features.peers.contacts import MOST_COUNTED, last_contact, undelivered
from node.features.peers.types import PeerView
from node.features.peers.views import one_peer, urls_of
from node.features.peers.words import explained, letters
from node.web.links import is_id
from node.web.page import Asked, MissingError, Page, Panel
from protocol.ids import from_text


def tie(asked: Asked) -> Page | web.StreamResponse:
    """The page of a partner; a network has its own."""
    view = _view(asked)
    if view is None:
        return asked.go(f"/networks/{asked.match['id']}")
    return Page("tie.html", _called(asked, view), "ties", _values(asked, view))


def _values(asked: Asked, view: PeerView) -> dict[str, Any]:
    core, sight = asked.core, asked.sight
    peer = from_text(view.who.id)
    contact, open_ = last_contact(core, peer), undelivered(core, peer)
    entry = entry_of(sight, peer)
    return {
        "tie": view,
        "name": _called(asked, view),
        "entry": entry,
        "letters": letters(peer),
        "contact": asked.moment(contact.at) if contact else "",
        "counted": open_ is not None,
        "undelivered": min(open_ or 0, MOST_COUNTED),
        "more": (open_ or 0) > MOST_COUNTED,
        "urls": urls_of(sight, peer),
        "networks": entry.networks if entry else (),
        "may": asked.has(Right.KEY),
        "panels": asked.panels_of("tie", view.who.id),
    }


async def name(asked: Asked) -> web.StreamResponse:
    """Say that everybody may know of the tie, or nobody."""
    view = _view(asked)
    if view is None:
        raise MissingError
    shown = asked.posted.get("shown") == "yes"
    where = f"/ties/{view.who.id}"
    try:
        name_peer(asked.core, asked.core.home_id, from_text(view.who.id), shown)
    except Problem as problem:
        return asked.go(where, "web.form.refused", why=explained(problem, asked.texts))
    return asked.go(where, f"peers.web.tie.named_{'yes' if shown else 'no'}")


def ending(asked: Asked) -> Page | web.StreamResponse:
    """What happens if the tie is ended."""
    view = _view(asked)
    if view is None:
        raise MissingError
    if view.state == "ended":
        return asked.go(f"/ties/{view.who.id}")
    title = asked.texts("peers.web.end.title", name=_called(asked, view))
    return Page("tie_end.html", title, "ties", _values(asked, view))


def end(asked: Asked) -> web.StreamResponse:
    """End it: alone, at once."""
    view = _view(asked)
    if view is None:
        raise MissingError
    try:
        end_peer(asked.core, asked.core.home_id, from_text(view.who.id))
    except Problem as problem:  # it has ended meanwhile
        where = f"/ties/{view.who.id}"
        return asked.go(where, "web.form.refused", why=explained(problem, asked.texts))
    return asked.go("/ties", "peers.web.end.done", name=_called(asked, view))


def on_group(asked: Asked, id: str) -> Panel | None:
    """On a partner's page in the directory, for members: the way to the tie."""
    if not asked.has(Right.MEMBER) or id.startswith(LIST_ID):
        return None
    found = one_peer(asked.sight, from_text(id))
    return Panel("tie_on_group.html", {"id": id, "state": found.state}) if found else None


def _view(asked: Asked) -> PeerView | None:
    """The tie; None for a network that is known here. `MissingError` for what is neither."""
    id = asked.match["id"]
    try:
        identity = from_text(id) if is_id(id) else b""
    except ValueError:
        identity = b""
    found = one_peer(asked.sight, identity) if identity else None
    if found is None and identity not in asked.core.ties.charters:
        raise MissingError
    return found


def _called(asked: Asked, view: PeerView) -> str:
    return view.who.name or asked.texts("web.nameless", id=view.who.id[:8])
