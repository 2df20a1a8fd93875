"""What of a person left this machine: which fields, to which groups, when, and what came back.

Rules:

1. Written in the transaction in which a record of a person is: with the groups that can have it
   from then on.
2. *Handed over* is what two machines say when neither has anything more for the other
   (`Event.QUIET`). What a third one passed on shows by its receipt only, so whoever may have it is
   named as soon as it may.
3. A group that comes into the network later is named when it is handed over to it, or as one of
   those who may have it by now (`may_have`). One that leaves has to delete it (§6.4).
4. What is taken back has a tombstone, and who confirmed that is asked of the erasures (§6.8).
"""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from node.base.errors import Problem
from node.base.logs import event
from node.features.mine.audiences import named, receivers
from node.features.mine.consenting import MOVED, withdraw
from node.features.mine.tables import Disclosure, disclosures
from node.lookup.sight import Sight
from node.lookup.types import Name
from node.records.intake import Ended
from node.records.publish import Publisher
from node.store.core import Core
from protocol.audience import Audience
from protocol.control_state import Relation
from protocol.record import Record

log = logging.getLogger(__name__)

WITHDRAWN, CHANGED, LEFT = "withdrawn", "changed", "left"


@dataclass(frozen=True, slots=True)
class ReceiverView:
    """A group, and how far it is: `may` (it can have it), `has`, `gone` (it left), `confirmed`
    (it said that it is erased), `waiting` (it has not said so yet), `untied` (no way is left)."""

    who: Name
    state: str
    at: int


@dataclass(frozen=True, slots=True)
class DisclosureView:
    """One thing that went out: which fields since when, to whom, and how it ended."""

    no: int
    kind: str
    audience: str
    scope: str
    to: tuple[Name, ...]
    fields: tuple[tuple[str, int], ...]
    at: int
    ended: int | None
    how: str | None
    receivers: tuple[ReceiverView, ...]
    until: int | None
    """Until when a receipt is waited for: by then it has run out everywhere."""


def went_out(
    core: Core, person: str, kind: str, audience: Audience, name: str, fields: Iterable[str]
) -> int:
    """A record of a person is written for the first time. In its transaction; gives its number."""
    table, now = disclosures(core), core.clock()
    no = table.add(person, kind, str(audience), name, now)
    table.add_fields(no, fields, now)
    table.add_receivers(no, receivers(core, audience), now)
    return no


def grew(core: Core, no: int, fields: Iterable[str]) -> None:
    """It was written again, with these fields. In the transaction."""
    table, now = disclosures(core), core.clock()
    table.add_fields(no, fields, now)
    table.stale(no)


def taken_back(core: Core, no: int, how: str, tombstone: Record | None) -> None:
    """It was erased, or is over. In the transaction."""
    disclosures(core).end(no, core.clock(), how, tombstone.id if tombstone else None)


def note_handed(core: Core, peer: Collection[bytes]) -> None:
    """`Event.QUIET`: a machine has everything that is for its identities."""
    table = disclosures(core)
    new: list[tuple[bytes, list[int]]] = []
    for key in table.open_audiences():
        can = set(receivers(core, Audience.from_text(key)))
        there = ((one, table.not_handed(key, one)) for one in can.intersection(peer))
        new += [(one, nos) for one, nos in there if nos]
    if not new:
        return
    try:
        with core.transaction():
            for one, nos in new:
                table.handed(nos, one, core.clock())
    except Problem as problem:  # a full disk: it is noted the next time
        event(log, "delivery-not-noted", code=problem.code)


def note_ended(core: Core, _publisher: Publisher, ended: Ended) -> None:
    """`Event.ENDED`: a group left a network; it has to delete what was for the members. Our own:
    what went there is over, and so is what people agreed to."""
    audience = Audience.network(ended.network)
    table = disclosures(core)
    if ended.member not in core.own:
        table.gone(str(audience), ended.member, core.clock())
        return
    for one in table.open_for([str(audience)]):
        fields = [field for field, _at in table.fields(one.no)]
        withdraw(core, one.person, one.kind, audience, fields, MOVED)
        taken_back(core, one.no, LEFT, None)


def disclosure_views(sight: Sight, person: str) -> tuple[DisclosureView, ...]:
    """All that went out of a person, the latest first."""
    confirmed = _Confirmations(sight)
    return tuple(_view(sight, one, confirmed) for one in disclosures(sight.core).of(person))


def _view(sight: Sight, one: Disclosure, confirmed: "_Confirmations") -> DisclosureView:
    scope, to = named(sight, one.audience)
    until, said = confirmed.of(one.tombstone)
    return DisclosureView(
        no=one.no,
        kind=one.kind,
        audience=one.audience,
        scope=scope,
        to=to,
        fields=tuple(disclosures(sight.core).fields(one.no)),
        at=one.at,
        ended=one.ended,
        how=one.how,
        receivers=said if one.tombstone else _receivers(sight, one),
        until=until,
    )


def _receivers(sight: Sight, one: Disclosure) -> tuple[ReceiverView, ...]:
    """Who has it, or may; also who came into the network since."""
    rows = disclosures(sight.core).receivers(one.no)
    found = []
    for row in rows:
        state, at = "may", row.since
        if row.handed is not None:
            state, at = "has", row.handed
        if row.gone is not None:
            state, at = "gone", row.gone
        found.append((row.receiver, state, at))
    if one.ended is None:
        there = {row.receiver for row in rows}
        later = receivers(sight.core, Audience.from_text(one.audience))
        found += [(who, "may", one.at) for who in later if who not in there]
    views = [ReceiverView(sight.name(who), state, at) for who, state, at in found]
    return tuple(sorted(views, key=lambda view: (view.who.name or "", view.who.id)))


class _Confirmations:
    """Who confirmed what, read once."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        erasures = sight.core.erasures
        self._until = {one.no: one.until for one in erasures.all()}
        self._waiting: dict[int, list[Any]] = {}
        for one in erasures.waiting():
            self._waiting.setdefault(one.erasure, []).append(one)

    def of(self, tombstone: bytes | None) -> tuple[int | None, tuple[ReceiverView, ...]]:
        """Until when somebody is waited for, and how far each is."""
        no = self._sight.core.erasures.of_tombstone(tombstone) if tombstone else None
        if no is None:
            return None, ()
        rows = self._waiting.get(no, [])
        views = [self._receiver(row) for row in rows if row.witness not in self._sight.core.own]
        views.sort(key=lambda view: (view.who.name or "", view.who.id))
        return self._until.get(no), tuple(views)

    def _receiver(self, row: Any) -> ReceiverView:
        sight = self._sight
        who = sight.name(row.witness)
        if row.confirmed is not None:
            return ReceiverView(who, "confirmed", row.confirmed)
        author = sight.core.home_id
        tied = sight.core.ties.relation(author, row.witness, sight.now) is Relation.TIED
        return ReceiverView(who, "waiting" if tied else "untied", 0)


def receipt_views(
    sight: Sight, tombstones: Iterable[bytes]
) -> tuple[tuple[int | None, tuple[ReceiverView, ...]], ...]:
    """For each tombstone: until when somebody is waited for, and how far each receiver is."""
    confirmed = _Confirmations(sight)
    return tuple(confirmed.of(one) for one in tombstones)
