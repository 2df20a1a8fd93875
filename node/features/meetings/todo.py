"""What waits for a person: invitations of others that nobody answered."""

from node.feature import Right
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
    open_ = [
        (one.author, one.name)
        for one in records.statements("invitation", sight.now)
        if one.audience.ids[0] in own and one.author not in own and one.content is not None
        and (one.author, one.name) not in answered
    ]  # fmt: skip
    found = [meeting_by_name(sight, to_text(host), name) for host, name in open_[:MOST]]
    coming = [
        one
        for one in found
        if one is not None and one.cancelled is None and (one.starts_at or 0) > sight.now
    ]
    coming.sort(key=lambda one: (one.starts_at or 0, one.id))
    return [
        Todo("meetings.todo.invitation", {"title": one.title}, f"/meetings/{one.id}")
        for one in coming
    ]
