"""Networks, and one network; the ties that everybody may know of, on the pages of groups."""

from dataclasses import dataclass

from node.base.lookalikes import SHORT_ID
from node.feature import Right
from node.features.groups.views import LIST_ID
from node.features.networks import acting
from node.features.networks.applying import who_can
from node.features.networks.finding import Step, applicants, meant, next_step
from node.features.networks.leaving import leavers, was_left
from node.features.networks.types import NetworkView
from node.features.networks.views import network_views
from node.features.peers.views import partners
from node.lookup.showing import has_tie, networks_named, partners_named, released
from node.lookup.types import Name
from node.web.page import Asked, Page, Panel
from protocol.control_state import Standing
from protocol.ids import from_text, to_text

OURS = ("member", "applied")

TOLD = (Standing.MEMBER, Standing.APPLIED, Standing.DECLINED, Standing.EXPELLED)
"""What the page says of an identity of ours besides."""


@dataclass(frozen=True, slots=True)
class Card:
    """A network in the list: what is to be done there next, if this viewer may do it."""

    network: NetworkView
    step: Step | None


@dataclass(frozen=True, slots=True)
class Ours:
    """How an identity of this machine stands to a network: the group, or a network held here."""

    who: Name
    standing: str
    since: int | None
    reason: str | None


def networks(asked: Asked) -> Page:
    """Our networks, then those that are only known here."""
    views = network_views(asked.sight, whole=False)
    cards = [Card(one, _step(asked, one)) for one in views]
    mine = [one for one in cards if one.network.standing in OURS or one.network.held_here]
    values = {
        "mine": mine,
        "others": [one for one in cards if one not in mine],
        "may": asked.has(Right.KEY),
    }
    return Page("networks.html", asked.texts("networks.web.list.title"), "networks", values)


def _step(asked: Asked, view: NetworkView) -> Step | None:
    return next_step(view, asked.sight.now) if asked.has(Right.KEY) else None


def network(asked: Asked) -> Page:
    """A network's charter, and its members for whoever may see them."""
    found = meant(asked)
    view, may = found.view, asked.has(Right.KEY)
    waiting = [one for one in view.members or () if one.standing == "applied"]
    values = {
        "network": view,
        "panels": asked.panels_of("network", view.id),
        "may": may,
        "step": _step(asked, view),
        "applicants": waiting if applicants(view) and may else [],
        "ours": _ours(asked, found.id) if asked.visit.inside else [],
        "public": _public(asked, found.id) if may else None,
        "home": to_text(asked.core.home_id),
        "leave": may and bool(leavers(asked.core, found.id)),
        "left": asked.visit.inside and was_left(asked.core, found.id),
        "end_panels": asked.panels_of("network-end", view.id),
        "can_apply": [acting.called(asked.sight, one) for one in _more(asked, found.id)],
    }
    return Page("network.html", view.name, "networks", values)


def _ours(asked: Asked, network: bytes) -> list[Ours]:
    """Who of this machine belongs to it or asked to, and what was answered. That the group belongs
    to it the page says anyway."""
    sight, found = asked.sight, []
    for own in acting.identities(asked.core):
        standing = asked.core.ties.standing(network, own, sight.now)
        bond = asked.core.ties.bond(network, own)
        if bond is None or standing not in TOLD or (own, standing) == (sight.me, Standing.MEMBER):
            continue
        answered = standing in (Standing.DECLINED, Standing.EXPELLED)
        half = bond.answer(sight.now) if answered else bond.membership
        said = half.content if half is not None and answered else None
        name = Name(to_text(own), acting.called(sight, own))
        since = half.issued if half else None
        found.append(Ours(name, standing.value, since, said["reason"] if said else None))
    return found


def _more(asked: Asked, network: bytes) -> list[bytes]:
    """Networks looked after here that could ask to be admitted; the group's own way stands out."""
    if not asked.has(Right.KEY):
        return []
    return [one for one in who_can(asked, network) if one != asked.core.home_id]


def _public(asked: Asked, identity: bytes) -> bool | None:
    """Whether it stands on the public page; None where it can't."""
    if not has_tie(asked.core.ties, identity, asked.core.clock()):
        return None
    return identity in released(asked.core)


def own_ties(asked: Asked, _id: str) -> Panel | None:
    """On the group's own page: what it and the other side name to everybody (§6.9)."""
    sight = asked.sight
    networks = sight.named(networks_named(sight.core, sight.now))
    values = {"partners": partners(sight), "networks": networks}
    return Panel("ties_named.html", values) if any(values.values()) else None


def on_group(asked: Asked, id: str) -> Panel | None:
    """On a partner's page: that the two are, if both name it to everybody (§6.9); and whether it
    stands on the public page here, for who may change that."""
    sight = asked.sight
    if id.startswith(LIST_ID):
        return None
    other = from_text(id)
    named = other in partners_named(sight.core, sight.now)
    public = None
    if asked.has(Right.KEY) and other not in sight.core.own:
        public = _public(asked, other)
    if not named and public is None:
        return None
    name = sight.name(other).name or id[:SHORT_ID]
    values = {"home": sight.home_name, "named": named, "public": public, "id": id, "name": name}
    return Panel("partnership.html", values)
