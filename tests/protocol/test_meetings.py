"""Meetings, invitations, replies (§7.7–§7.9). Bounds of fields: `bodies.json`."""

import pytest

from crypto.hashing import digest
from protocol.encoding import encode
from protocol.errors import Malformed
from protocol.meetings import meeting_details, moment, zone
from tests.protocol.making.cast import Cast
from tests.protocol.making.examples import MEETING, examples

INVITATION = examples(Cast())["invitation"].content
REPLY = examples(Cast())["reply"].content


def test_details_are_the_meeting_as_its_host_means_it() -> None:
    assert meeting_details(INVITATION["details"]) == MEETING


def test_a_reply_names_what_it_answers() -> None:
    assert REPLY["digest"] == digest(INVITATION["details"])


@pytest.mark.parametrize("at", range(len(INVITATION["details"])))
def test_every_truncation_of_details_is_malformed(at: int) -> None:
    with pytest.raises(Malformed):
        meeting_details(INVITATION["details"][:at])


@pytest.mark.parametrize(
    "content", [None, [], {}, "x", 1, {"title": "x"}, MEETING | {"more": None}], ids=repr
)
def test_details_that_are_no_meeting(content: object) -> None:
    with pytest.raises(Malformed):
        meeting_details(encode(content))


@pytest.mark.parametrize("minute", range(0, 1440, 7))
def test_every_time_of_day(minute: int) -> None:
    assert moment(f"2027-03-06T{minute // 60:02}:{minute % 60:02}")


@pytest.mark.parametrize(
    ("value", "good"),
    [
        pytest.param("2027-03-06T24:00", False, id="midnight as 24:00"),
        pytest.param("2100-02-29T12:00", False, id="2100 is no leap year"),
        pytest.param("2000-02-29T12:00", True, id="2000 is one"),
        pytest.param("2027-03-28T02:30", True, id="skipped by summer time: not checked"),
    ],
)
def test_wall_time(value: str, good: bool) -> None:
    assert moment(value) is good


def test_a_zone_of_newer_tables_is_taken() -> None:
    """Nodes with other zone tables must not disagree on a record (§7)."""
    assert zone("Europe/Neustadt")
