"""Which records two nodes exchange, and in which set each belongs (docs/protocol.md §8.4).

Rules:

1. The gate (§6.5) decides whether the other side may have a record; the sets here only choose
   among what it may have, so that both sides compare the same.
2. Of a network of which not both are part only the ties of who is no part of it are exchanged.
   The *common circle* is both sides' identities, the ids that both accept, the networks to which
   both are tied, and everybody in the networks of which both are part. So an applicant or a former
   member does not learn who else there is.
3. Between sides that are no more than former co-members or former peers only control records by
   or about the former members pass, the chains of those involved, and sealed records.
4. Proposals and votes of a network pass between sides of which both have somebody who is part of it
   or on the roster that decides, with the chains of that roster, also when rule 3 holds.
   Attestations pass, too, where one side has such a one, and the other somebody who joined; and
   what somebody says whom the network's chains name, from and to him, also when he left.
5. Both sides compute this from their own ties. Where their ties differ the control records are
   what is exchanged first; after that the circles are the same.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from protocol.control_state import Relation, Standing, Ties, related
from protocol.decisions import ATTESTATION
from protocol.kinds import CONTROL, DECISIONS
from protocol.sealed import OUTSIDE
from sync.gate import Subject, Verdict, about, gate

CONTROL_SET = b"control"
PUBLIC_SET = b"public"
DIRECT_SET = b"direct"
NETWORK_SET = b"network"
"""Names of sets; that of a network's content has the network's id after it."""


class Scope(NamedTuple):
    """Ties that two nodes have in common, as one of them sees them at one time.

    `mark` is equal as long as no set could have changed by the ties alone.
    """

    peer: frozenset[bytes]
    relation: Relation
    circle: frozenset[bytes]
    """By or about whom control records, and by whom other public records are exchanged."""
    introduced: frozenset[bytes]
    """Further identities whose chains are exchanged."""
    networks: tuple[bytes, ...]
    """Of which both are part."""
    deciding: frozenset[bytes]
    """Of which both are part, or on the roster that decides."""
    deciders: frozenset[bytes]
    """Everybody on these rosters: they must reach each other, and count each other's votes."""
    attested: frozenset[bytes]
    """Of which one side is part or decides, and somebody of the other joined."""
    named: frozenset[bytes]
    """Whom the chains of these name: who counts attestations needs their keys."""
    speaking: frozenset[tuple[bytes, bytes]]
    """Networks of which one side is part or decides; whom of the other side their chains name."""
    signers: frozenset[bytes]
    """Of majority links in chains of this circle: who checks these needs their chains."""
    mark: int

    def sets(self) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """Names of the sets of stage 0 and of stage 1."""
        content = [PUBLIC_SET, *(NETWORK_SET + one for one in self.networks), DIRECT_SET]
        return (CONTROL_SET,), tuple(content)


def scope(
    ties: Ties,
    own: AbstractSet[bytes],
    peer: AbstractSet[bytes],
    listed: AbstractSet[bytes],
    now: int,
    replaced: AbstractSet[bytes] = frozenset(),
) -> Scope:
    """The scope of an exchange of `own` and `peer`. `listed`: whom the peer says that it accepts;
    `replaced`: networks whose keys it held once, so that it hears of those that count (§8.2)."""
    relation = related(ties, own, peer, now)
    shared = _shared(ties, own, peer, now)
    networks = tuple(sorted(one for one in shared if _both_part(ties, one, own, peer, now)))
    if relation is Relation.TIED:
        circle = _circle(ties, own, peer, listed, shared, networks, now)
    else:
        circle = {one for one in {*own, *peer} if _is_former(ties, one, shared, now)}
    deciding = _deciding(ties, own, peer, now)
    deciders = {one for n in deciding for one in ties.deciders(n)}
    attested = _attested(ties, own, peer, now)
    named = frozenset[bytes]().union(*(ties.named(one) for one in attested))
    speaking = _speaking(ties, own, peer, now)
    introduced = frozenset({*own, *peer, *shared, *replaced})
    chains = [one for one in introduced if one in ties.identities]
    signers = frozenset().union(*(ties.identities[one].signers for one in chains))
    return Scope(
        frozenset(peer),
        relation,
        frozenset(circle),
        introduced,
        networks,
        deciding,
        frozenset(deciders),
        attested,
        named,
        speaking,
        signers,
        hash(
            (
                _mark(ties, own, peer, circle, relation, now),
                *(deciding, signers, frozenset(deciders), attested, named, speaking),
            )
        ),
    )


def set_of(record: Subject, common: Scope, ties: Ties, now: int) -> bytes | None:
    """The name of the set in which `record` is exchanged; None if it is not."""
    name = _set_name(record, common)
    if name is None or gate(common.peer, record, ties, now) is Verdict.NO:
        return None
    if name == CONTROL_SET and record.audience.scope == "network" and not _decides(record):
        network, whom = record.audience.ids[0], about(record)
        apart = whom in common.introduced and not ties.is_part(network, whom, now)
        if network not in common.networks and not apart:
            return None
    return name


def _set_name(record: Subject, common: Scope) -> bytes | None:
    if record.kind in OUTSIDE:
        return DIRECT_SET
    if _decides(record):
        network = record.audience.ids[0]
        told = record.kind == ATTESTATION.name and network in common.attested
        told = told or (network, record.author) in common.speaking
        return CONTROL_SET if told or network in common.deciding else None
    if record.kind in CONTROL:
        if record.author in common.circle or about(record) in common.circle:
            return CONTROL_SET
        if record.kind == "endpoint" and record.author in common.deciders:
            return CONTROL_SET
        needed = (common.introduced, common.deciders, common.signers, common.named)
        known = any(record.author in some for some in needed)
        return CONTROL_SET if known and record.kind == "identity" else None
    if common.relation is not Relation.TIED:
        return None
    if record.audience.scope == "public":
        return PUBLIC_SET if record.author in common.circle else None
    network = record.audience.ids[0]
    return NETWORK_SET + network if network in common.networks else None


def _decides(record: Subject) -> bool:
    return record.kind in DECISIONS


def _deciding(
    ties: Ties, own: Iterable[bytes], peer: Iterable[bytes], now: int
) -> frozenset[bytes]:
    """Networks in whose decisions both sides have a say, or a part."""
    return _has_say(ties, own, now) & _has_say(ties, peer, now)


def _attested(
    ties: Ties, own: Iterable[bytes], peer: Iterable[bytes], now: int
) -> frozenset[bytes]:
    """Networks of which one side knows what counts, and the other is to know it."""
    mine, theirs = _has_say(ties, own, now), _has_say(ties, peer, now)
    return (mine & (theirs | _joined(ties, peer, now))) | (theirs & _joined(ties, own, now))


def _speaking(
    ties: Ties, own: Iterable[bytes], peer: Iterable[bytes], now: int
) -> frozenset[tuple[bytes, bytes]]:
    """Whose votes a network still counts (§6.10, 1), and who is to hear them."""
    sides = ((_has_say(ties, own, now), peer), (_has_say(ties, peer, now), own))
    return frozenset(
        (network, one)
        for networks, others in sides
        for network in networks
        for one in ties.named(network).intersection(others)
    )


def _joined(ties: Ties, ids: Iterable[bytes], now: int) -> frozenset[bytes]:
    return frozenset(
        network
        for one in ids
        for network in ties.networks_of(one)
        if ties.has_joined(network, one, now)
    )


def _has_say(ties: Ties, ids: Iterable[bytes], now: int) -> frozenset[bytes]:
    return frozenset(
        network
        for one in ids
        for network in ties.connected(one, now)
        if network in ties.identities
        and (ties.is_part(network, one, now) or ties.may_vote(network, one, now))
    )


def _shared(ties: Ties, own: Iterable[bytes], peer: Iterable[bytes], now: int) -> frozenset[bytes]:
    """Networks to which both sides are or were tied."""
    return _connected(ties, own, now) & _connected(ties, peer, now)


def _connected(ties: Ties, ids: Iterable[bytes], now: int) -> frozenset[bytes]:
    return frozenset(network for one in ids for network in ties.connected(one, now))


def _part(ties: Ties, network: bytes, ids: Iterable[bytes], now: int) -> bool:
    return any(ties.is_part(network, one, now) for one in ids)


def _both_part(
    ties: Ties, network: bytes, own: Iterable[bytes], peer: Iterable[bytes], now: int
) -> bool:
    return _part(ties, network, own, now) and _part(ties, network, peer, now)


def _circle(
    ties: Ties,
    own: AbstractSet[bytes],
    peer: AbstractSet[bytes],
    listed: AbstractSet[bytes],
    shared: Iterable[bytes],
    networks: Iterable[bytes],
    now: int,
) -> set[bytes]:
    circle = {*own, *peer, *shared}
    circle |= listed & {other for one in own for other in ties.accepted(one, now)}
    for network in networks:
        circle |= ties.circle(network, now)
    return circle


def _is_former(ties: Ties, one: bytes, shared: Iterable[bytes], now: int) -> bool:
    gone = (Standing.LEFT, Standing.EXPELLED, Standing.DECLINED)
    return any(ties.standing(network, one, now) in gone for network in shared)


def _mark(
    ties: Ties,
    own: AbstractSet[bytes],
    peer: Iterable[bytes],
    circle: Iterable[bytes],
    relation: Relation,
    now: int,
) -> int:
    """Equal while the gate, asked for this peer, gives the same answers by the ties."""
    parts: set[object] = {relation, frozenset(circle)}
    for network in _connected(ties, peer, now):
        parts.update(_standings(ties, network, now))
    for (one, other), half in ties.peerings.items():
        if one in own and half.lives(now):
            parts.add((one, other, half.stands(now)))
    return hash(frozenset(parts))


def _standings(ties: Ties, network: bytes, now: int) -> Iterator[tuple[object, ...]]:
    for one, bond in ties.rosters.get(network, {}).items():
        epoch = bond.membership.epoch if bond.membership else None
        yield network, one, bond.standing(now), epoch
