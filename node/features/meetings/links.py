"""Addresses of pages about meetings, and what the links of others lead to."""

import re
from urllib.parse import quote, urlsplit

from node.features.meetings.types import MeetingView
from protocol.ids import to_text


def meeting_name(meeting: MeetingView) -> str:
    """The meeting's name at its host."""
    return meeting.id.rpartition("/")[2]


def meeting_path(meeting: MeetingView) -> str:
    """The page of a meeting."""
    return f"/meetings/{quote(meeting.host.id, safe='')}/{quote(meeting_name(meeting), safe='')}"


def meeting_path_of(host: bytes, name: str) -> str:
    """The page of the meeting with this name."""
    return f"/meetings/{to_text(host)}/{quote(name, safe='')}"


_JITSI = re.compile(r"(?:^|[.-])jitsi|^meet\.|^jit\.si$|\.jit\.si$")
_BBB = re.compile(r"(?:^|[.-])(?:bbb|bigbluebutton|senfcall|greenlight)")
_BBB_PATH = re.compile(r"/(?:bigbluebutton|b|rooms)/")
_MUMBLE = re.compile(r"(?:^|[.-])mumble")
_PAD = re.compile(r"(?:^|[.-])(?:pads?|yopad)[.-]|etherpad|hedgedoc|codimd|cryptpad|hackmd")
_PAD_PATH = re.compile(r"/(?:p|pad)/")


def link_label(address: str) -> str:
    """What a link leads to, where its host or path tells; else its host.

    >>> link_label("https://meet.jit.si/Sommerrat"), link_label("https://example.org/p/rat")
    ('Jitsi', 'Pad')
    >>> link_label("https://bbb.example.org/b/abc"), link_label("https://example.org/x")
    ('BigBlueButton', 'example.org')
    """
    try:
        parts = urlsplit(address)
        host, path = parts.hostname or "", parts.path
    except ValueError:
        return address
    kinds = (
        ("Mumble", parts.scheme == "mumble" or _MUMBLE.search(host)),
        ("BigBlueButton", _BBB.search(host) or _BBB_PATH.match(path)),
        ("Pad", _PAD.search(host) or _PAD_PATH.match(path)),
        ("Jitsi", _JITSI.search(host)),
    )
    return next((name for name, found in kinds if found), host)
