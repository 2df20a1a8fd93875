"""One-time links, where they are used: by whoever comes with their code (docs/protocol.md §9.3)."""

from crypto.hashing import digest
from node.lookup.showing import hide_again
from node.records.transaction import act
from node.store.core import Core
from protocol.audience import Audience
from protocol.kind import Place


def use_code(core: Core, code: bytes, peer: bytes) -> bytes | None:
    """Somebody came with a code: if it is good, accept them; gives the identity that invited."""
    with act(core) as publisher:
        now = core.clock()
        owner = core.codes.owner(digest(code), now)
        if owner is None or peer in core.own or peer not in core.ties.identities:
            return None
        core.codes.use(digest(code), now)
        shown = core.ties.accepts(owner, peer, now) and core.ties.peerings[owner, peer].is_shown
        if not core.ties.accepts(owner, peer, now):
            hide_again(core, peer)
        publisher.write(peering_place(owner, peer), {"peer": peer, "shown": shown})
    return owner


def peering_place(own: bytes, peer: bytes) -> Place:
    """Where one side of a peering stands."""
    return Place(own, Audience.direct([peer]), "peering", "")
