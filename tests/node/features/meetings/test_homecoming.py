"""One's own meetings in a network outlive the membership, also where a clock ended it (§6.4)."""

from pathlib import Path

import pytest

from node.features.meetings.actions import known_meetings, new_meeting
from node.features.networks.actions import apply_to_network, leave_network
from protocol.audience import Audience
from protocol.control_state import Standing
from tests.node.council import Council

YEAR = 365 * 86_400


@pytest.mark.parametrize("how", ["leaves", "clock"])
def test_meetings_come_home(tmp_path: Path, how: str) -> None:
    """A clock that is years ahead shows the membership as run out; who applies again then has
    another one, and what was said in the old one is at nobody any more."""
    net = Council(tmp_path, "Host Anna")
    anna = net["Anna"]
    fields = {"title": "Plenum", "starts": "2027-06-01T19:00", "zone": "Europe/Berlin"}
    new_meeting(anna, anna.home_id, net.network, fields | {"minutes": 90, "place": "Saal"})
    net.tell()
    if how == "leaves":
        leave_network(anna, anna.home_id, net.network)
    else:
        net.clock.now += 3 * YEAR
        assert anna.ties.standing(net.network, anna.home_id, anna.clock()) is Standing.NONE
        apply_to_network(anna, anna.home_id, net.network, None)
        net.clock.now -= 3 * YEAR
    there = anna.records.headers(0, ["meeting"], Audience.network(net.network), anna.home_id)
    assert list(there) == []
    (kept,) = known_meetings(anna)
    assert (kept.content["title"], kept.audience) == ("Plenum", None)
