"""Issuing again what was issued while the clock was wrong (docs/protocol.md §4.5).

Rules:

1. What is dated in the future is refused by everybody; what a clock dated that was behind ends too
   early. Both are signed again as soon as the clock can be right: the same content at the same
   place, for as long as it was meant to stand.
2. Under the link that signs now, and only what this node may issue (§4.4).
3. What a clock that was ahead gave out until a time that is further away than anything may live is
   issued again until that time: no node that slept meanwhile may bring the older one back (§4.5).
   So is what keys signed that were replaced while it seemed to have run out (§5.3).
4. What our own rules refuse by now – a meeting that is years away by the right clock – is left as
   it is, and stops nothing else. People are told how many things that are: nobody else sees them.
"""

import logging

from node.base.logs import event
from node.keys.ring import Held
from node.records.re_sign import resign
from node.records.transaction import act
from node.store.core import Core
from node.store.terms import longer
from node.store.timekeeper import DAY, Known
from protocol.check import GRACE
from protocol.kind import LIFETIME
from protocol.record import FOREVER, Record, compose, verify_all
from protocol.unread import kind_of

log = logging.getLogger(__name__)

MENDED = "clock_mended"
"""A note for people: when this was last done, how many records it were, and how many are left."""


def redate(core: Core) -> int:
    """Gives how many records were issued again. Nothing is done while the clock is in doubt."""
    known = core.clock.known
    if core.clock.trouble or not core.may_issue or not (known.future or known.early):
        return 0
    with act(core) as publisher:
        now = core.clock()
        again = [
            _again(core, held, record, now)
            for held in core.ring.held
            if held.id in core.own
            for no, record, _inner in core.records.all_by(held.id)
            if _is_wrong(no, record, known, now) and _can_say(held, record)
        ]
        valid = [one for one in verify_all(again) if isinstance(one, Record)]
        done = publisher.intake.take(valid).count(None)
        left = len(again) - done
        for held in core.ring.held:  # keys that were replaced meanwhile: it seemed to have run out
            done += resign(core, publisher, held) if held.id in core.own else 0
        core.codes.redate(now)
        core.clock.mended()
        if again:
            core.settings.set(MENDED, {"at": now, "records": done, "left": left})
    if again:
        event(log, "issued-again", records=done, refused=left)
    return done


def _can_say(held: Held, record: Record) -> bool:
    """Whatever link signed it before; but each link has an `identity` record of its own."""
    return record.kind != "identity" or record.seq.link == held.link


def outlast(core: Core) -> int:
    """Gives how many records were issued again because an older one could outlive them."""
    if core.clock.trouble or not core.may_issue:
        return 0
    now = core.clock()
    due = [
        record
        for record in longer(core.records, now, now + LIFETIME // 2, core.own)
        if record.body is None or kind_of(record.kind).runs_out
    ]
    if not due:
        return 0
    with act(core) as publisher:
        again = [
            _again(core, held, record, now)
            for record in due
            if (held := core.ring.get(record.author)) and _can_say(held, record)
        ]
        return publisher.intake.take(verify_all(again)).count(None)


def _is_wrong(no: int, record: Record, known: Known, now: int) -> bool:
    if record.issued > now + GRACE:
        return True
    if known.early is None or not kind_of(record.kind).erasable:
        return False
    first, last = known.early
    return first < no <= (last or no) and record.issued < now - DAY


def _again(core: Core, held: Held, record: Record, now: int) -> bytes:
    if not kind_of(record.kind).erasable:
        until = FOREVER
    elif record.body is None:
        until = now + LIFETIME
    else:
        until = now + record.expires - record.issued
    seq = core.counters.next(held.id, held.link)
    return compose(held.signing, record.place, seq, now, until, record.body, record.epoch)
