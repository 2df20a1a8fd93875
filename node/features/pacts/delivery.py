"""What of a pact was handed to whom: noted when two nodes have nothing more for each other.

Rules: kept for each pact in which one's own group has a say, in `pacts.tables`:
how many signatures a peer had then. What a third one passes on shows by the answer only.
"""

import logging
from collections.abc import Collection

from node.base.errors import Problem
from node.base.logs import event
from node.features.pacts.tables import delivered, note_deliveries
from node.store.core import Core
from protocol.certificates import Case, Pact

log = logging.getLogger(__name__)


def note_delivered(core: Core, peer: Collection[bytes]) -> None:
    """Everything for this peer is there."""
    changes = {}
    for case, pact in _own_cases(core):
        kept = delivered(core, pact.digest)
        there = {
            one: len(case.signed)
            for one in peer
            if one in (*pact.asked, *pact.carriers) and one not in core.own
        }
        if not there.items() <= kept.items():
            changes[pact.digest] = there
    if not changes:
        return
    try:
        with core.transaction():
            for pact_digest, there in changes.items():
                note_deliveries(core, pact_digest, there)
    except Problem as problem:  # a full disk: it is noted the next time
        event(log, "delivery-not-noted", code=problem.code)


def has_it(core: Core, case: Case, pact: Pact, one: bytes) -> bool:
    """Whether `one` was handed the pact, or showed by its signature that it has it."""
    return one in core.own or one in case.signed or one in delivered(core, pact.digest)


def _own_cases(core: Core) -> list[tuple[Case, Pact]]:
    cases = core.ties.certificates.cases.values()
    return [(c, c.pact) for c in cases if c.pact is not None and core.own & c.signed.keys()]
