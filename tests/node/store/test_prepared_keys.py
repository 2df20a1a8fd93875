"""Prepared keys are used once, also after the notes of what they are for were lost (§5.5)."""

from pathlib import Path

import pytest

from node.features.networks.actions import found_network
from node.store.core import Core
from node.store.prepared_keys import RESERVED, reserve
from protocol.ids import to_text
from tests.node.by_hand import talk
from tests.node.council import Council, move
from tests.node.features.pacts.test_policies import World, members, signs, world

__all__ = ["world"]


def forget_reservations(core: Core) -> None:
    """As after a recovery from the words, or from a backup that is older."""
    with core.transaction():
        for key, _value in core.settings.starting_with(RESERVED):
            core.settings.set(key, None)


def test_promised_to_a_pact(world: World) -> None:
    pact = world.proposed(3)
    forget_reservations(world.bert)
    other = found_network(world.bert, world.bert.home_id, {"name": "Other"})
    held = world.bert.ring.get(other)
    assert held is not None
    assert held.signing.public != pact.identity.key
    for core in (world.carl, world.dora):
        signs(core, pact)
    talk(*world.everybody)
    assert pact.network in world.bert.own
    assert members(world, pact.network)[0] == ["bert", "carl", "dora"]


def test_promised_to_a_move(tmp_path: Path) -> None:
    net = Council(tmp_path, "Host Anna Bert")
    proposed = net.propose("Anna", move)
    net.tell()
    anna = net["Anna"]
    forget_reservations(anna)
    other = found_network(anna, anna.home_id, {"name": "Other"})
    held = anna.ring.get(other)
    assert held is not None
    assert held.signing.public != net.proposal("Anna", proposed).link.signing
    net.vote("Bert", proposed)
    net.tell()
    assert net.holder() == "Anna"


def test_used_since_the_backup(tmp_path: Path) -> None:
    """The slot is in the old ring again; the network that has its keys is known from peers."""
    net = Council(tmp_path, "Host Anna")
    host = net["Host"]
    slot = host.ring.slots[0]
    first = found_network(host, host.home_id, {"name": "First"})
    host.ring.slots.insert(0, slot)
    second = found_network(host, host.home_id, {"name": "Second"})
    keys = [host.ring.get(one) for one in (first, second)]
    assert len({one.signing.public for one in keys if one}) == 2, to_text(first)


def test_a_reservation_that_ended_is_free_again(tmp_path: Path) -> None:
    net = Council(tmp_path, "Host")
    host = net["Host"]
    with host.transaction():
        for slot in host.ring.slots:
            reserve(host, slot, host.clock())
    assert found_network(host, host.home_id, {"name": "Again"})


@pytest.mark.parametrize("times", [3])
def test_lapsed_proposals_do_not_use_up_slots_for_ever(world: World, times: int) -> None:
    """What is forgotten with its record is free again; until then it is only kept."""
    for number in range(times):
        world.proposed(3, f"Net {number}")
    assert found_network(world.bert, world.bert.home_id, {"name": "Other"})
