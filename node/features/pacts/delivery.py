"""What of a pact was handed to whom: noted when two nodes have nothing more for each other, and
when bundles with the pact in them are written or read.

Rules:

1. Kept for each pact in which one's own group has a say, in `pacts.tables`. What a third one passes
   on shows by the answer only.
2. A bundle that was written says that it was, and when; whether it arrived is seen by what comes
   back: a session, a signature, or a bundle of theirs that holds the pact.
3. What is known for sure is not given up for what is less.
"""

import logging
from collections.abc import Callable, Collection

from node.base.errors import Problem
from node.base.logs import event
from node.features.pacts.tables import Delivery, deliveries, note_deliveries
from node.store.core import Core
from protocol.certificates import Case, Pact
from protocol.ids import from_name
from protocol.kind import Seq
from protocol.pacts import CERTIFICATE, PACT, SIGNATURE

log = logging.getLogger(__name__)

SURE = ("link", "answer")
"""How it got there for sure."""

Closed = Collection[tuple[bytes, Seq]]
"""Author and seq of records in a bundle that belong to pacts."""


def note_delivered(core: Core, peer: Collection[bytes]) -> None:
    """Everything for this peer is there."""
    _note(core, peer, "link", lambda _pact: True)


def note_handed(core: Core, recipients: Collection[bytes], closed: Closed) -> None:
    """A bundle for them was written."""
    pacts = _pacts_of(core, closed)
    _note(core, recipients, "file", lambda pact: pact.digest in pacts)


def note_answered(core: Core, writers: Collection[bytes], closed: Closed) -> None:
    """A bundle by them was read: of which pacts they have something."""
    pacts = _pacts_of(core, closed)
    _note(core, writers, "answer", lambda pact: pact.digest in pacts)


def has_it(core: Core, case: Case, pact: Pact, one: bytes) -> bool:
    """Whether `one` was handed the pact, or showed by its signature that it has it."""
    if one in core.own or one in case.signed:
        return True
    found = deliveries(core, pact.digest).get(one)
    return found is not None and found.how in SURE


def _note(core: Core, whom: Collection[bytes], how: str, concerns: Callable[[Pact], bool]) -> None:
    now, changes = core.clock(), {}
    for case, pact in _own_cases(core):
        if not concerns(pact):
            continue
        kept = deliveries(core, pact.digest)
        there = {
            one: Delivery(how, now, len(case.signed))
            for one in whom
            if one in (*pact.asked, *pact.carriers) and one not in core.own
        }
        new = {one: said for one, said in there.items() if _is_more(kept.get(one), said)}
        if new:
            changes[pact.digest] = new
    if not changes:
        return
    try:
        with core.transaction():
            for pact_digest, new in changes.items():
                note_deliveries(core, pact_digest, new)
    except Problem as problem:  # a full disk: it is noted the next time
        event(log, "delivery-not-noted", code=problem.code)


def _is_more(old: Delivery | None, new: Delivery) -> bool:
    if old is None:
        return True
    if old.how in SURE:
        return new.how in SURE and new.signed > old.signed
    return True


def _pacts_of(core: Core, closed: Closed) -> set[bytes]:
    """Digests of the pacts to which these records belong, of those that are known here."""
    wanted, now = set(closed), core.clock()
    if not wanted:
        return set()
    return {
        from_name(one.name)
        for kind in (PACT, SIGNATURE, CERTIFICATE)
        for one in core.records.opened(kind.name, now)
        if (one.author, one.seq) in wanted
    }


def _own_cases(core: Core) -> list[tuple[Case, Pact]]:
    cases = core.ties.certificates.cases.values()
    return [(c, c.pact) for c in cases if c.pact is not None and core.own & c.signed.keys()]
