"""A proposer who comes back after others decided about its network without it (§6.6, §6.7)."""

import pytest

from node.features.decisions.actions import Wish, confirm, move
from node.features.pacts.joint_exit import follow
from node.features.pacts.tables import stage_of
from node.records.transaction import take
from node.store.core import Core
from protocol.kinds import KINDS
from protocol.record import verify_all
from tests.node.by_hand import is_member, talk
from tests.node.features.pacts.test_policies import World, signs, world

__all__ = ["world"]


def everything(giver: Core, taker: Core) -> list[str | None]:
    """Also what the gate would leave to be asked for otherwise: decisions and chains."""
    kinds = [kind for kind in KINDS if kind not in ("sealed", "closed")]
    headers = giver.records.headers(giver.clock(), kinds)
    raws = [one.raw for one in giver.records.records(headers)]
    return list(take(taker, verify_all(raws), frozenset(giver.own)))


def chain_alone(giver: Core, taker: Core, network: bytes) -> None:
    """What somebody shows in a handshake: nothing but the chain that counts."""
    assert take(taker, verify_all(giver.chains_of(network))) == [None]
    closed = giver.records.headers(giver.clock(), ["closed"])
    raws = [one.raw for one in giver.records.records(closed)]
    take(taker, verify_all(raws), frozenset(giver.own))
    follow(taker)


@pytest.mark.parametrize("first", ["chain", "all"])
def test_network_moved_while_its_proposer_was_away(world: World, first: str) -> None:
    """It is no host any more, but it is a member, and it leaves what it agreed to leave."""
    pact = world.proposed(3)
    for core in (world.carl, world.dora):
        signs(core, pact)
    others = (world.host, world.carl, world.dora, world.emil)
    talk(*others)
    assert is_member(world.carl, pact.network, world.dora)
    proposed = move(world.carl, world.carl.home_id, pact.network, Wish())
    talk(*others)
    for one in (world.dora,):
        known = one.ties.decisions.proposals[pact.network][proposed.author, proposed.name]
        confirm(one, one.home_id, known)
    talk(*others)
    if pact.network not in world.carl.own:
        signs(world.emil, pact)
        talk(*others)
        known = world.emil.ties.decisions.proposals[pact.network]
        confirm(world.emil, world.emil.home_id, known[proposed.author, proposed.name])
        talk(*others)
    assert pact.network in world.carl.own, "moved"
    bert = world.bert
    if first == "chain":
        chain_alone(world.carl, bert, pact.network)
    else:
        everything(world.carl, bert)
    talk(world.carl, bert, world.dora)
    assert stage_of(bert, pact.digest, bert.home_id) == "done"
    assert pact.network not in bert.own
    assert is_member(bert, pact.network, bert)
    assert not is_member(bert, world.old, bert)
    talk(*world.everybody)
    for one in (world.carl, world.dora):
        assert is_member(one, pact.network, bert)
