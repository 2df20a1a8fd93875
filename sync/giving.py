"""What goes into a bundle, in the order in which it is needed (docs/protocol.md §10.3).

Rules:

1. For a peer: what a session with it would give from this side (§8.4), chosen by the same sets and
   the same gate. Whom the peer accepts besides is not known here, so nobody counts as listed: a
   bundle says nothing about third sides with which both may have a peering.
2. For everybody: an introduction, that is the public records of the node's own identities. Whom it
   lists or what others published is nobody's business who merely finds a file.
3. Each record is asked for twice: by its header, and when its bytes are at hand.
"""

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import chain, islice

from protocol.audience import PUBLIC, Audience
from protocol.record import reread
from sync.circle import (
    CONTROL_ORDER,
    CONTROL_SET,
    DIRECT_SET,
    NETWORK_SET,
    PUBLIC_SET,
    Scope,
    scope,
    set_of,
)
from sync.gate import Subject
from sync.shelf import SEALED, Header, Shelf

LOADED = 500
"""Envelopes from the store at a time."""


def for_peer(shelf: Shelf, peer: AbstractSet[bytes], now: int) -> Iterator[bytes]:
    """The envelopes that a node with the identities `peer` may have of this one."""
    common = scope(shelf.ties, shelf.own, peer, frozenset(), now)
    names = chain.from_iterable(common.sets())
    headers = (one for name in names for one in _of_set(shelf, name, common, now))

    def permits(record: Subject) -> bool:
        return set_of(record, common, shelf.ties, now) is not None

    return _loaded(shelf, headers, permits)


def for_everybody(shelf: Shelf, now: int) -> Iterator[bytes]:
    """The envelopes by which this node introduces itself."""

    def permits(record: Subject) -> bool:
        return record.audience == PUBLIC and record.author in shelf.own

    control = sorted((one for one in shelf.control(now) if permits(one)), key=_place_in_order)
    content = (one for one in shelf.content(PUBLIC, now) if permits(one))
    return _loaded(shelf, chain(control, content), permits)


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
    shelf: Shelf, headers: Iterable[Header], permits: Callable[[Subject], bool]
) -> Iterator[bytes]:
    waiting = iter(headers)
    while some := list(islice(waiting, LOADED)):
        for envelope in shelf.envelopes([one.ref for one in some]):
            if envelope is not None and permits(reread(envelope)):
                yield envelope


def _of_set(shelf: Shelf, name: bytes, common: Scope, now: int) -> Iterable[Header]:
    if name == CONTROL_SET:
        found = sorted(shelf.control(now), key=_place_in_order)
    elif name in (PUBLIC_SET, DIRECT_SET):
        found = list(shelf.content(PUBLIC if name == PUBLIC_SET else SEALED, now))
    else:
        found = list(shelf.content(Audience.network(name[len(NETWORK_SET) :]), now))
    return (one for one in found if set_of(one, common, shelf.ties, now) == name)


_ORDER = {kind: place for place, kind in enumerate(CONTROL_ORDER)}
_LAST = len(CONTROL_ORDER)


def _place_in_order(one: Header) -> int:
    return _ORDER.get(one.kind, _LAST)
