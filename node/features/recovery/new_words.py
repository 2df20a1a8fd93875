"""New recovery words, for a group that nobody outside is tied with yet (docs/protocol.md §5.5).

Until a person has the words on paper their entropy lies beside the keys. A copy of the folder from
that time has it too, and with it every key that ever follows: `keys rotate` gives such a copy
nothing less than before. What helps is to begin with other words, and so with another id. That
costs nothing as long as nobody outside knows the group by its id, and is refused afterwards.

Rules: what the group itself wrote – its entry, its meetings, its offers – is written anew under
the new id; everything else on the machine stays as it is; the new words wait to be confirmed.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from node.base.errors import Problem
from node.base.events import Event
from node.keys.ring import Ring
from node.records.introduce import introduce
from node.records.transaction import act
from node.store.core import Core
from protocol.audience import Audience
from protocol.kind import Place
from protocol.kinds import KINDS

WORDS_BYTES = 32
"""24 recovery words."""


class _Said(NamedTuple):
    """What the group wrote: at which place, what, and until when."""

    place: Place
    content: Any
    expires: int


def may_begin_anew(core: Core) -> bool:
    """Whether nobody outside can know this group by its id: it never had a tie, nor a network."""
    home = core.ring.held[0].id
    now = core.clock()
    if len(core.ring.held) > 1 or core.ties.accepted(home, now) or core.codes.count_open(now):
        return False
    kinds = {(inner or record.place).kind for _no, record, inner in core.records.all_by(home)}
    return not any(KINDS[kind].whom for kind in kinds)  # a tie that is over is one, too


def require_unknown(core: Core) -> None:
    """`Problem` unless the group may begin anew."""
    if not may_begin_anew(core):
        raise Problem("known-outside")


def begin_anew(core: Core) -> bytes:
    """Give the group other words, keys and another id; gives the id.

    The words lie in the key file until they are confirmed. `Problem` if others know the group.
    """
    require_unknown(core)
    entropy = core.entropy(WORDS_BYTES)
    ring = Ring.from_entropy(entropy)
    slot = ring.slots[0]
    genesis = slot.genesis("group")
    held = ring.hold(slot, genesis)
    ring.words = entropy
    old = core.ring.held[0].id
    said = list(_said(core, old, held.id))
    with act(core) as publisher:
        # Nobody else has any of it: no tombstone, no receipt.
        core.records.delete([no for no, _record, _inner in core.records.all_by(old)])
        core.ring = ring
        core.save_ring()
        introduce(core, publisher, held, genesis)
        for one in said:
            publisher.write(one.place, one.content, expires=one.expires)
        core.tell(Event.ANOTHER_ID, old, held.id)
    core.reload()
    return held.id


def _said(core: Core, old: bytes, new: bytes) -> Iterator[_Said]:
    now = core.clock()
    for no, record, inner in list(core.records.all_by(old)):
        place = inner or record.place
        if KINDS[place.kind].control or record.expires <= now:
            continue
        found = core.records.content_at(no)
        if found is None or found[1] is None:  # erased: nobody else ever had it
            continue
        ids = tuple(sorted(new if one == old else one for one in place.audience.ids))
        audience = Audience(place.audience.scope, ids)
        yield _Said(Place(new, audience, place.kind, place.name), found[1], record.expires)
