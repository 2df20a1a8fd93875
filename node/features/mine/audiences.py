"""To whom something of a person goes: in tables and forms as `str(Audience)` says it."""

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID
from node.lookup.names import name_of
from node.lookup.sight import Sight
from node.lookup.types import Name
from node.store.core import Core
from protocol.audience import Audience
from protocol.control_state import Relation
from protocol.ids import to_text

NETWORK = "network"


def audience_of(core: Core, own: bytes, identity: bytes) -> Audience:
    """A network that `own` is part of, or a group that it has a tie with; `Problem` otherwise."""
    now, ties = core.clock(), core.ties
    known = ties.identities.get(identity)
    if known is not None and known.type == NETWORK:
        if not ties.is_part(identity, own, now):
            raise Problem("not-a-member")
        return Audience.network(identity)
    if known is None or ties.relation(own, identity, now) is not Relation.TIED:
        raise Problem("not-tied", who=name_of(core, identity) or to_text(identity)[:SHORT_ID])
    return Audience.direct([identity])


def receivers(core: Core, audience: Audience) -> list[bytes]:
    """The identities that can have what goes to an audience now, but for one's own."""
    if audience.scope == NETWORK:
        (network,) = audience.ids
        there = {network, *core.ties.members(network, core.clock())}
    else:
        there = set(audience.ids)
    return sorted(there - core.own)


def named(sight: Sight, key: str) -> tuple[str, tuple[Name, ...]]:
    """The scope of an audience, and by which names this viewer knows whom it means."""
    audience = Audience.from_text(key)
    return audience.scope, sight.named(audience.ids)
