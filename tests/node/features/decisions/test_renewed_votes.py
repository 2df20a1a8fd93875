"""A key called stolen takes along its votes: who gave them gives them again (§6.7, 6)."""

from pathlib import Path

import pytest

from node.features.decisions.holding import settle
from node.records.transaction import take
from node.store.core import Core
from protocol.record import Record
from tests.node.council import Council, leave_network, move
from tests.sync.people import verify


def outsider(net: Council, folder: Path) -> Core:
    """Somebody who is no member, and hears what everybody may hear."""
    return net.start(folder, "Outside")


def hears(core: Core, net: Council, said: list[bytes]) -> int:
    """How many links of the network count there, once it has heard this."""
    take(core, [verify(raw) for raw in said], net.host.own)
    chain = core.ties.identities.get(net.network)
    return len(chain.links) if chain else 0


def test_a_decision_of_long_ago_counts_at_strangers_again(tmp_path: Path) -> None:
    """The founder decided alone; strangers who knew his new key would go back to link 0."""
    net = Council(tmp_path, "Host Anna")
    outside = outsider(net, tmp_path)
    before = net.all_of(net.host)
    assert hears(outside, net, before) == 2
    net.rotate("Host", net.host.home_id, compromised=True)
    rotated = net.all_of(net.host)
    assert hears(outside, net, [raw for raw in rotated if is_of(raw, net.host.home_id)]) == 1
    settle(net.host)
    assert hears(outside, net, net.all_of(net.host)) == 2
    assert hears(outside, net, before) == 2  # what was said before the new votes counts no more
    outside.reload()
    assert len(outside.ties.identities[net.network].links) == 2


def is_of(raw: bytes, author: bytes) -> bool:
    return verify(raw).author == author


@pytest.mark.parametrize("leaves", [False, True])
def test_more_than_half_have_to_give_theirs_again(tmp_path: Path, leaves: bool) -> None:
    """Anna and Bert voted for a move to Anna; Bert's key is called stolen, and his vote is his own
    again although he left meanwhile."""
    net = Council(tmp_path, "Host Anna Bert")
    outside = outsider(net, tmp_path)
    moved = net.propose("Anna", move)
    net.tell()
    net.vote("Bert", moved)
    net.tell()
    assert hears(outside, net, net.all_of(net["Anna"])) == 3
    if leaves:
        leave_network(net["Bert"], net["Bert"].home_id, net.network)
        net.tell()
    net.rotate("Bert", net["Bert"].home_id, compromised=True)
    stolen = [raw for raw in net.all_of(net["Bert"]) if is_of(raw, net["Bert"].home_id)]
    assert hears(outside, net, stolen) == 2
    settle(net["Bert"])
    net.tell()
    assert hears(outside, net, net.all_of(net["Anna"])) == 3
    assert net.holder() == "Anna"
    numbers = [one.seq for one in shown(net["Bert"], net.network)]
    settle(net["Bert"])
    settle(net["Anna"])
    net.tell()
    assert [one.seq for one in shown(net["Bert"], net.network)] == numbers  # once


def shown(core: Core, network: bytes) -> list[Record]:
    """The network's chains here."""
    return [verify(raw) for raw in core.chains_of(network)]


def test_who_has_the_stolen_key_gives_no_vote_again(tmp_path: Path) -> None:
    """Only what this node remembers, and only for the chain that counts."""
    net = Council(tmp_path, "Host Anna")
    net.rotate("Host", net.host.home_id, compromised=True)
    with net.host.transaction():
        for key, _value in net.host.settings.starting_with("memory/vote/"):
            net.host.settings.set(key, None)
    net.host.reload()
    before = net.host.records.newest()
    settle(net.host)
    assert net.host.records.newest() == before
