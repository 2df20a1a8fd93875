"""Ties are named outside only by whose they are (docs/protocol.md §6.9): pages, commands, store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from node.features import FEATURES
from node.features.networks.actions import (
    apply_to_network,
    decide,
    found_network,
    leave_network,
    name_us,
)
from node.features.networks.show_publicly import show_publicly
from node.features.networks.views import network_by_text
from node.features.peers.actions import accept_peer, end_peer, name_peer
from node.features.peers.views import partners, peer_views
from node.links.manager import Links
from node.lookup.showing import shown_outside
from node.records.transaction import act
from node.store.core import Core
from node.upkeep.upkeep import renew
from node.web.server import make_app
from protocol.audience import PUBLIC
from protocol.ids import to_text
from protocol.kind import Place
from tests.node.by_hand import acquainted, exchange
from tests.node.cli.people import Person, befriend, meet
from tests.node.world import Clock, inside, make_core, outside, wind

DAY = 86_400


@pytest.fixture
def groups(tmp_path: Path) -> Iterator[list[Core]]:
    """Three peers of each other; the first runs a network, and all are members."""
    clock = Clock()
    made = [make_core(tmp_path, name, clock) for name in ("Alpha", "Beta", "Gamma")]
    alpha, *others = made
    acquainted(made)
    net = found_network(alpha, alpha.home_id, {"name": "Netz"})
    exchange(*made)
    for one in others:
        apply_to_network(one, one.home_id, net, "Guten Tag")
    exchange(*made)
    for one in others:
        decide(alpha, net, one.home_id, "admitted")
    exchange(*made)
    yield made
    for core in made:
        core.close()


def network(core: Core) -> bytes:
    (found,) = core.ties.memberships(core.home_id, core.clock())
    return found


async def read_all(core: Core) -> str:
    """Every public page that could name a tie, as one text."""
    paths = ["/", "/networks", "/directory", "/.well-known/verbund"]
    paths += [f"/{what}/{to_text(one)}" for what in ("groups", "networks") for one in known(core)]
    server = TestServer(make_app(core, Links(core), None, FEATURES))
    await server.start_server()
    async with ClientSession() as browser:
        texts = []
        for path in paths:
            async with browser.get(server.make_url(path), headers={"Accept-Language": "en"}) as got:
                texts.append((await got.read()).decode("utf-8", "replace"))
    await server.close()
    return "\n".join(texts)


def known(core: Core) -> list[bytes]:
    return list(core.ties.identities)


async def test_nothing_is_named_unasked(groups: list[Core]) -> None:
    for core in groups:
        text = await read_all(core)
        others = {"Alpha", "Beta", "Gamma", "Netz"} - {inside(core).home_name}
        assert [one for one in others if one in text] == []
        assert shown_outside(core, core.clock()) == {core.home_id}


PEERS = [
    # we, they, named
    (False, False, False),
    (True, False, False),
    (False, True, False),
    (True, True, True),
]


@pytest.mark.parametrize(("we", "they", "named"), PEERS)
async def test_a_peering_is_named_if_both_say_so(
    groups: list[Core], we: bool, they: bool, named: bool
) -> None:
    alpha, beta, _gamma = groups
    name_peer(alpha, alpha.home_id, beta.home_id, we)
    name_peer(beta, beta.home_id, alpha.home_id, they)
    exchange(*groups)
    for core, other in ((alpha, "Beta"), (beta, "Alpha")):
        assert [one.name for one in partners(outside(core))] == [other] * named
        text = await read_all(core)
        assert (other in text, "both say so" in text) == (named, named)
        assert "Gamma" not in text
    (view,) = (one for one in peer_views(inside(alpha)) if one.who.name == "Beta")
    assert (view.state, view.shown, view.shown_by_them) == ("active", we, they)


async def test_a_peering_is_named_no_more_when_one_side_takes_it_back(groups: list[Core]) -> None:
    alpha, beta, _gamma = groups
    for one, other in ((alpha, beta), (beta, alpha)):
        name_peer(one, one.home_id, other.home_id, True)
    exchange(*groups)
    name_peer(beta, beta.home_id, alpha.home_id, False)
    assert "Alpha" not in await read_all(beta), "at once, where it is said"
    exchange(*groups)
    assert "Beta" not in await read_all(alpha)
    name_peer(beta, beta.home_id, alpha.home_id, True)
    exchange(*groups)
    end_peer(alpha, alpha.home_id, beta.home_id)
    accept_peer(alpha, alpha.home_id, beta.home_id)
    exchange(*groups)
    assert "Beta" not in await read_all(alpha), "a tie that begins anew begins unnamed"


async def test_a_membership_is_named_by_the_group_alone(groups: list[Core]) -> None:
    alpha, beta, gamma = groups
    net = network(beta)
    name_us(beta, beta.home_id, net, True)
    exchange(*groups)
    text = await read_all(beta)
    assert "Netz" in text
    assert "Beta and 2 more" in text
    assert not {"Alpha", "Gamma"} & set(text.split())
    for core in (alpha, gamma):  # they did not say that they belong to it
        assert "Beta" not in await read_all(core)
    name_us(gamma, gamma.home_id, net, True)
    exchange(*groups)
    for core in (beta, gamma):
        assert "Beta, Gamma and 1 more" in await read_all(core)
    show_publicly(alpha, net, True)  # it runs the network, which says so itself
    assert "Beta, Gamma and 1 more" in await read_all(alpha)
    name_us(beta, beta.home_id, net, False)
    assert "Netz" not in await read_all(beta), "at once, where it is said"
    exchange(*groups)
    assert "Gamma and 2 more" in await read_all(gamma)


async def test_released_is_not_named(groups: list[Core]) -> None:
    """A network on one's public pages says nothing of members unless one says that one is one."""
    _alpha, beta, gamma = groups
    name_us(gamma, gamma.home_id, network(beta), True)
    exchange(*groups)
    show_publicly(beta, network(beta), True)
    text = await read_all(beta)
    assert "Netz" in text
    assert "Gamma" not in text
    view = network_by_text(outside(beta), to_text(network(beta)))
    assert view is not None
    assert (view.named, view.more) == (None, 0)


async def test_who_has_no_public_entry_is_counted(groups: list[Core]) -> None:
    _alpha, beta, gamma = groups
    for one in (beta, gamma):
        name_us(one, one.home_id, network(one), True)
    with act(gamma) as publisher:
        publisher.write(Place(gamma.home_id, PUBLIC, "group", ""), None)
    exchange(*groups)
    assert "Beta and 2 more" in await read_all(beta)
    view = network_by_text(outside(beta), to_text(network(beta)))
    assert view is not None
    assert [one.name for one in view.named or ()] == ["Beta"]


def test_naming_keeps_the_membership(groups: list[Core]) -> None:
    """The same epoch, message and standing; it lasts through renewing; a new one begins unnamed."""
    _alpha, beta, _gamma = groups
    net = network(beta)
    before = beta.ties.bond(net, beta.home_id)
    assert before is not None
    epoch = before.membership.epoch if before.membership else None
    name_us(beta, beta.home_id, net, True)
    beta.clock.wall.now += 250 * DAY
    wind(beta)
    assert renew(beta) > 0
    bond = beta.ties.bond(net, beta.home_id)
    assert bond is not None
    assert bond.joined is not None
    assert bond.joined.content is not None
    assert (bond.joined.epoch, bond.joined.content["message"]) == (epoch, "Guten Tag")
    assert bond.is_named(beta.clock())
    leave_network(beta, beta.home_id, net)
    assert not bond.is_named(beta.clock())
    apply_to_network(beta, beta.home_id, net, None)
    anew = beta.ties.bond(net, beta.home_id)
    assert anew is not None
    assert anew.joined is not None
    assert not anew.joined.is_shown


def test_commands(alpha: Person, beta: Person) -> None:
    befriend(alpha, beta)
    alpha.types("network", "found", "--name", "Netz", "--admission", "open")
    meet(alpha, beta)
    said, _ = beta.types("network", "apply", "Netz", "--shown", "yes")
    assert "It may be said to everybody" in said
    for _time in range(2):
        meet(alpha, beta)
    assert beta.gets("network", "show-us", "Netz")["shown"] is True
    assert "May be said" in beta.types("network", "show", "Netz")[0]
    assert "Beta and 1 more" in beta.types("network", "show", "Netz")[0]
    said, _ = beta.types("network", "show-us", "Netz", "no")
    assert "Nobody outside is told" in said
    assert beta.gets("network", "show", "Netz")["named"] is None
    said, _ = alpha.types("peer", "show-us", "Beta", "ja")
    assert "as soon as they say so" in said
    meet(alpha, beta)
    said, _ = beta.types("peer", "show-us", "Alpha")
    assert "so it is shown nowhere" in said.lower()
    assert "they say so, we don’t" in beta.types("peer", "list")[0]
    found = beta.gets("peer", "show-us", "Alpha", "yes")
    assert (found["shown"], found["shown_by_them"]) == (True, True)
    beta.types("peer", "show-us", "Alpha", "no")
    alpha.types("network", "leave", "Netz", "--yes")
    assert alpha.is_refused("network", "show-us", "Netz", "yes") == "standing-left"
    beta.types("peer", "end", "Alpha", "--yes")
    assert beta.gets("peer", "show-us", "Alpha", "yes", status=1)["error"] == "no-peering"
