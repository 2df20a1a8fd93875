"""Prepared keys for networks: which are free, which are promised to one that does not exist yet.

A network that is proposed has keys already; whoever founds another meanwhile takes others. What was
promised becomes free again when the proposal has run out.
"""

from node.core import Core
from node.errors import Problem
from node.keys import Slot

_PREFIX = "slot/"


def free_slot(core: Core) -> Slot:
    """Keys that nothing uses; `Problem` if there are none."""
    now = core.clock()
    promised = {key for key, until in core.notes.starting_with(_PREFIX) if until > now}
    for slot in core.ring.slots:
        if _key(slot.index) not in promised:
            return slot
    raise Problem("no-slots")


def promise(core: Core, slot: Slot, until: int) -> None:
    """Keep these keys for a proposal until a time. Inside `transaction`."""
    core.notes.set(_key(slot.index), until)


def promised_slot(core: Core, signing: bytes) -> Slot | None:
    """The keys whose public operational key is `signing`, if they are still here."""
    return next((one for one in core.ring.slots if one.signing.public == signing), None)


def _key(index: int) -> str:
    return f"{_PREFIX}{index}"
