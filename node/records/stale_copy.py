"""An old copy of this folder must not speak (docs/protocol.md §4.4).

Rules: after a backup was restored, a machine set up again from the words, or a record of one's own
that is newer than what this node counted, nothing is issued until a full round with a peer brought
back what is missing; then a new incarnation begins, higher than any seen. What automatic reactions
would have written meanwhile is written down and done then. A person may go on without, warned.
Where that repeats within a day, two machines run from one folder: then only a person ends it.
Only what stands under the link that signs now counts: whoever has a stolen operational key can use
up its numbers, and new keys begin with new ones.
"""

from collections.abc import Callable
from typing import Any

from node.keys.ring import Held
from node.store.core import UNRECONCILED, Core
from node.store.counters import LAST_INCARNATION, first_incarnation
from node.store.timekeeper import DAY
from protocol.kind import Seq
from protocol.record import Record

REPEATED = 3
"""Reconciliations within a day, after which two copies must be running."""

_OFTEN = "reconciled"
_OWED = "owed"


def begin(core: Core, why: str) -> None:
    """Issue nothing from now on: `restored`, `recovered` or `newer`. Inside a transaction."""
    if core.is_reconciled:
        now = core.clock()
        often = [at for at in core.settings.get(_OFTEN, []) if now - DAY < at <= now]
        if why == "newer" and len(often) >= REPEATED:
            why = "twins"
        core.settings.set(UNRECONCILED, {"since": now, "why": why})


def dismiss(core: Core) -> None:
    """Go on as before `begin`: nothing was fetched. Inside a transaction."""
    core.settings.set(UNRECONCILED, None)


def state(core: Core) -> str | None:
    """Why nothing is issued; None if all is well."""
    found: dict[str, Any] | None = core.settings.get(UNRECONCILED)
    if found:
        return str(found["why"])
    return "used-up" if used_up(core) else None


def used_up(core: Core) -> bool:
    """Whether no number is left that is higher than one under the key of an identity here."""
    return bool(core.counters.used_up() & core.own)


def begin_anew(core: Core, identity: bytes) -> None:
    """New keys begin with new numbers, where those of the old ones were used up."""
    if identity in core.counters.used_up():
        core.counters.start(identity, first_incarnation(core.entropy))


def finish(core: Core) -> None:
    """Everything of one's own is here: go on, in a new incarnation. Inside a transaction."""
    now = core.clock()
    if state(core) == "newer":
        often = [at for at in core.settings.get(_OFTEN, []) if now - DAY < at <= now]
        core.settings.set(_OFTEN, [*often, now])
    for held in core.ring.held:
        low = int.from_bytes(core.entropy(4), "big")
        following = (highest(core, held) // 2**32 + 1) * 2**32 + low
        core.counters.start(held.id, min(following, LAST_INCARNATION))
    core.settings.set(UNRECONCILED, None)


def highest(core: Core, held: Held) -> int:
    """The highest incarnation of an identity that was seen here under the key that signs now."""
    seen = [
        record.seq.incarnation
        for _no, record, _inner in core.records.all_by(held.id)
        if record.seq.link == held.link
    ]
    counted = core.counters.reached(held.id)
    return max([counted.incarnation if counted else 0, *seen])


def is_newer(core: Core, author: bytes, seq: Seq) -> bool:
    """Whether this node never counted so far for an identity of its own."""
    mine, held = core.counters.reached(author), core.ring.get(author)
    if mine is None or held is None or seq.link != held.link:
        return False
    if mine.incarnation >= LAST_INCARNATION:  # nothing could be done about it
        return False
    return (seq.incarnation, seq.counter) > (mine.incarnation, mine.counter)


def is_from_a_copy(core: Core, record: Record) -> bool:
    """Whether a record of one's own shows that another copy of this folder spoke (§4.4).

    It is newer than what this node counted, or another one with the number that it gave to what
    stands there. After the next incarnation began the latter is known, and shows nothing new.
    """
    author, seq = record.author, record.seq
    mine, held = core.counters.reached(author), core.ring.get(author)
    if held is not None and record.key != held.signing.public:  # of another branch (§6.10)
        return False
    if is_newer(core, author, seq):
        return True
    if mine is None or held is None or (seq.link, seq.incarnation) != (held.link, mine.incarnation):
        return False
    standing = core.records.at(record.place)
    other = standing is not None and standing.seq == seq and standing.id != record.id
    return mine.incarnation < LAST_INCARNATION and other


def owe(core: Core, what: dict[str, Any]) -> None:
    """Write down what is to be written once this node may. Inside a transaction."""
    owed = core.settings.get(_OWED, [])
    if what not in owed:
        core.settings.set(_OWED, [*owed, what][-1_000:])


def settle(core: Core, write: Callable[[dict[str, Any]], None]) -> None:
    """Write what is owed. Inside a transaction."""
    if used_up(core):  # after new keys
        return
    owed = core.settings.get(_OWED, [])
    core.settings.set(_OWED, None)
    for one in owed:
        write(one)
