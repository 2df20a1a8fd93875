"""Proofs of this node's identities, with their keys and chains, and to whom (§8.2, §10.2)."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet

from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.check import GRACE
from protocol.kind import Place
from protocol.kinds import KINDS
from sync.about import About
from sync.bundle_selection import concerning
from sync.proof import Holding


def holdings(core: Core, only: Collection[bytes] | None = None) -> list[Holding]:
    """Each identity held (of `only`), home first, with the chains needed to check its own."""
    found, misdated = [], misdated_networks(core)
    for held in core.ring.held:
        speaks = held.id in core.own and (only is None or held.id in only)
        record = core.introduction(held) if speaks and held.id not in misdated else None
        if record is not None:
            found.append(Holding(held.id, held.signing, record.raw, _voters(core, held.id)))
    return found


def concerned(core: Core, peer: AbstractSet[bytes]) -> frozenset[bytes]:
    """Which identities of this node a node with the identities `peer` is to know here."""
    found = concerning(core.ties, core.own, core.home_id, peer, core.clock())
    return found - misdated_networks(core)


def misdated_networks(core: Core) -> frozenset[bytes]:
    """Networks held here whose chain a wrong clock dated: nobody can take it in until that is set
    right, and a session that proved them would end at once (§4.5)."""
    latest = core.clock() + GRACE
    held = [one for one in core.ring.held[1:] if one.id in core.own]
    shown = ((one.id, core.introduction(one)) for one in held)
    return frozenset(id_ for id_, record in shown if record is not None and record.issued > latest)


def about(core: Core) -> About:
    """What this node says of itself: no time while its clock can't be right."""
    time = None if core.clock.trouble else core.clock.wall()
    return About(time, tuple(KINDS))


def tied(core: Core) -> list[bytes]:
    """Networks of others that identities held here have to do with: they may be anywhere."""
    now = core.clock()
    return sorted({n for own in core.own for n in core.ties.connected(own, now)} - core.own)


def _voters(core: Core, identity: bytes) -> tuple[bytes, ...]:
    """The chains of those who signed majority links: nobody can check them without."""
    found = []
    for one in sorted(core.ties.identities[identity].signers):
        chain = core.ties.identities.get(one)
        record = core.records.at(Place(one, PUBLIC, "identity", chain.name)) if chain else None
        if record is not None:
            found.append(record.raw)
    return tuple(found)
