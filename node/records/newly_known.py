"""After an update: what was kept unread is read, if this software knows its kind now (§4.9).

When a node is opened. What comes out wrong goes, as if it had just come; what is still not known
stays.
"""

import logging

from node.base.errors import Problem
from node.base.logs import event
from node.records.intake import Intake
from node.records.reactions import Reactions
from node.store.core import Core
from node.store.unread import keep, kept, unread
from protocol.kinds import KINDS
from protocol.record import reread, verify_all
from protocol.sealed import OUTSIDE

log = logging.getLogger(__name__)

_TRIED = "kinds_tried"
"""A setting: the kinds of the software that last tried to read what is sealed."""


def take_up(core: Core) -> int:
    """Read what can be read now; gives how many records were looked at."""
    some = unread(core.records)
    sealed = [no for no, kind in some if kind in OUTSIDE]
    if core.settings.get(_TRIED) == sorted(KINDS):
        sealed = []
    numbers = sorted([*sealed, *(no for no, kind in some if kind in KINDS.keys() - OUTSIDE)])
    if not numbers:
        return 0
    try:
        with core.transaction():
            _look_again(core, numbers)
            core.settings.set(_TRIED, sorted(KINDS))
    except Problem as problem:  # a full disk, one that can't be written: another time
        event(log, "not-read-again", code=problem.code)
        return 0
    return len(numbers)


def _look_again(core: Core, numbers: list[int]) -> None:
    envelopes = [one for one in core.records.envelopes(numbers) if one is not None]
    places = kept(core.records, numbers)
    core.records.delete(numbers)
    intake = Intake(core, frozenset(reread(one, content=False).author for one in envelopes))
    intake.take(verify_all(envelopes))
    Reactions(core, intake).run()
    intake.flush()
    keep(core.records, places)
