"""With whom a node keeps up links by itself: all its peers, and some of a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import node.links.dial_plan
from node.features.networks.actions import decide, found_network
from node.features.peers.actions import accept_peer
from node.links.dial_plan import wanted
from node.records.transaction import take
from node.store.core import Core
from protocol.audience import Audience
from tests.node.world import make_core, verified
from tests.sync.people import Someone, entropy

PEOPLE = [Someone(f"member {number}") for number in range(9)]
PLACES = 3


@pytest.fixture
def core(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Core]:
    """A network of nine, of which each says where it is; a node keeps up links with three."""
    monkeypatch.setattr(node.links.dial_plan, "DIALS", PLACES)
    core = make_core(tmp_path)
    network = found_network(core, core.home_id, {"name": "Netz"})
    content = {"network": network, "charter": bytes(32), "message": None, "shown": False}
    for number, one in enumerate(PEOPLE):
        epoch = entropy(f"epoch {number}", size=16)
        there = {"url": address(one), "tls": None}
        said = [
            one.introduction(),
            one.say("membership", content, Audience.network(network), epoch=epoch),
            one.say("endpoint", there, name="home"),
        ]
        take(core, verified(*said), frozenset({one.id}))
        decide(core, network, one.id, "admitted")
        take(core, verified(*said), frozenset({one.id}))
    yield core
    core.close()


def address(one: Someone) -> str:
    return f"https://{PEOPLE.index(one)}.example"


def dialled(core: Core, linked: set[Someone], dead: set[str] | None = None) -> set[str]:
    ids = {one.id for one in linked}
    gone = (dead or set()).__contains__
    return {one.url for one in wanted(core, ids.__contains__, given_up=gone)}


def test_some_of_a_network_are_enough(core: Core) -> None:
    first = dialled(core, set())
    assert len(first) == PLACES
    linked = {one for one in PEOPLE if address(one) in first}
    assert dialled(core, linked) == set()
    gone = linked.pop()
    assert dialled(core, linked) == {address(gone)}


def test_incoming_link_takes_no_place_of_a_chosen_one(core: Core) -> None:
    """Else a member with many identities would keep it from all others."""
    first = dialled(core, set())
    others = {one for one in PEOPLE if address(one) not in first}
    assert dialled(core, others) == first


def test_absent_co_member_takes_no_place(core: Core) -> None:
    first = dialled(core, set())
    dead = set(sorted(first)[:1])
    linked = {one for one in PEOPLE if address(one) in first - dead}
    more = dialled(core, linked, dead)
    assert dead < more
    assert len(more) == 2


def test_all_peers_are_dialled(core: Core) -> None:
    first = dialled(core, set())
    peer = next(one for one in PEOPLE if address(one) not in first)
    accept_peer(core, core.home_id, peer.id)
    linked = {one for one in PEOPLE if address(one) in first}
    assert dialled(core, linked) == {address(peer)}
