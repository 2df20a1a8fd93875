"""Meetings, invitations and replies (docs/protocol.md §7.7–§7.9).

A private meeting is no record: its host's node keeps it, and its invitations carry it. So is a
meeting that was announced in a network which its host has left since.
"""

from datetime import datetime
from typing import Any, NamedTuple

from crypto.hashing import digest
from node.base.errors import Problem
from node.base.lookalikes import short
from node.base.naming import best, near, parts
from node.base.zone_table import known_zone
from node.base.zones import assert_shown
from node.features.meetings.tables import kept_meetings
from node.lookup.content import check, checked, tidied, tidy
from node.lookup.names import living_first, must_be_tied
from node.records.publish import Publisher, new_name
from node.records.transaction import act
from node.store.core import Core
from node.store.disk_reserve import essential
from protocol.audience import PUBLIC, Audience
from protocol.encoding import decode, encode
from protocol.ids import to_text
from protocol.kind import Place, Statement
from protocol.meetings import COUNTER, MEETING, meeting_details

AFTERWARDS = 30 * 86_400
"""How long a meeting stays to be looked up after it ended."""

LONGEST_AHEAD = 370 * 86_400
"""How far ahead a meeting may begin, in seconds: a year, and some days."""

OPEN_TO: dict[str | bytes, str] = {"public": "everybody", "private": "invited"}
"""Who may come if nothing is said; in a network what is usual."""


class Meeting(NamedTuple):
    """A meeting as this node knows it. `audience` is None for a private one, or one known only from
    an invitation; `body` is what a reply means; `issued` is the record's, None if there is none."""

    host: bytes
    name: str
    audience: Audience | None
    body: bytes
    content: dict[str, Any]
    issued: int | None = None


def instant(starts: str, zone: str) -> int | None:
    """When a wall clock shows `starts` in `zone`, in seconds UTC; None if the zone is unknown."""
    known = known_zone(zone)
    if known is None:
        return None
    try:
        seconds: float = datetime.fromisoformat(starts).replace(tzinfo=known).timestamp()
    except (ValueError, OverflowError):
        return None
    return int(seconds)


def _until(core: Core, content: dict[str, Any]) -> int:
    starts = instant(content["starts"], content["zone"])
    if starts is None:
        raise Problem("zone-unknown", zone=content["zone"])
    end: int = starts + content["minutes"] * 60
    now = core.clock()
    if end <= now and content["cancelled"] is None:
        raise Problem("meeting-past", starts=content["starts"])
    latest = now + LONGEST_AHEAD
    if starts > latest:
        raise Problem("meeting-too-far", until=latest)
    return max(end, now) + AFTERWARDS


def meeting_content(fields: dict[str, Any]) -> dict[str, Any]:
    """A complete meeting from what was given."""
    content = tidied(MEETING.fields, fields)
    if content["place"] is None and content["link"] is None:
        raise Problem("meeting-nowhere")
    content = checked("meeting", content)
    _assert_shown(content)
    return content


def _assert_shown(said: dict[str, Any]) -> None:
    """`Problem` if no clock shows this time, or two; of an unknown zone something else is said."""
    if known_zone(said["zone"]):
        assert_shown(said["starts"], said["zone"])


def new_meeting(
    core: Core, own: bytes, where: str | bytes, fields: dict[str, Any], name: str | None = None
) -> str:
    """Announce a meeting: `where` is `public`, `private`, or a network's id; gives its name.

    `name`: one that was made for it (`new_name`), so that a form that is sent twice means one.
    """
    content = meeting_content({"open_to": OPEN_TO.get(where)} | fields)
    name = name or new_name(core)
    with act(core) as publisher:
        until = _until(core, content)
        if where == "private":
            kept_meetings(core).keep(own, name, encode(content))
        elif isinstance(where, bytes):
            place, epoch = publisher.to_network(own, where, "meeting", name)
            publisher.write(place, content, expires=until, epoch=epoch)
        else:
            publisher.write(Place(own, PUBLIC, "meeting", name), content, expires=until)
    return name


def known_meetings(core: Core, host: bytes | None = None) -> list[Meeting]:
    """All meetings that this node knows: announced, invited to, and its own private ones.

    `host`: only those to which it invites.
    """
    now = core.clock()
    found: dict[tuple[bytes, str], Meeting] = {}
    for own in core.own if host is None else core.own & {host}:
        for name, body in kept_meetings(core).all(own):
            found[own, name] = Meeting(own, name, None, body, decode(body))
    for invitation in core.records.statements("invitation", now, host):
        if invitation.content and invitation.author not in core.own:
            body = invitation.content["details"]
            said, issued = meeting_details(body), invitation.issued
            one = Meeting(invitation.author, invitation.name, None, body, said, issued)
            found[one.host, one.name] = one
    for record in core.records.statements("meeting", now, host):
        if record.content and record.body:
            body, said = record.body, record.content
            place = record.author, record.name, record.audience
            one = Meeting(*place, body, said, record.issued)
            found[one.host, one.name] = one
    return list(found.values())


def find_meeting(core: Core, text: str) -> Meeting:
    """The one meeting that a name, its beginning, a title, or `HOST/NAME` (as in views) means."""
    wanted = text.strip().casefold()
    known = known_meetings(core)
    host, _, name = wanted.partition("/")
    for one in known:
        if one.name == name and to_text(one.host) == host:
            return one
    hits = [one for one in known if len(wanted) >= 4 and one.name.startswith(wanted)]
    titled = [(one, str(one.content["title"])) for one in known]
    hits = hits or best(text, titled) or parts(text, titled)
    if not hits:
        meant = near(text, (title for _one, title in titled))
        raise Problem("no-such-meeting", text=text, near=meant)
    hits = living_first(hits, lambda one: not one.content["cancelled"])
    if len(hits) > 1:
        found = ", ".join(f"{one.content['title']} ({short(one.name)})" for one in hits[:6])
        raise Problem("several-found", text=text, found=found)
    return hits[0]


def invite(
    core: Core, own: bytes, meeting: Meeting, guests: list[bytes], note: str | None = None
) -> None:
    """Invite groups, each by a sealed record of its own."""
    if meeting.host != own:
        raise Problem("meeting-not-yours")
    if meeting.content["cancelled"]:
        raise Problem("meeting-cancelled", reason=meeting.content["cancelled"])
    with act(core) as publisher:
        for guest in guests:
            _invite(core, publisher, meeting, guest, tidy(note))


def _invite(
    core: Core, publisher: Publisher, meeting: Meeting, guest: bytes, note: str | None
) -> None:
    if guest == meeting.host:
        raise Problem("invite-self")
    must_be_tied(core, meeting.host, guest, "invitation")
    content = {"meeting": meeting.name, "details": meeting.body, "note": note}
    place = Place(meeting.host, Audience.direct([guest]), "invitation", meeting.name)
    publisher.write(place, content, expires=_until(core, meeting.content))


def invitations(core: Core, meeting: Meeting) -> list[Statement]:
    """The standing invitations to a meeting, one for each guest."""
    now = core.clock()
    found = core.records.statements("invitation", now, meeting.host, {meeting.name})
    return [one for one in found if one.content]


def replies(core: Core, meeting: Meeting) -> list[Statement]:
    """The replies to a meeting that this node can read."""
    return [
        one
        for one in core.records.statements("reply", core.clock(), names={meeting.name})
        if one.audience.ids == (meeting.host,) and one.content
    ]


def reply(core: Core, own: bytes, meeting: Meeting, answer: str, fields: dict[str, Any]) -> None:
    """Accept, decline, or propose something else; a later answer replaces an earlier one."""
    if meeting.host == own:
        raise Problem("reply-to-self")
    must_be_tied(core, own, meeting.host)
    if meeting.content["cancelled"] and answer != "decline":
        raise Problem("meeting-cancelled", reason=meeting.content["cancelled"])
    if is_over(core, meeting):
        raise Problem("meeting-over")
    counter = None
    if answer == "counter":
        names = COUNTER.names
        counter = {name: fields.get(name) or meeting.content[name] for name in names}
        check("reply", COUNTER, counter)
        if fields.get("starts") or fields.get("zone"):
            _assert_shown(counter)
    content = {
        "meeting": meeting.name,
        "digest": digest(meeting.body),
        "answer": answer,
        "people": fields.get("people"),
        "note": tidy(fields.get("note")),
        "counter": counter,
    }
    checked("reply", content)
    place = Place(own, Audience.direct([meeting.host]), "reply", meeting.name)
    with act(core) as publisher:
        publisher.write(place, content, expires=_until(core, meeting.content))


def is_over(core: Core, meeting: Meeting) -> bool:
    """Whether it has ended; in an unknown zone nobody can tell."""
    starts = instant(meeting.content["starts"], meeting.content["zone"])
    minutes = int(meeting.content["minutes"])
    return starts is not None and starts + minutes * 60 <= core.clock()


def edit_meeting(
    core: Core, own: bytes, meeting: Meeting, changes: dict[str, Any], note: str | None = None
) -> int:
    """Change one's own meeting and ask everybody invited anew; gives how many those are.

    The meeting keeps its name, so that it stays one in every calendar. Replies quote the version
    that they mean (docs/protocol.md §7.9): earlier ones count for the new one no more.
    """
    if meeting.host != own:
        raise Problem("meeting-not-yours")
    if meeting.content["cancelled"]:
        raise Problem("meeting-cancelled", reason=meeting.content["cancelled"])
    content = meeting_content({**meeting.content, **changes})
    if content == meeting.content:
        raise Problem("meeting-unchanged")
    return _replace(core, meeting, content, tidy(note))


def counter_of(core: Core, meeting: Meeting, guest: bytes) -> dict[str, Any]:
    """When and where a guest would rather meet; `Problem` if it proposed nothing."""
    for one in replies(core, meeting):
        counter: dict[str, Any] | None = (one.content or {}).get("counter")
        if one.author == guest and counter is not None:
            return counter
    raise Problem("no-counter")


@essential
def cancel(core: Core, own: bytes, meeting: Meeting, reason: str) -> int:
    """Call a meeting off and tell everybody invited; gives how many invitations were renewed."""
    if meeting.host != own:
        raise Problem("meeting-not-yours")
    content = checked("meeting", {**meeting.content, "cancelled": tidy(reason)})
    if content["cancelled"] is None:
        raise Problem("reason-missing")
    return _replace(core, meeting, content)


def _replace(core: Core, meeting: Meeting, content: dict[str, Any], note: str | None = None) -> int:
    """Another version at the same place, and in every invitation, with `note` if there is one."""
    body, guests, own = encode(content), invitations(core, meeting), meeting.host
    with act(core) as publisher:
        until = _until(core, content)
        if meeting.audience is None:
            kept_meetings(core).keep(own, meeting.name, body)
        else:
            place = Place(own, meeting.audience, "meeting", meeting.name)
            publisher.write(place, content, expires=until, epoch=_epoch(core, own, place))
        for one in guests:
            renewed = {**(one.content or {}), "details": body}
            renewed |= {"note": note} if note else {}
            publisher.write(one.place, renewed, expires=until)
    return len(guests)


def _epoch(core: Core, own: bytes, place: Place) -> bytes | None:
    if place.audience.scope != "network" or own == place.audience.ids[0]:
        return None
    epoch = core.ties.member_epoch(place.audience.ids[0], own, core.clock())
    if epoch is None:
        raise Problem("not-a-member")
    return epoch
