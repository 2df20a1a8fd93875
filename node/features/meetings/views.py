"""Meetings, and inside: who is invited and what they answered."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from crypto.hashing import digest
from node.features.meetings.actions import Meeting, instant, known_meetings
from node.features.meetings.types import AnswerView, CounterView, MeetingView
from node.lookup.sight import Sight, name_order
from node.lookup.zone import zone_of
from protocol.audience import PUBLIC
from protocol.ids import to_text
from protocol.kind import Statement
from protocol.kinds import LISTED
from protocol.meetings import MEETING

Key = tuple[bytes, str]
"""A meeting: its host, and its name there."""


class Post(NamedTuple):
    """Invitations and replies that this node can read, by meeting and guest."""

    invitations: dict[Key, dict[bytes, Statement]]
    replies: dict[Key, dict[bytes, Statement]]
    zone: str | None = None
    """Where the group of this node lives, if that is known."""


def meeting_views(
    sight: Sight, past: bool, host: bytes | None = None, most: int | None = None
) -> tuple[MeetingView, ...]:
    """To come, the next one first; or past, the latest first.

    Those of one `host` or of all, `most` of them. What others said to them is read of those only.
    """
    chosen = [one for one in _visible(sight, host) if (_end(one) <= sight.now) is past]
    chosen.sort(key=lambda one: (_start(one), _id(one)), reverse=past)
    chosen = chosen[:most]
    post = _post(sight, None if most is None else {one.name for one in chosen})
    return tuple(meeting_view(sight, one, post) for one in chosen)


def meeting_by_name(sight: Sight, host_id: str, name: str) -> MeetingView | None:
    """One meeting; the host by its id or a unique beginning of it."""
    found = one_meeting(sight, host_id, name)
    return meeting_view(sight, found, _post(sight, {name})) if found else None


def one_meeting(sight: Sight, host_id: str, name: str) -> Meeting | None:
    """The same as this node keeps it."""
    hosts = sight.ids_from(host_id)
    found = [one for host in hosts for one in _visible(sight, host) if one.name == name]
    return found[0] if len(found) == 1 else None


def meetings_edition(sight: Sight) -> object:
    """Another value after every change of what is public. Reads an index only."""
    kinds = (MEETING.name, *LISTED)  # those whose entries name the hosts
    return sight.authors, tuple(sight.core.records.edition(kind, PUBLIC) for kind in kinds)


def _visible(sight: Sight, host: bytes | None) -> Sequence[Meeting]:
    """Those of one host, or all: several parts of a page ask for these."""
    if host is None:
        found: Sequence[Meeting] = sight.once("meetings", lambda: _looked_up(sight, None))
        return found
    return _looked_up(sight, host)


def _looked_up(sight: Sight, host: bytes | None) -> Sequence[Meeting]:
    if sight.inside:
        return [one for one in known_meetings(sight.core, host) if sight.sees(one.host)]
    records = sight.core.records
    headers = records.headers(sight.now, ["meeting"], PUBLIC, host)
    public = records.records(one for one in headers if sight.sees(one.author))
    return [
        Meeting(one.author, one.name, one.audience, one.body, one.content, one.issued)
        for one in public
        if one.body is not None and one.content is not None
    ]


def _post(sight: Sight, names: Collection[str] | None) -> Post:
    """To meetings of these names; None: to all."""
    known = zone_of(sight.core)
    post = Post({}, {}, None if known.source == "assumed" else known.name)
    if not sight.inside:
        return post
    for one in sight.core.records.statements("invitation", sight.now, names=names):
        if one.content is not None and sight.sees(one.author):
            post.invitations.setdefault((one.author, one.name), {})[one.audience.ids[0]] = one
    for one in sight.core.records.statements("reply", sight.now, names=names):
        if one.content is not None and sight.sees(one.author):
            post.replies.setdefault((one.audience.ids[0], one.name), {})[one.author] = one
    return post


def _start(meeting: Meeting) -> int:
    """In an unknown zone as if it were UTC."""
    starts = meeting.content["starts"]
    known = instant(starts, meeting.content["zone"])
    if known is not None:
        return known
    return int(datetime.fromisoformat(starts).replace(tzinfo=UTC).timestamp())


def _end(meeting: Meeting) -> int:
    return _start(meeting) + int(meeting.content["minutes"]) * 60


def _id(meeting: Meeting) -> str:
    return f"{to_text(meeting.host)}/{meeting.name}"


def meeting_view(sight: Sight, meeting: Meeting, post: Post) -> MeetingView:
    """A meeting as this viewer may see it."""
    said, key = meeting.content, (meeting.host, meeting.name)
    invited = post.invitations.get(key, {})
    replies = post.replies.get(key, {})
    mine = _mine(sight, invited)
    answer = _mine(sight, replies)
    own = meeting.host in sight.core.own
    scope = meeting.audience.scope if meeting.audience else "private"
    return MeetingView(
        id=_id(meeting),
        host=sight.name(meeting.host),
        **{name: said[name] for name in _SAID},
        starts_at=instant(said["starts"], said["zone"]),
        issued=meeting.issued,
        local=said["zone"] == post.zone,
        audience=scope,
        audience_name=_audience_name(sight, meeting),
        own=own and sight.inside,
        invited=mine is not None,
        note=(mine.content or {})["note"] if mine else None,
        my_answer=(answer.content or {})["answer"] if answer else None,
        my_answer_outdated=_is_outdated(meeting, answer),
        answers=_answers(sight, meeting, invited, replies) if own and sight.inside else (),
    )


_SAID = (
    *("title", "topic", "text", "starts", "zone", "minutes", "place", "link"),
    *("open_to", "capacity", "cancelled"),
)


def _is_outdated(meeting: Meeting, answer: Statement | None) -> bool:
    """Whether an answer meant an earlier version; of one that is called off nobody asks."""
    said = (answer.content if answer else None) or {}
    called_off = meeting.content["cancelled"] is not None
    return bool(said) and not called_off and said["digest"] != digest(meeting.body)


def _audience_name(sight: Sight, meeting: Meeting) -> str | None:
    if meeting.audience is None or meeting.audience.scope != "network":
        return None
    return sight.name(meeting.audience.ids[0]).name


def _mine(sight: Sight, found: dict[bytes, Statement]) -> Statement | None:
    """Of the identity that asks, else of another one that is held here."""
    return found.get(sight.me) or next(
        (found[own] for own in sorted(sight.core.own) if own in found), None
    )


def _answers(
    sight: Sight,
    meeting: Meeting,
    invited: dict[bytes, Statement],
    replies: dict[bytes, Statement],
) -> tuple[AnswerView, ...]:
    means = digest(meeting.body)
    guests = [
        _answer(sight, guest, guest in invited, replies.get(guest), means)
        for guest in invited.keys() | replies.keys()
    ]
    return tuple(sorted(guests, key=lambda one: name_order(one.guest)))


def _answer(
    sight: Sight, guest: bytes, invited: bool, reply: Statement | None, means: bytes
) -> AnswerView:
    said = (reply.content if reply else None) or {}
    counter = said.get("counter")
    return AnswerView(
        guest=sight.name(guest),
        invited=invited,
        answer=said.get("answer"),
        people=said.get("people"),
        note=said.get("note"),
        counter=CounterView(**counter) if counter else None,
        changed_since=bool(said) and said["digest"] != means,
    )
