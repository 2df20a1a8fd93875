"""What stays one's own after leaving a network (docs/protocol.md §6.4)."""

from pathlib import Path

from node.app import open_core
from node.features.meetings.actions import cancel, find_meeting, known_meetings, new_meeting
from node.features.networks.actions import apply_to_network, found_network, leave_network
from node.store.core import Core
from protocol.control_state import Standing
from tests.node.links.test_manager import MEETING
from tests.node.world import make_home


def founder(tmp_path: Path) -> tuple[Core, bytes]:
    core = open_core(make_home(tmp_path, "Alpha"))
    return core, found_network(core, core.home_id, {"name": "Netz", "admission": "open"})


def test_own_meetings_are_kept_as_private_ones(tmp_path: Path) -> None:
    core, network = founder(tmp_path)
    name = new_meeting(core, core.home_id, network, MEETING)
    leave_network(core, core.home_id, network)
    (kept,) = known_meetings(core)
    assert (kept.name, kept.audience, kept.content["title"]) == (name, None, MEETING["title"])


def test_they_can_still_be_called_off(tmp_path: Path) -> None:
    core, network = founder(tmp_path)
    name = new_meeting(core, core.home_id, network, MEETING)
    leave_network(core, core.home_id, network)
    assert cancel(core, core.home_id, find_meeting(core, name), "Saal geschlossen") == 0
    assert find_meeting(core, name).content["cancelled"] == "Saal geschlossen"


def test_joining_again_announces_nothing_anew(tmp_path: Path) -> None:
    core, network = founder(tmp_path)
    new_meeting(core, core.home_id, network, MEETING)
    leave_network(core, core.home_id, network)
    apply_to_network(core, core.home_id, network, None)
    assert core.ties.standing(network, core.home_id, core.clock()) is Standing.MEMBER
    assert [one.audience for one in known_meetings(core)] == [None]
