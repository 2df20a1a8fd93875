"""Taking back the last change of a meeting.

What it said before is kept in memory only, so that what is erased is nowhere; a node that stops
forgets it. It comes back only if nobody changed the meeting since.
"""

from typing import Any

from aiohttp import web

from crypto.hashing import digest
from node.base.errors import Problem
from node.features.meetings.actions import Meeting, edit_meeting
from node.features.meetings.links import meeting_path_of
from node.features.meetings.pages import acted_meeting, kept_meeting
from node.features.meetings.wording import why
from node.web.messages import Undo
from node.web.page import Asked

_CHANGED = (
    *("title", "topic", "text", "starts", "zone", "minutes", "place", "link"),
    *("open_to", "capacity"),
)
"""What a change changes."""


def keep_for_undo(asked: Asked, before: Meeting) -> Undo:
    """Remember what the meeting of this page said before it was changed; the button for it."""
    path = meeting_path_of(before.host, before.name)
    said: dict[str, Any] = {name: before.content[name] for name in _CHANGED}
    asked.state.earlier.keep(path, digest(kept_meeting(asked).body), said)
    return Undo(f"{path}/undo", "meetings.web.undo")


def undo(asked: Asked) -> web.Response:
    """Change it back, if it is as the change left it."""
    meeting = acted_meeting(asked)
    path = meeting_path_of(meeting.host, meeting.name)
    said = asked.state.earlier.take(path, digest(meeting.body))
    if said is None:
        return asked.go(path, "meetings.web.done.not_undone")
    try:
        count = edit_meeting(asked.core, meeting.host, meeting, said)
    except Problem as problem:
        return asked.go(path, "web.form.refused", why=why(asked, problem))
    return asked.go(path, "meetings.web.done.undone", n=count)
