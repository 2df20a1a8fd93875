"""Where everything is written: one's own actions, and what peers send.

Both are one transaction with all that follows from them; what members decided by it is the next.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from node.base.events import Event
from node.records import stale_copy
from node.records.erasure_notes import adopt
from node.records.intake import Batch, Intake
from node.records.publish import Publisher
from node.records.reactions import Reactions, write_owed
from node.store.core import Core

Codes = Sequence[str | None]


@contextmanager
def act(core: Core) -> Iterator[Publisher]:
    """A transaction in which one's own records are written."""
    with core.transaction():
        intake = Intake(core)
        yield Publisher(core, intake)
        Reactions(core, intake).run()
    _go_on(core, intake)


def take(core: Core, batch: Batch, proven: frozenset[bytes] = frozenset()) -> Codes:
    """Take in verified records of a peer; for each None, or the code of its refusal (§4.1).

    `proven` are the identities that the peer proved in its session: it may introduce them.
    """
    (codes,) = take_all(core, [(batch, proven)])
    return codes


def take_all(core: Core, arrivals: Sequence[tuple[Batch, frozenset[bytes]]]) -> list[Codes]:
    """The same for what several peers sent, with one COMMIT."""
    codes, intakes = list[Codes](), []
    with core.transaction():
        for batch, proven in arrivals:
            intake = Intake(core, proven)
            codes.append(intake.take(batch))
            Reactions(core, intake).run()
            intakes.append(intake)
    _go_on(core, *intakes)
    return codes


def go_on(core: Core) -> None:
    """Begin a new incarnation, and write what had to wait (§4.4)."""
    with act(core) as publisher:
        if stale_copy.state(core) == "restored":
            core.tell(Event.RETURNED)
        stale_copy.finish(core)
        adopt(core)
        stale_copy.settle(core, lambda owed: write_owed(core, publisher, owed))
    core.tell(Event.DECIDED)  # what was decided meanwhile


def _go_on(core: Core, *intakes: Intake) -> None:
    if any(intake.decides for intake in intakes) and not core.db.conn.in_transaction:
        core.tell(Event.DECIDED)
