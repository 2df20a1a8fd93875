"""What is refused because the network is another one by now, or the link is none."""

from pathlib import Path

import pytest

from node.base.errors import Problem
from node.features.decisions.agreed import carry_out
from node.features.networks.actions import (
    found_network,
    require_charter,
    take_back_application,
)
from node.features.networks.links import NetworkLink
from tests.node.world import make_core


def test_charter_that_somebody_read_is_another_one_by_now(tmp_path: Path) -> None:
    core = make_core(tmp_path)
    network = found_network(core, core.home_id, {"name": "Hafenverbund"})
    require_charter(core, network, core.ties.charters[network].digest)
    with pytest.raises(Problem, match="charter-changed"):
        require_charter(core, network, bytes(32))
    core.close()


def test_member_takes_no_application_back(tmp_path: Path) -> None:
    core = make_core(tmp_path)
    network = found_network(core, core.home_id, {"name": "Hafenverbund"})
    with pytest.raises(Problem, match="not-applied"):
        take_back_application(core, core.home_id, network)
    assert core.ties.is_member(network, core.home_id, core.clock())
    core.close()


def test_decision_that_is_not_known_any_more_is_not_confirmed(tmp_path: Path) -> None:
    core = make_core(tmp_path)
    network = found_network(core, core.home_id, {"name": "Hafenverbund"})
    what = {"network": network.hex(), "decision": bytes(32).hex()}
    with pytest.raises(Problem, match="decision-gone"):
        carry_out(core, "confirm", what)
    core.close()


@pytest.mark.parametrize("text", ["", "nichts", "https://x.example/networks/link#" + "a" * 51])
def test_link_of_no_network(text: str) -> None:
    with pytest.raises(Problem, match="network-link-broken"):
        NetworkLink.read(text)
