"""What the public pages may show: one's own, and what a person released.

Rules:

1. Who is tied to whom is for inside. From outside a page shows what the home group says to
   everybody, and of others nothing, until a person releases that group or network by name.
2. What is released is shown only while the tie lasts, and only what its author says to everybody:
   a record of audience `public` is the author's consent to be shown. How the two stand to each
   other is never said: that is as much the other side's to tell, and no record says that it may be.
3. A tie that begins anew begins hidden: what was released in an earlier one counts no more.
4. A node that may be an old copy of itself (`node.records.stale_copy`) shows nothing to anybody
   outside, and inside nothing that others wrote: it may have been erased since.
"""

from node.store.core import Core
from protocol.control_state import Ties
from protocol.ids import from_text, to_text

_RELEASED = "released"
"""A setting: ids, as texts, of what the public pages may show."""


def released(core: Core) -> frozenset[bytes]:
    """What a person released, whether or not the tie still stands."""
    return frozenset(map(from_text, core.settings.get(_RELEASED, ())))


def release(core: Core, identity: bytes, shown: bool) -> None:
    """Show a group or a network on the public pages from now on, or not."""
    with core.transaction():
        _keep(core, released(core) | {identity} if shown else released(core) - {identity})


def hide_again(core: Core, identity: bytes) -> None:
    """A tie ends or begins: what was released in it is over. Inside a transaction."""
    before = released(core)
    if identity in before:
        _keep(core, before - {identity})


def _keep(core: Core, ids: frozenset[bytes]) -> None:
    core.settings.set(_RELEASED, sorted(map(to_text, ids)) or None)


def shown_outside(core: Core, now: int) -> frozenset[bytes]:
    """Whose public records the public pages show."""
    if not core.is_reconciled:
        return frozenset()
    return frozenset(
        {core.home_id} | {one for one in released(core) if has_tie(core.ties, one, now)}
    )


def has_tie(ties: Ties, other: bytes, now: int) -> bool:
    """Whether both sides stand to it: a partner, a network of ours, or another part of one."""
    theirs = set(ties.parts(other, now))
    return any(
        (ties.accepts(own, other, now) and ties.accepts(other, own, now))
        or not theirs.isdisjoint(ties.parts(own, now))
        for own in ties.own
    )
