"""What waits for who acts for the group: invitations of others that nobody answered, or that were
changed since; and what invited groups propose instead."""

from node.base.lookalikes import SHORT_ID, shown
from node.feature import Right
from node.features.meetings.counting import answers_of
from node.features.meetings.views import meeting_by_name
from node.web.page import Asked, Todo
from protocol.ids import to_text

MOST = 20
"""Invitations that are looked at: of more nobody reads the last."""


def waiting(asked: Asked) -> list[Todo]:
    """For those who act for the group: the next one first."""
    if not asked.has(Right.KEY):
        return []
    sight = asked.sight
    records, own = sight.core.records, sight.core.own
    answered = {
        (one.audience.ids[0], one.name)
        for one in records.statements("reply", sight.now)
        if one.author in own and one.content is not None
    }
    invited = [
        (one.author, one.name)
        for one in records.statements("invitation", sight.now)
        if one.audience.ids[0] in own and one.author not in own and one.content is not None
    ]
    invited.sort(key=lambda one: one in answered)
    found = [meeting_by_name(sight, to_text(host), name) for host, name in invited[:MOST]]
    coming = [
        one
        for one in found
        if one is not None and one.cancelled is None and (one.starts_at or 0) > sight.now
        and (one.my_answer is None or one.my_answer_outdated)
    ]  # fmt: skip
    coming.sort(key=lambda one: (one.starts_at or 0, one.id))
    asked_for = [
        Todo(
            f"meetings.todo.{'again' if one.my_answer else 'invitation'}",
            {"title": one.title},
            f"/meetings/{one.id}",
        )
        for one in coming
    ]
    return asked_for + _proposals(asked)


def _proposals(asked: Asked) -> list[Todo]:
    """Of meetings of ours that are to come and that an invited group would rather move."""
    sight = asked.sight
    counters = [
        one
        for one in sight.core.records.statements("reply", sight.now)
        if one.audience.ids[0] in sight.core.own and (one.content or {}).get("counter")
    ][:MOST]
    found = []
    for one in counters:
        meeting = meeting_by_name(sight, to_text(one.audience.ids[0]), one.name)
        if (
            meeting is None
            or meeting.cancelled is not None
            or (meeting.starts_at or 0) <= sight.now
        ):
            continue
        stands = [a for a in answers_of(meeting).counter if not a.changed_since]
        who = next((a.guest for a in stands if a.guest.id == to_text(one.author)), None)
        if who is not None:
            values = {"title": meeting.title, "who": shown(who.name or who.id[:SHORT_ID])}
            found.append(Todo("meetings.todo.counter", values, f"/meetings/{meeting.id}"))
    return found
