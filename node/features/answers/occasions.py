"""A meeting, as far as answering it goes: whether it can be answered, until when, for how many.

What it says of itself is read from what this node holds, whoever asks: who may see that is asked
before (`node.features.meetings.pages.find_meeting`), or is shown by a link.
"""

from datetime import UTC, datetime

from crypto.hashing import digest
from node.base.errors import Problem
from node.features.answers.types import Occasion, State
from node.features.meetings.actions import Meeting, instant, replies
from node.features.meetings.tables import kept_meetings
from node.lookup.zone import zone_of
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.encoding import decode, encode
from protocol.ids import from_text, to_text
from protocol.meetings import meeting_details

_WHEN_AND_WHERE = ("starts", "zone", "minutes", "place", "link")


def occasion(core: Core, id: str, now: int | None = None) -> Occasion | None:
    """The meeting `HOST/NAME`; None if there is none here, or none any more. `now`: else the time
    that the clock shows."""
    found = _meeting(core, id, core.clock() if now is None else now)
    return of_meeting(core, found) if found else None


def of_meeting(core: Core, one: Meeting) -> Occasion:
    """The same of a meeting that is known."""
    said, own = one.content, one.host in core.own
    names = ("title", "starts", "zone", "minutes", "place", "link", "cancelled", "capacity")
    return Occasion(
        id=f"{to_text(one.host)}/{one.name}",
        **{name: said[name] for name in names},
        ends_at=_start(said["starts"], said["zone"]) + int(said["minutes"]) * 60,
        own=own,
        is_open=own and one.audience == PUBLIC and said["open_to"] == "everybody",
        local=said["zone"] == zone_of(core).name,
        means=to_text(digest(encode([said[name] for name in _WHEN_AND_WHERE]))),
        groups=_groups(core, one) if own else 0,
    )


def _groups(core: Core, meeting: Meeting) -> int:
    """As their page counts (`node.features.meetings.counting`): who was asked anew is silent."""
    said, means = [one.content or {} for one in replies(core, meeting)], digest(meeting.body)
    return sum(
        one["people"] or 1 for one in said if one["answer"] == "accept" and one["digest"] == means
    )


def _meeting(core: Core, id: str, now: int) -> Meeting | None:
    text, _, name = id.partition("/")
    try:
        host = from_text(text)
    except ValueError:
        return None
    names = {name}
    for record in core.records.statements("meeting", now, host, names):
        if record.content and record.body:
            return Meeting(host, name, record.audience, record.body, record.content, record.issued)
    for kept, body in kept_meetings(core).all(host) if host in core.own else ():
        if kept == name:
            return Meeting(host, name, None, body, decode(body))
    for one in core.records.statements("invitation", now, host, names):
        if one.content:
            body = one.content["details"]
            return Meeting(host, name, None, body, meeting_details(body), one.issued)
    return None


def _start(starts: str, zone: str) -> int:
    """In an unknown zone as if it were UTC."""
    known = instant(starts, zone)
    if known is not None:
        return known
    return int(datetime.fromisoformat(starts).replace(tzinfo=UTC).timestamp())


def state_of(one: Occasion, now: int, *, closed: bool = False) -> State:
    """Whether it can be answered, or why not.

    | called off | after its end | closed for who has no account | state     |
    |------------|---------------|-------------------------------|-----------|
    | yes        | any           | any                           | cancelled |
    | no         | yes           | any                           | over      |
    | no         | no            | yes                           | closed    |
    | no         | no            | no                            | open      |
    """
    if one.cancelled is not None:
        return "cancelled"
    if one.ends_at <= now:
        return "over"
    return "closed" if closed else "open"


def require_open(one: Occasion, now: int, *, closed: bool = False) -> None:
    """`Problem` that says why it can't be answered."""
    state = state_of(one, now, closed=closed)
    if state != "open":
        raise Problem(f"answering-{state}")
