"""Notes on erasures, written in the transaction of the tombstone (docs/protocol.md §6.8)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from node.store.core import Core
from node.store.erasures import Owed
from protocol.erasure import is_confirmed, witnesses
from protocol.kind import Statement
from protocol.kinds import CONTROL, LISTED
from protocol.record import Record

STALE_WORDS = "stale-words"
"""A setting: something was in the text search whose words are still in it."""


Pending = Sequence[tuple[Record, Statement | None]]


class Before(NamedTuple):
    """The record that stood at the place of a tombstone."""

    id: bytes
    erased: bool
    keep: int


def standing_before(core: Core, pending: Pending) -> dict[bytes, Before]:
    """Id of each tombstone to be confirmed → what stands at its place, if anything does."""
    found = {}
    for record, _inner in pending:
        if record.body is None and is_confirmed(record.kind):
            records, old = core.records, core.records.at(record.place)
            if old is None:
                continue
            audience, author = records.audiences.of(old.audience), records.identities.of(old.author)
            row = records.standing(old.kind, audience, author, old.name)
            if row is not None:
                found[record.id] = Before(row.id, old.body is None, row.keep)
    return found


def note_erased(
    core: Core,
    pending: Pending,
    numbers: Sequence[int | None],
    before: Mapping[bytes, Before],
    now: int,
) -> None:
    """Note the tombstones that were just stored. Inside their transaction."""
    for no, (record, inner) in zip(numbers, pending, strict=True):
        if no is None or record.body is not None or not is_confirmed(record.kind):
            continue
        core.erasures.note_tombstone(no)
        old = before.get(record.id)
        if old is not None and not old.erased and (inner or record).kind in LISTED:
            core.settings.set(STALE_WORDS, True)
        if record.author not in core.own:
            held = old is not None and (not old.erased or core.erasures.replaced(old.id))
            core.erasures.owe(Owed(record.id, record.author, record.issued, held))
        elif old is not None and old.erased and (known := core.erasures.of_tombstone(old.id)):
            core.erasures.alias(record.id, known)
        elif (inner or record).kind not in CONTROL:
            _add(core, record, (inner or record).kind, old, now)


def _add(core: Core, tombstone: Record, kind: str, old: Before | None, now: int) -> None:
    until = tombstone.expires if old is None or old.erased else min(old.keep, tombstone.expires)
    place = tombstone.place
    who = witnesses(core.ties, place.author, place.audience, place.kind, now)
    core.erasures.add(place, kind, tombstone.id, tombstone.issued, until, who)


def adopt(core: Core) -> None:
    """Note own tombstones that a reconciled old copy of the folder did not know of."""
    now = core.clock()
    for own in sorted(core.own):
        for _no, record, inner in list(core.records.all_by(own)):
            if record.body is None and is_confirmed(record.kind) and record.expires > now:
                kind = (inner or record).kind
                if kind not in CONTROL and core.erasures.of_tombstone(record.id) is None:
                    _add(core, record, kind, None, now)
    for page in core.records.opened("erased", now):  # it may have come before the tombstone
        if page.author not in core.own:
            note_receipt(core, page)


def note_receipt(core: Core, page: Statement) -> None:
    """Somebody confirmed. Inside a transaction."""
    now = core.clock()
    for tombstone, at in (page.content or {})["erased"]:
        core.erasures.confirm(tombstone, page.author, page.audience.ids, min(at, now))
