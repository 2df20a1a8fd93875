"""Networks: the charter for everybody to whom it is shown, standings and members for inside."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from node.features.networks.held import Held, held_of, letters
from node.features.networks.proposals import proposal_views, unconfirmed
from node.features.networks.types import DecisionView, MemberView, NetworkView
from node.lookup.showing import members_named
from node.lookup.sight import Sight, name_order
from node.records.other_branches import TOLD_SECONDS, others
from node.store.core import Core
from protocol.check import GRACE
from protocol.control_state import Bond, Standing
from protocol.identity import Link
from protocol.ids import to_text
from protocol.measures import term_end

_ORDER = (
    *(Standing.MEMBER, Standing.APPLIED, Standing.DECLINED),
    *(Standing.LEFT, Standing.EXPELLED, Standing.NONE),
)
"""Who belongs to it comes first."""


_Standing: TypeAlias = tuple[bytes, Bond, Standing]

SOME = 2
"""Members that a list of networks asks for: whether there is anybody but oneself."""


def network_views(sight: Sight, *, whole: bool = True) -> tuple[NetworkView, ...]:
    """All whose charter stands. `whole`: with all their members, each by name; else only with those
    who wait for an answer from here, and with `SOME` others: looked up once in a `Sight`."""
    if not whole:
        found: tuple[NetworkView, ...] = sight.once("networks", lambda: _views(sight, whole=False))
        return found
    return _views(sight, whole=True)


def _views(sight: Sight, *, whole: bool) -> tuple[NetworkView, ...]:
    ties = sight.core.ties
    known = [one for one, half in ties.charters.items() if half.stands(sight.now)]
    if not sight.inside:
        known = [one for one in known if sight.sees(one)]
    views = [network_view(sight, one, whole) for one in known]
    return tuple(sorted((view for view in views if view), key=_place))


def _place(view: NetworkView) -> tuple[int, str, str]:
    standing = Standing(view.standing) if view.standing else Standing.NONE
    return _ORDER.index(standing), view.name.casefold(), view.id


def one_network(sight: Sight, text: str) -> bytes | None:
    """The network whose id is or begins with `text`."""
    charters = sight.core.ties.charters
    found = [
        one for one in sight.ids_from(text) if one in charters and charters[one].stands(sight.now)
    ]
    return found[0] if len(found) == 1 else None


def network_by_text(sight: Sight, text: str) -> NetworkView | None:
    """One network, by its id or a unique beginning of it."""
    network = one_network(sight, text)
    return None if network is None else network_view(sight, network)


def network_view(sight: Sight, network: bytes, whole: bool = True) -> NetworkView | None:
    """A network as this viewer may see it; None without a standing charter."""
    charter = sight.core.ties.charters.get(network)
    if charter is None or charter.content is None or not charter.stands(sight.now):
        return None
    said = charter.content
    standing = sight.core.ties.standing(network, sight.me, sight.now)
    return NetworkView(
        id=to_text(network),
        name=sight.marked(said["name"], network),
        purpose=said["purpose"],
        motto=said["motto"],
        orientation=said["orientation"],
        consensus=tuple(said["consensus"]),
        topics=tuple(said["topics"]),
        region=said["region"],
        languages=tuple(said["languages"]),
        admission=said["admission"],
        majority=said["majority"],
        counted=said["counted"],
        term=said["term"],
        host=sight.name(said["host"]) if sight.inside or sight.sees(said["host"]) else None,
        mandate=said["mandate"],
        links=tuple(said["links"]),
        mandate_long=said["mandate"] > term_end(said["term"], sight.now) + GRACE,
        standing=standing.value if sight.inside else None,
        held_here=sight.inside and network in sight.core.own,
        held_before=sight.inside and network in given_away(sight.core),
        shown=names_us(sight, network) if sight.inside else None,
        **_named(sight, network),
        members=member_views(sight, network, whole) if sight.inside else None,
        unconfirmed=unconfirmed(sight, network, whole),
        proposals=proposal_views(sight, network),
        to_tell=_to_tell(sight, network),
        **(_held(sight, network) if sight.inside else {}),
    )


def _to_tell(sight: Sight, network: bytes) -> str | None:
    """What is held here of the decision that counts: never of what is merely followed."""
    found = held_of(sight.core, network)
    if found is None or found.sides or found.held != found.counts or not found.held.number:
        return None
    return letters(found.held.digest)


def _held(sight: Sight, network: bytes) -> dict[str, Any]:
    """What this node holds of what was decided, and what waits for a person (§6.10)."""
    found = held_of(sight.core, network)
    if found is None:
        return {"waits": True}
    single = len(found.held.deciders) == 1
    return {
        "alone": sight.name(found.held.deciders[0]) if single else None,
        "checkpoint": letters(found.held.digest) if found.held.number else None,
        "to_confirm": tuple(_decision(sight, network, found, one) for one in found.open),
        "others": sum(sight.now - one.shown < TOLD_SECONDS for one in others(sight.core, network)),
    }


def _decision(sight: Sight, network: bytes, found: Held, link: Link) -> DecisionView:
    attested = sight.core.ties.decisions.heads(network)
    return DecisionView(
        letters(link.digest),
        sight.named(link.deciders),
        sight.named(group for group, head in attested.items() if head == link.digest),
        found.ripe or bool(found.sides),
    )


def names_us(sight: Sight, network: bytes) -> bool | None:
    """Whether our group says that it may be named as a member; None where it is none (§6.9)."""
    bond = sight.core.ties.bond(network, sight.me)
    mine = bond.membership if bond is not None else None
    return None if mine is None or not mine.stands(sight.now) else mine.is_shown


def _named(sight: Sight, network: bytes) -> dict[str, Any]:
    """Who is named to everybody: by what they say to everybody, so that there is a name."""
    found = members_named(sight.core, network, sight.now)
    if found is None:
        return {"named": None, "more": 0}
    names = [name for one in found.members if (name := sight.public_name(one)).name]
    more = found.more + len(found.members) - len(names)
    return {"named": tuple(sorted(names, key=name_order)), "more": more}


def given_away(core: Core) -> frozenset[bytes]:
    """Networks that were looked after from here, and by another group now.

    Of those whose keys were only renewed on another machine this node's own group is still the
    host.
    """
    charters = core.ties.charters
    return frozenset(
        one
        for one in frozenset(core.ring.ids) - core.own
        if (charter := charters.get(one)) and charter.content
        if charter.content["host"] not in core.ring.ids
    )


def member_views(sight: Sight, network: bytes, whole: bool = True) -> tuple[MemberView, ...] | None:
    """Everybody who stands in some way to a network; None where one is no part of it.

    Not `whole`: who waits for an answer from here, and `SOME` members.
    """
    ties, now = sight.core.ties, sight.now
    if not any(ties.is_part(network, own, now) for own in sight.core.own):
        return None
    standing: Iterator[_Standing] = (
        (member, bond, how)
        for member, bond in ties.rosters.get(network, {}).items()
        if (how := bond.standing(now)) is not Standing.NONE
    )
    if not whole:
        standing = _some(standing, network in sight.core.own)
    return tuple(sorted((member_view(sight, *one) for one in standing), key=_member_place))


def _some(standing: Iterator[_Standing], held: bool) -> Iterator[_Standing]:
    """Of very many no more is looked at than is needed."""
    members = 0
    for one in standing:
        if one[2] is Standing.MEMBER and members < SOME:
            members += 1
            yield one
        elif one[2] is Standing.APPLIED and held:
            yield one
        if members == SOME and not held:
            return


def _member_place(view: MemberView) -> tuple[int, bool, str, str]:
    name = view.who.name
    return _ORDER.index(Standing(view.standing)), name is None, (name or "").casefold(), view.who.id


def member_view(sight: Sight, member: bytes, bond: Bond, standing: Standing) -> MemberView:
    """How one stands: since when, with which words of which side."""
    mine, theirs = bond.membership, bond.answer(sight.now)
    answered = standing in (Standing.MEMBER, Standing.DECLINED, Standing.EXPELLED)
    half = theirs if answered else mine
    answer = theirs.content if theirs and answered else None
    asked = mine.content if mine else None
    return MemberView(
        who=sight.name(member),
        standing=standing.value,
        since=half.issued if half else None,
        reason=answer["reason"] if answer else None,
        message=asked["message"] if asked and standing is not Standing.LEFT else None,
    )
