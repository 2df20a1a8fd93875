"""What of a pact was handed to whom: noted when two nodes have nothing more for each other.

Rules: kept for each pact in which one's own group has a say, under `delivered/` in the settings:
how many signatures a peer had then. What a third one passes on shows by the answer only.
"""

import logging
from collections.abc import Collection

from node.base.errors import Problem
from node.base.logs import event
from node.store.core import Core
from protocol.certificates import Case, Pact
from protocol.ids import to_text

log = logging.getLogger(__name__)

_KEY = "delivered/"


def note_delivered(core: Core, peer: Collection[bytes]) -> None:
    """Everything for this peer is there."""
    changes = {}
    for case, pact in _own_cases(core):
        kept = _kept(core, pact)
        there = {
            to_text(one): len(case.signed)
            for one in peer
            if one in (*pact.asked, *pact.carriers) and one not in core.own
        }
        if not there.items() <= kept.items():
            changes[_KEY + to_text(pact.digest)] = {**kept, **there}
    if not changes:
        return
    try:
        with core.transaction():
            for key, kept in changes.items():
                core.notes.set(key, kept)
    except Problem as problem:  # a full disk: it is noted the next time
        event(log, "delivery-not-noted", code=problem.code)


def has_it(core: Core, case: Case, pact: Pact, one: bytes) -> bool:
    """Whether `one` was handed the pact, or showed by its signature that it has it."""
    return one in core.own or one in case.signed or to_text(one) in _kept(core, pact)


def _own_cases(core: Core) -> list[tuple[Case, Pact]]:
    cases = core.ties.certificates.cases.values()
    return [(c, c.pact) for c in cases if c.pact is not None and core.own & c.signed.keys()]


def _kept(core: Core, pact: Pact) -> dict[str, int]:
    found: dict[str, int] = core.notes.get(_KEY + to_text(pact.digest), {})
    return found
