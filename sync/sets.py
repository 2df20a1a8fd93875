"""The sets of one stage, built from the store's headers (docs/protocol.md §8.4)."""

from collections.abc import Iterable

from protocol.audience import PUBLIC, Audience
from sync.circle import (
    CONTROL_ORDER,
    CONTROL_SET,
    DIRECT_SET,
    NETWORK_SET,
    PUBLIC_SET,
    Scope,
    set_of,
)
from sync.reconcile import Index, short, tag
from sync.refusals import Refusals
from sync.shelf import SEALED, Header, Shelf


def gather(
    shelf: Shelf, common: Scope, stage: int, tag_key: bytes, refusals: Refusals, now: int
) -> dict[bytes, Index]:
    """Tag → set, for all sets of a stage, without what the other side refused."""
    found = {}
    for name in common.sets()[stage]:
        index = found[tag(tag_key, name)] = Index()
        for header in _headers(shelf, name, now):
            if set_of(header, common, shelf.ties, now) == name:
                one = short(tag_key, header.id)
                if one not in refusals:
                    index.add(one, header.ref)
    return found


def _headers(shelf: Shelf, name: bytes, now: int) -> Iterable[Header]:
    """What may belong to a set. Control records in the order in which they need each other."""
    if name == CONTROL_SET:
        last = len(CONTROL_ORDER)
        order = {kind: place for place, kind in enumerate(CONTROL_ORDER)}
        return sorted(shelf.control(now), key=lambda one: order.get(one.kind, last))
    if name == PUBLIC_SET:
        return shelf.content(PUBLIC, now)
    if name == DIRECT_SET:
        return shelf.content(SEALED, now)
    return shelf.content(Audience.network(name[len(NETWORK_SET) :]), now)
