"""Addresses of pages about meetings."""

from urllib.parse import quote

from node.features.meetings.types import MeetingView


def meeting_name(meeting: MeetingView) -> str:
    """The meeting's name at its host."""
    return meeting.id.rpartition("/")[2]


def meeting_path(meeting: MeetingView) -> str:
    """The page of a meeting."""
    return f"/meetings/{quote(meeting.host.id, safe='')}/{quote(meeting_name(meeting), safe='')}"
