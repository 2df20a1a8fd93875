"""An old copy of this folder must not speak (docs/protocol.md §4.4).

Rules: after a backup was restored, a machine set up again from the words, or a record of one's own
that is newer than what this node counted, nothing is issued until a full round with a peer brought
back what is missing; then a new incarnation begins, higher than any seen. What automatic reactions
would have written meanwhile is written down and done then. A person may go on without, warned.
Where that repeats within a day, two machines run from one folder: then only a person ends it.
"""

from collections.abc import Callable
from typing import Any

from node.core import UNRECONCILED, Core
from node.keys import Held
from protocol.kind import Seq

REPEATED = 3
"""Reconciliations within a day, after which two copies must be running."""

DAY = 86_400
_OFTEN = "reconciled"
_OWED = "owed"


def begin(core: Core, why: str) -> None:
    """Issue nothing from now on: `restored`, `recovered` or `newer`. Inside a transaction."""
    if core.is_reconciled:
        now = core.clock()
        often = [at for at in core.notes.get(_OFTEN, []) if at > now - DAY]
        if why == "newer" and len(often) >= REPEATED:
            why = "twins"
        core.notes.set(UNRECONCILED, {"since": now, "why": why})


def state(core: Core) -> str | None:
    """Why nothing is issued; None if all is well."""
    found: dict[str, Any] | None = core.notes.get(UNRECONCILED)
    return found["why"] if found else None


def finish(core: Core) -> None:
    """Everything of one's own is here: go on, in a new incarnation. Inside a transaction."""
    now = core.clock()
    if state(core) == "newer":
        often = [at for at in core.notes.get(_OFTEN, []) if at > now - DAY]
        core.notes.set(_OFTEN, [*often, now])
    for held in core.ring.held:
        low = int.from_bytes(core.entropy(4), "big")
        core.notes.start_counter(held.id, (highest(core, held) // 2**32 + 1) * 2**32 + low)
    core.notes.set(UNRECONCILED, None)


def highest(core: Core, held: Held) -> int:
    """The highest incarnation of an identity that was ever seen here."""
    seen = [record.seq.incarnation for _no, record, _inner in core.records.all_by(held.id)]
    counted = core.notes.counter(held.id)
    return max([counted.incarnation if counted else 0, *seen])


def is_newer(core: Core, author: bytes, seq: Seq) -> bool:
    """Whether this node never counted so far for an identity of its own."""
    mine = core.notes.counter(author)
    return mine is not None and (seq.incarnation, seq.counter) > (mine.incarnation, mine.counter)


def owe(core: Core, what: dict[str, Any]) -> None:
    """Write down what is to be written once this node may. Inside a transaction."""
    owed = core.notes.get(_OWED, [])
    if what not in owed:
        core.notes.set(_OWED, [*owed, what][-1_000:])


def settle(core: Core, write: Callable[[dict[str, Any]], None]) -> None:
    """Write what is owed. Inside a transaction."""
    owed = core.notes.get(_OWED, [])
    core.notes.set(_OWED, None)
    for one in owed:
        write(one)
