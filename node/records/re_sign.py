"""Signing one's live records again, under the link that counts now (docs/protocol.md §5.3).

What a sealed record holds is signed as it is: who carried it still can't read it. Tombstones are
signed again too, else what they erased could come back.
"""

from node.keys.ring import Held
from node.records.publish import Publisher, issue_time
from node.store.core import Core
from protocol.kind import LIFETIME
from protocol.record import Record, compose, verify_all


def resign(core: Core, publisher: Publisher, held: Held) -> int:
    """Inside a transaction; gives how many records stand under the new link.

    What our own rules refuse by now, such as content for a network that was left, is left to end.
    """
    now = core.clock()
    old = [
        record
        for _no, record, _inner in core.records.all_by(held.id)
        if record.kind != "identity" and record.seq.link != held.link and record.expires > now
    ]
    again = [_again(core, held, record, now) for record in old]
    return publisher.intake.take(verify_all(again)).count(None)


def _again(core: Core, held: Held, record: Record, now: int) -> bytes:
    issued = issue_time(record, now)
    latest = issued + LIFETIME  # a clock that was ahead gave out more
    until = latest if record.body is None else min(max(record.expires, issued + 1), latest)
    seq = core.counters.next(held.id, held.link)
    return compose(held.signing, record.place, seq, issued, until, record.body, record.epoch)
