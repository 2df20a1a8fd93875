"""What is announced in the local network, and what is heard there (docs/protocol.md §11)."""

import ipaddress
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from node.base.addresses import is_neighbour
from node.features.peers.actions import accept_peer, end_peer
from node.links import local_network
from node.links.dial_plan import wanted
from node.links.local_network import Interface, Nearby, listening_at
from node.links.manager import Links
from node.links.nearby_switch import NearbySwitch
from node.store.core import Core
from node.store.serve_settings import keep_serve_options
from protocol.ids import to_text
from protocol.nearby import HOUR, NONCE_BYTES, Announcement, pair_key
from tests.node.world import accept, make_core
from tests.sync.people import Someone

LOOPBACK: list[Interface] = [ipaddress.ip_interface("127.0.0.1/8")]
HOME: list[Interface] = [ipaddress.ip_interface("192.168.1.2/24")]
PEER, OTHER = Someone("nearby-peer"), Someone("nearby-other")


# Which addresses


def test_which_addresses_are_in_a_local_network() -> None:
    inside = ("192.168.1.20", "10.1.2.3", "172.16.0.1", "172.31.255.254", "fd12:3456::1")
    outside = (
        "127.0.0.1", "::1", "169.254.169.254", "fe80::1", "100.64.0.1", "100.100.100.200",
        "fd00:ec2::254", "193.99.144.80", "0.0.0.0", "::", "224.0.0.251", "255.255.255.255",
        "172.32.0.1", "::ffff:192.168.1.1", "192.168.1", "nas.local", "",
    )  # fmt: skip
    assert [one for one in inside if not is_neighbour(one)] == []
    assert [one for one in outside if is_neighbour(one)] == []


def test_where_a_node_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [ipaddress.ip_interface(one) for one in ("10.0.0.7/8", "192.168.1.2/24")]
    monkeypatch.setattr(local_network, "local_networks", lambda: some)
    assert listening_at("0.0.0.0")() == ["10.0.0.7", "192.168.1.2"]
    assert listening_at("192.168.1.2")() == ["192.168.1.2"]
    assert listening_at("127.0.0.1")() == listening_at("193.99.144.80")() == []


# What is said and what is heard, without a network


@pytest.fixture
def core(tmp_path: Path) -> Any:
    core = make_core(tmp_path)
    accept(core, PEER)
    yield core
    core.close()


def looking(core: Core, networks: list[Interface] = HOME, port: int = 8480) -> Nearby:
    return Nearby(core, port, True, lambda: [str(networks[0].ip)], lambda: networks, set())


def said_by(
    who: Someone, to: Core, *addresses: str, hour: int | None = None, **more: Any
) -> dict[bytes, bytes | None]:
    """What a peer announces, for one node."""
    packed = [ipaddress.ip_address(one).packed for one in addresses or ("192.168.1.20",)]
    bare = Announcement(secrets.token_bytes(NONCE_BYTES), False, more.get("port", 8480), packed)
    sealing = to.ring.held[0].sealing[0].public
    key = pair_key(who.sealing, sealing, who.id, to.home_id)
    now = to.clock() // HOUR if hour is None else hour
    return dict(bare.with_tags([key], now, secrets.token_bytes(512)).strings())


def test_a_peer_is_recognised(core: Core) -> None:
    near = looking(core)
    told: list[bool] = []
    near.on_found = lambda: told.append(True)
    near.heard("a", said_by(PEER, core))
    assert near.addresses_of(PEER.id) == ["http://192.168.1.20:8480"]
    assert told == [True]
    near.heard("b", said_by(PEER, core, "192.168.1.21"))
    assert near.addresses_of(PEER.id) == ["http://192.168.1.21:8480"], "the latest counts"


def test_nobody_else_is(core: Core) -> None:
    """Neither who is no peer, nor what is too old, nor what was heard and said again elsewhere."""
    near, hour = looking(core), core.clock() // HOUR
    for strings in (
        said_by(OTHER, core),
        said_by(PEER, core, hour=hour - 2),
        said_by(PEER, core, hour=hour + 2),
        {},
        {b"0": bytes(100_000)},
        {b"id": b"x"},
    ):
        near.heard("a", strings)
    heard = Announcement.parse(said_by(PEER, core))
    again = heard._replace(addresses=[ipaddress.ip_address("192.168.1.66").packed])
    near.heard("a", dict(again.strings()))
    assert near.found == {}


@pytest.mark.parametrize(
    "address",
    ["193.99.144.80", "169.254.169.254", "127.0.0.1", "10.0.0.1", "192.168.2.1", "0.0.0.0",
     "::1", "fd00:ec2::254", "2a02:2e0:3fe:1001::1", "::ffff:192.168.1.20", "224.0.0.251"],
)  # fmt: skip
def test_only_addresses_where_this_machine_is(core: Core, address: str) -> None:
    """A peer that is somebody else's by now can't send this node to doors elsewhere."""
    near = looking(core)
    near.heard("a", said_by(PEER, core, address))
    assert near.found == {}
    near.heard("b", said_by(PEER, core, address, "192.168.1.20"))
    assert near.addresses_of(PEER.id) == ["http://192.168.1.20:8480"]


def test_a_network_that_is_too_wide(core: Core) -> None:
    """An interface of 172.16.0.2/8 is not in the networks of others."""
    near = looking(core, [ipaddress.ip_interface("172.16.0.2/8")])
    near.heard("a", said_by(PEER, core, "172.99.0.1", "172.16.0.9"))
    assert near.addresses_of(PEER.id) == ["http://172.16.0.9:8480"]


async def test_the_switch_is_followed_while_the_node_runs(core: Core) -> None:
    """Off, nothing looks or announces; with a proxy it stays off."""
    links = Links(core)
    switch = NearbySwitch(core, links, ("127.0.0.1", 8480, False))
    for options, on in (
        ({}, False),
        ({"local_network": True}, True),
        ({"local_network": True, "proxy": "socks5://127.0.0.1:9050"}, False),
        ({"local_network": True}, True),
        ({"local_network": False}, False),
    ):
        with core.transaction():
            keep_serve_options(core.settings, options)
        await switch.look()
        assert (switch.nearby is not None) == on
        assert links.nearby(PEER.id) == ([] if on else ())


def test_off_means_that_nothing_is_loaded() -> None:
    """Neither library costs memory where it is not used."""
    code = (
        "import node.serving, node.features.start.serving, sys;"
        "print({'zeroconf', 'ifaddr', 'aiohttp_socks'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_announcement_tells_strangers_nothing(core: Core) -> None:
    near = looking(core)
    one, other = near.announcement(), near.announcement()
    for said in (one, other):
        raw = b"".join(said.strings().values())
        held = core.ring.held[0]
        for secret in (
            core.home_id, PEER.id, held.signing.public, held.sealing[0].public, b"Alpha",
            to_text(core.home_id).encode(), PEER.sealing.public,
        ):  # fmt: skip
            assert secret not in raw
            assert secret[:8] not in raw
    assert one.nonce != other.nonce
    assert one.tags != other.tags
    assert len(one.tags) == len(other.tags) == 128, "one peer looks like sixteen"
    key = pair_key(PEER.sealing, core.ring.held[0].sealing[0].public, core.home_id, PEER.id)
    assert one.is_for(key, core.clock() // HOUR)


def test_a_peer_that_was_ended_is_dialled_no_more(core: Core) -> None:
    near = looking(core)
    near.heard("a", said_by(PEER, core))
    end_peer(core, core.home_id, PEER.id)
    near.forget_strangers()
    assert near.found == {}
    near.heard("a", said_by(PEER, core))
    assert near.found == {}


def test_found_addresses_come_first(core: Core) -> None:
    near = looking(core)
    near.heard("a", said_by(PEER, core))
    targets = wanted(core, lambda _one: False, near.addresses_of)
    assert [(one.url, one.expected, one.local) for one in targets] == [
        ("http://192.168.1.20:8480", PEER.id, True)
    ]
    assert wanted(core, lambda _one: False) == []


def test_many_peers_are_announced_in_turns(core: Core) -> None:
    some = [Someone(f"nearby-{n}") for n in range(70)]
    for one in some:
        accept(core, one)
    near, hour, seen = looking(core), core.clock() // HOUR, set()
    sealing, me = core.ring.held[0].sealing[0].public, core.home_id
    keys = {one.id: pair_key(one.sealing, sealing, me, one.id) for one in some}
    for _ in range(20):
        said = near.announcement()
        found = {who for who, key in keys.items() if said.is_for(key, hour)}
        assert len(found) <= 64
        seen |= found
    assert seen == keys.keys()


def test_accepting_twice_is_one_pair(core: Core) -> None:
    accept_peer(core, core.home_id, PEER.id)
    assert looking(core).pairs() == ((core.home_id, PEER.id),)
