"""Chooses the records of a bundle, in the order in which they are needed (docs/protocol.md §10.3).

Rules:

1. For a peer: what a session with it would give from this side (§8.4), chosen by the same sets and
   the same gate. Whom the peer accepts besides is not known here, so nobody counts as listed: a
   bundle says nothing about third sides with which both may have a peering.
2. For everybody: an introduction, that is the public records of the node's home, and of networks
   held there that a person shows to everybody. Whom it lists or what others published is nobody's
   business who merely finds a file.
3. A bundle names no identity of the node, and proves none, that does not concern who reads it: a
   group does not show by a file which networks it looks after.
4. Each record is asked for twice: by its header, and when its bytes are at hand.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import compress, count, islice

from protocol.audience import PUBLIC
from protocol.control_state import Relation, Ties, related
from protocol.kind import Seq
from protocol.kinds import CONTROL, control_rank
from protocol.record import reread
from protocol.sealed import CLOSED
from sync.exchange_scope import CONTROL_SET, PUBLIC_SET, scope, set_of
from sync.gate import Subject
from sync.shelf import Shelf

LOADED = 500
"""Envelopes from the store at a time."""


def concerning(
    ties: Ties, own: frozenset[bytes], home: bytes, peer: AbstractSet[bytes], now: int
) -> frozenset[bytes]:
    """Of a node's identities `own` those that concern a node with the identities `peer` (§8.2,
    §10.3): all, if one of them accepted it as a peer; else `home`, and what relates to it."""
    if any(ties.accepts(mine, one, now) for mine in own for one in peer):
        return own
    tied = {one for one in own if related(ties, {one}, peer, now) is not Relation.NONE}
    return frozenset({home, *tied})


def for_peer(
    shelf: Shelf, own: AbstractSet[bytes], peer: AbstractSet[bytes], now: int
) -> Iterator[bytes]:
    """The envelopes that a node with the identities `peer` may have of this one, as far as it is
    `own`."""
    common = scope(shelf.ties, own, peer, frozenset(), now)
    order = [name for stage in common.sets() for name in stage]

    def name_of(record: Subject) -> bytes | None:
        return set_of(record, common, shelf.ties, now)

    return _loaded(shelf, name_of, order, now)


def for_everybody(shelf: Shelf, own: AbstractSet[bytes], now: int) -> Iterator[bytes]:
    """The envelopes by which this node introduces those of its identities."""

    def name_of(record: Subject) -> bytes | None:
        if record.audience != PUBLIC or record.author not in own:
            return None
        return CONTROL_SET if record.kind in CONTROL else PUBLIC_SET

    return _loaded(shelf, name_of, [CONTROL_SET, PUBLIC_SET], now)


def closed_in(envelope: bytes) -> Iterator[tuple[bytes, Seq]]:
    """Author and seq, if the record in this envelope belongs to a pact (§7.12)."""
    if CLOSED.name.encode() in envelope:  # most are none: these needn't be read for that
        record = reread(envelope)
        if record.kind == CLOSED.name:
            yield record.author, record.seq


def hosted_by(shelf: Shelf, peer: bytes, now: int) -> frozenset[bytes]:
    """The identities of the node of `peer`, as far as is known here: itself, and the networks whose
    charter says that it runs them."""
    found = {peer}
    for network, charter in shelf.ties.charters.items():
        said = charter.content
        if charter.stands(now) and said and said["host"] == peer and network not in shelf.own:
            found.add(network)
    return frozenset(found)


def _loaded(
    shelf: Shelf, name_of: Callable[[Subject], bytes | None], order: Sequence[bytes], now: int
) -> Iterator[bytes]:
    """Headers that belong to a set, set by set; within one, dependencies first."""
    catalogue = shelf.catalogue(now)
    columns, kinds = catalogue.columns, catalogue.kinds
    place = {name: at for at, name in enumerate(order)}
    ranks = [(place.get(name_of(one) or b"", -1), control_rank(one.kind)) for one in kinds]
    found = [at for at in compress(count(), columns.alive) if ranks[columns.groups[at]][0] >= 0]
    found.sort(key=lambda at: ranks[columns.groups[at]])
    refs = iter([columns.refs[at] for at in found])  # what comes or goes from now on is passed over
    while some := list(islice(refs, LOADED)):
        for envelope in shelf.envelopes(some):
            if envelope is not None and name_of(reread(envelope)) is not None:
                yield envelope
