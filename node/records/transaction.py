"""Where everything is written: one's own actions, and what peers send.

Both are one transaction with all that follows from them; what members decided by it is the next.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from node.base.events import Event
from node.records import stale_copy
from node.records.erasure_notes import adopt
from node.records.intake import Batch, Intake
from node.records.publish import Publisher
from node.records.re_sign import resign
from node.records.reactions import Reactions, write_owed
from node.store.core import Core

Codes = Sequence[str | None]

VERIFY_SECONDS = 100e-6
"""What each record cost before it came here, on a small machine."""


class Taken(NamedTuple):
    """For each record None, or the code of its refusal (§4.1); and the processor seconds that went
    into those that brought nothing new."""

    codes: Codes
    wasted: float


@contextmanager
def act(core: Core) -> Iterator[Publisher]:
    """A transaction in which one's own records are written."""
    with core.transaction():
        intake = Intake(core)
        yield Publisher(core, intake)
        Reactions(core, intake).run()
    _go_on(core, intake)


class Brought(NamedTuple):
    """Verified records of a peer. `proven` are the identities that it proved, as far as it may say
    publicly what they say; `introducer` is the first of all that it proved."""

    batch: Batch
    proven: frozenset[bytes] = frozenset()
    introducer: bytes | None = None


def take(
    core: Core,
    batch: Batch,
    proven: frozenset[bytes] = frozenset(),
    introducer: bytes | None = None,
) -> Codes:
    """Take in what a peer brought; for each None, or the code of its refusal (§4.1)."""
    (taken,) = take_all(core, [Brought(batch, proven, introducer)])
    return taken.codes


def take_all(core: Core, arrivals: Sequence[Brought]) -> list[Taken]:
    """The same for what several peers sent, with one COMMIT."""
    found, intakes = list[Taken](), []
    with core.transaction():
        for one in arrivals:
            intake = Intake(core, one.proven, one.introducer)
            began = time.thread_time()
            codes = intake.take(one.batch)
            vain = 1 - intake.useful / max(len(codes), 1)
            Reactions(core, intake).run()
            intakes.append(intake)
            spent = time.thread_time() - began + VERIFY_SECONDS * len(codes)
            found.append(Taken(codes, max(vain, 0.0) * spent))
    _go_on(core, *intakes)
    return found


def go_on(core: Core) -> None:
    """Begin a new incarnation, and write what had to wait (§4.4)."""
    with act(core) as publisher:
        if stale_copy.state(core) == "restored":
            core.tell(Event.RETURNED)
        stale_copy.finish(core)
        adopt(core)
        for held in core.ring.held:  # what came back may stand under keys that ended (§5.3)
            if held.id in core.own and not core.is_superseded(held):
                resign(core, publisher, held)
        stale_copy.settle(core, lambda owed: write_owed(core, publisher, owed))
    core.tell(Event.DECIDED)  # what was decided meanwhile
    core.tell(Event.COMMITTED)  # and certified


def _go_on(core: Core, *intakes: Intake) -> None:
    if any(intake.decides for intake in intakes) and not core.db.conn.in_transaction:
        core.tell(Event.DECIDED)
