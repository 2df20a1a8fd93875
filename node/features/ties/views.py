"""One line for each network and partner group: since when, last contact, what is not settled."""

from collections import Counter
from dataclasses import dataclass, replace

from node.features.networks.types import NetworkView
from node.features.networks.views import network_views
from node.features.peers.contacts import last_contacts, untold
from node.features.peers.types import PeerView
from node.features.peers.views import peer_views
from node.lookup.sight import Sight
from node.lookup.types import Name
from protocol.ids import from_text

MOST_COUNTED = 99
"""Things that somebody was not told yet; of more it is only said that they are more."""

OVER = frozenset({"ended", "left", "expelled", "declined", "none"})
"""States of what is no tie any more."""

UNANSWERED = frozenset({"waiting", "applied"})
"""States in which the other side has yet to answer."""


@dataclass(frozen=True, slots=True)
class TieView:
    """`form` is group or network; `state` of a group active, waiting or ended, of a network how our
    group stands to it, or `held` where our machine looks after it and we are no member."""

    form: str
    who: Name
    state: str
    since: int | None
    connected: bool = False
    contact: int | None = None
    untold: int = 0
    """Things of ours that it was not told yet; `MOST_COUNTED` + 1 for more."""
    missing: tuple[Name, ...] = ()
    """Of a network that we left: who has not confirmed yet that our data is deleted."""

    @property
    def path(self) -> str:
        """Its page."""
        return f"/{'ties' if self.form == 'group' else 'networks'}/{self.who.id}"

    @property
    def over(self) -> bool:
        """Whether it is a tie no more."""
        return self.state in OVER

    @property
    def unsettled(self) -> bool:
        """Whether something is unconfirmed or undelivered."""
        open_ = self.untold or self.missing
        return bool(self.state in UNANSWERED or open_)


def tie_views(sight: Sight) -> list[TieView]:
    """All of them: what stands first, by name; without what `detailed` adds."""
    groups = [_group(one) for one in peer_views(sight)]
    some = network_views(sight, whole=False)
    networks = [_network(sight, one) for one in some if one.standing != "none" or one.held_here]
    return sorted([*networks, *groups], key=_place)


def _place(one: TieView) -> tuple[bool, bool, str, str]:
    return one.over, one.who.name is None, (one.who.name or "").casefold(), one.who.id


def _group(one: PeerView) -> TieView:
    return TieView("group", one.who, one.state, one.since, one.connected)


def _network(sight: Sight, one: NetworkView) -> TieView:
    state = one.standing or "none"
    if state in OVER and one.held_here:
        state = "held"
    who = Name(one.id, one.name)
    return TieView("network", who, state, _since(sight, from_text(one.id)))


def _since(sight: Sight, network: bytes) -> int | None:
    """When the later of the two sides said what stands."""
    bond = sight.core.ties.bond(network, sight.me)
    halves = [one for one in (bond.membership, bond.admission) if one] if bond else []
    return max((one.issued for one in halves), default=None)


def detailed(sight: Sight, some: list[TieView]) -> list[TieView]:
    """The same with last contact, and what is unconfirmed or undelivered."""
    core = sight.core
    contacts = last_contacts(core)
    peers = [from_text(o.who.id) for o in some if o.form == "group" and not o.over]
    counted = untold(core, peers, MOST_COUNTED)
    missing = departures(sight)
    found = []
    for one in some:
        id = from_text(one.who.id)
        contact = contacts.get(id)
        found.append(
            replace(
                one,
                connected=one.connected or sight.connected(id),
                contact=contact.at if contact else None,
                untold=counted.get(id) or 0,
                missing=sight.named(missing.get(id, ())),
            )
        )
    return found


def departures(sight: Sight) -> dict[bytes, list[bytes]]:
    """Network → who has not confirmed yet that our data is deleted there."""
    ties, now = sight.core.ties, sight.now
    found: dict[bytes, list[bytes]] = {}
    for one in sight.core.departures.all():
        back = ties.member_epoch(one.network, one.member, now) == one.epoch
        if one.confirmed is None and not back:
            found.setdefault(one.network, []).append(one.witness)
    return found


def unconfirmed_erasures(sight: Sight) -> Counter[bytes]:
    """Whoever has yet to confirm an erasure → how many."""
    core = sight.core
    going_on = {one.no for one in core.erasures.all() if one.until > sight.now}
    return Counter(
        one.witness
        for one in core.erasures.waiting()
        if one.confirmed is None and one.erasure in going_on
    )
