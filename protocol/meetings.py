"""Meetings, invitations and replies (docs/protocol.md §7.7–§7.9).

An invitation carries the meeting as its host means it, so that a guest from outside the network
can read it; a reply quotes the digest of what it answers, so that both know if it changed since.
A time zone is checked for its shape only: nodes with other zone tables must not disagree. For the
same reason the bounds in time compare the wall clock with `issued` as if it showed UTC.
"""

import re
from datetime import UTC, datetime
from typing import Any

from protocol.encoding import decode
from protocol.errors import Malformed
from protocol.fields import (
    Fields,
    Type,
    call_url,
    check_fields,
    fields,
    identifier,
    integer,
    line,
    one_of,
    optional,
    raw_bytes,
    text,
    usually,
)
from protocol.kind import Kind, Statement, freely_named

LONGEST_MINUTES = 44_640
"""31 days: a festival or a camp. What lasts longer is not a meeting."""

EARLIEST = 31_622_400
"""Seconds before `issued` at which a meeting may begin: 366 days. It is changed or called off while
its record lives, and moved to another network with it."""

LATEST = 63_244_800
"""Seconds after `issued` at which it must be over: 732 days. Calendars describe the time zones from
the first meeting to the last: without a bound one record makes that millennia for everybody."""

# The hour is bounded here because newer Pythons read 24:00 as the next day's midnight.
_STARTS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}")


def _is_moment(value: Any) -> bool:
    if type(value) is not str or not _STARTS.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


moment = Type("moment", _is_moment)
"""`YYYY-MM-DDThh:mm`, a date and time that exist."""


def near(content: dict[str, Any], issued: int) -> bool:
    """Whether a meeting begins and ends within the bounds around `issued` (§7.7).

    `content` has fields that are checked: `starts`, read as UTC whatever the zone, and `minutes`.
    """
    begins = int(datetime.fromisoformat(content["starts"]).replace(tzinfo=UTC).timestamp())
    ends: int = begins + content["minutes"] * 60
    return issued - EARLIEST <= begins and ends <= issued + LATEST


zone = Type("zone", lambda v: type(v) is str and _ZONE.fullmatch(v) is not None, 1, 64)
"""A name of the form that IANA's time zones have."""


def _when_and_where() -> dict[str, Type]:
    return {
        "starts": moment,
        "zone": zone,
        "minutes": usually(integer(1, LONGEST_MINUTES, "minutes"), 120),
        "place": optional(line(300)),
        "link": optional(call_url),
    }


def _somewhere(content: dict[str, Any]) -> None:
    if content["place"] is None and content["link"] is None:
        raise Malformed("meeting: a place or a link, or both")


def _soon(content: dict[str, Any], statement: Statement) -> None:
    if not near(content, statement.issued):
        raise Malformed("meeting: too far from the time at which it was issued")


def _meeting_shape(statement: Statement, content: dict[str, Any]) -> None:
    _somewhere(content)
    _soon(content, statement)


MEETING = Kind(
    name="meeting",
    audiences=frozenset({"public", "network", "direct"}),
    fields=fields(
        title=line(160),
        topic=optional(line(160)),
        text=optional(text(4000)),
        **_when_and_where(),
        open_to=usually(one_of("everybody", "members", "invited"), "members"),
        capacity=optional(integer(1, 100_000)),
        cancelled=optional(line(500)),
    ),
    limit=500,
    named=freely_named,
    moves=True,
    revised=True,
    shape=_meeting_shape,
)

COUNTER: Fields = fields(**_when_and_where())


def meeting_details(body: bytes) -> dict[str, Any]:
    """The meeting in an invitation's `details`; `Malformed` if it is none."""
    content: dict[str, Any] = decode(body)
    check_fields("meeting", MEETING.fields, content)
    _somewhere(content)
    return content


def _invitation_shape(statement: Statement, content: dict[str, Any]) -> None:
    if content["meeting"] != statement.name:
        raise Malformed("invitation: meeting is not the name")
    _soon(meeting_details(content["details"]), statement)


INVITATION = Kind(
    name="invitation",
    audiences=frozenset({"direct"}),
    fields=fields(meeting=line(64), details=raw_bytes, note=optional(text(1000))),
    limit=500,
    named=freely_named,
    one_recipient=True,
    revised=True,
    shape=_invitation_shape,
)


def _reply_shape(statement: Statement, content: dict[str, Any]) -> None:
    if content["meeting"] != statement.name:
        raise Malformed("reply: meeting is not the name")
    if (content["answer"] == "counter") != (content["counter"] is not None):
        raise Malformed("reply: counter goes with a counter-proposal")
    if content["counter"] is not None:
        check_fields("counter", COUNTER, content["counter"])
        _somewhere(content["counter"])
        _soon(content["counter"], statement)


REPLY = Kind(
    name="reply",
    audiences=frozenset({"direct"}),
    fields=fields(
        meeting=line(64),
        digest=identifier,
        answer=one_of("accept", "decline", "counter"),
        people=optional(integer(1, 1000)),
        note=optional(text(1000)),
        counter=lambda v: v is None or type(v) is dict,
    ),
    limit=500,
    named=freely_named,
    one_recipient=True,
    shape=_reply_shape,
)
