"""Bilateral ties, for whoever is inside."""

from node.features.peers.types import PeerView
from node.lookup.showing import partners_named
from node.lookup.sight import Sight, name_order
from node.lookup.types import Name
from protocol.control_state import Half


def peer_views(sight: Sight, only: bytes | None = None) -> tuple[PeerView, ...]:
    """Whom an identity here accepted, or accepted once: who confirmed it comes first; of all, or
    of one."""
    ties, now = sight.core.ties, sight.now
    found: dict[bytes, PeerView] = {}
    for (own, peer), mine in ties.peerings.items():
        if own not in ties.own or peer in ties.own or not mine.lives(now):
            continue
        if only is not None and peer != only:
            continue
        theirs = ties.peerings.get((peer, own))
        state, since = _state(mine, theirs, now)
        shown = state != "ended" and mine.is_shown
        by_them = state == "active" and theirs is not None and theirs.is_shown
        view = PeerView(
            sight.name(peer), state, sight.connected(peer), since, shown, shown_by_them=by_them
        )
        other = found.get(peer)
        if other is None or _STATES.index(state) < _STATES.index(other.state):
            found[peer] = view
    return tuple(sorted(found.values(), key=_peer_place))


def one_peer(sight: Sight, peer: bytes) -> PeerView | None:
    """One of them."""
    return next(iter(peer_views(sight, peer)), None)


_STATES = ("active", "waiting", "ended")


def _peer_place(view: PeerView) -> tuple[int, bool, str, str]:
    return _STATES.index(view.state), *name_order(view.who)


def _state(mine: Half, theirs: Half | None, now: int) -> tuple[str, int]:  # protocol.md §6.1
    if not mine.stands(now):
        return "ended", mine.issued
    if theirs is None:
        return "waiting", mine.issued
    if theirs.stands(now):
        return "active", max(mine.issued, theirs.issued)
    # Taken back before we accepted (again): what they said then is no answer to it.
    if theirs.issued < mine.issued:
        return "waiting", mine.issued
    return "ended", theirs.issued


def partners(sight: Sight) -> tuple[Name, ...]:
    """Whom the home group and they themselves name to everybody."""
    return sight.named(partners_named(sight.core, sight.now))


def urls_of(sight: Sight, peer: bytes) -> tuple[str, ...]:
    """Addresses at which a peer says that its node is."""
    halves = sight.core.ties.endpoints.get(peer, {}).values()
    found = {h.content["url"] for h in halves if h.content is not None and h.stands(sight.now)}
    return tuple(sorted(found))


def endpoints(sight: Sight) -> tuple[str, ...]:
    """Addresses that this node told others."""
    ties = sight.core.ties
    found = {
        half.content["url"]
        for own in sight.core.own
        for half in ties.endpoints.get(own, {}).values()
        if half.content is not None and half.stands(sight.now)
    }
    return tuple(sorted(found))
