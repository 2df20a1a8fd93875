"""Erasing what one published (docs/protocol.md §6.8): a tombstone for each record of it."""

from collections.abc import Sequence

from node.base.errors import Problem
from node.features.groups.tables import keep_undo, undo_of
from node.features.meetings.actions import Meeting, invitations
from node.features.meetings.tables import erased_key, kept_meetings
from node.records.publish import Publisher
from node.records.transaction import act
from node.store.core import Core
from node.store.disk_reserve import essential
from node.upkeep.wiping import settle
from protocol.audience import Audience
from protocol.kind import Place, Statement


def entries(core: Core, own: bytes) -> list[Statement]:
    """The standing directory records of an own identity, with the contact points in them."""
    return [one for one in core.records.statements("group", core.clock(), author=own) if one.body]


def erase_group(core: Core, own: bytes) -> int:
    """Erase one's own entry, for whomever it was; gives how many records that were."""
    return erase(core, own, entries(core, own), undo=True)


def meeting_records(core: Core, own: bytes, meeting: Meeting) -> list[Statement]:
    """What of a meeting is one's own: announcement and invitations, or the reply to it."""
    now = core.clock()
    if meeting.host != own:
        replies = core.records.statements("reply", now, author=own)
        to_host = Audience.direct([meeting.host])
        return [r for r in replies if r.name == meeting.name and r.audience == to_host and r.body]
    announced = core.records.statements("meeting", now, author=own)
    mine = [one for one in announced if one.name == meeting.name and one.body]
    return mine + invitations(core, meeting)


def erase_meeting(core: Core, own: bytes, meeting: Meeting) -> int:
    """Erase one's own meeting with its invitations, or one's own reply to another's meeting."""
    kept = meeting.host == own and kept_meetings(core).has(own, meeting.name)
    records = meeting_records(core, own, meeting)
    return erase(core, own, records, meeting.name if kept else None)


def erase(
    core: Core,
    own: bytes,
    records: Sequence[Statement],
    kept: str | None = None,
    *,
    undo: bool = False,
) -> int:
    """Erase records of an own identity, of whatever kind; gives how many things that were.

    `kept` is the name of a meeting that is no record; `undo`: with the entry as it was before.
    """
    if not records and kept is None:
        raise Problem("nothing-to-erase")
    _take_back(core, own, records, kept, undo)
    settle(core)
    return len(records) + (kept is not None)


@essential
def _take_back(
    core: Core, own: bytes, records: Sequence[Statement], kept: str | None, undo: bool
) -> None:
    with act(core) as publisher:
        if undo and (undo_of(core) or {}).get("mine"):  # what it was before is erased, too
            keep_undo(core, None)
        for one in records:
            _write(core, publisher, own, one)
        if kept is not None:
            kept_meetings(core).remove(own, kept)
            core.erasures.add_here(erased_key(own, kept), core.clock())


def _write(core: Core, publisher: Publisher, own: bytes, one: Statement) -> None:
    epoch, audience = None, one.audience
    if audience.scope == "network" and audience.ids[0] != own:
        epoch = core.ties.member_epoch(audience.ids[0], own, core.clock())
    publisher.write(Place(own, audience, one.kind, one.name), None, epoch=epoch)
