"""What a link is called, by its host or its path."""

import pytest

from node.features.meetings.links import link_label

LABELS = [
    ("https://meet.jit.si/Sommerrat", "Jitsi"),
    ("https://jitsi.example.org/rat", "Jitsi"),
    ("https://meet.example.org/rat", "Jitsi"),
    ("https://bbb.example.org/b/abc-def", "BigBlueButton"),
    ("https://example.org/bigbluebutton/api/join?x=1", "BigBlueButton"),
    ("https://lecture.senfcall.de/rat-abc", "BigBlueButton"),
    ("https://mumble.example.org", "Mumble"),
    ("mumble://example.org/rat", "Mumble"),
    ("https://pad.example.org/rat", "Pad"),
    ("https://etherpad.example.org/p/rat", "Pad"),
    ("https://example.org/p/rat", "Pad"),
    ("https://cryptpad.fr/pad/#/2/pad", "Pad"),
    ("https://example.org/rat", "example.org"),
    ("https://notjitsu.example.org/", "notjitsu.example.org"),
    ("https://padua.example.org/", "padua.example.org"),
    ("https://meeting.example.org:8443/x", "meeting.example.org"),
    ("https://[::1", "https://[::1"),
]


@pytest.mark.parametrize(("address", "label"), LABELS)
def test_link_is_called(address: str, label: str) -> None:
    assert link_label(address) == label
