"""Finding peers in the local network: real mDNS on loopback (docs/protocol.md §12)."""

import asyncio
import ipaddress
import secrets
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from zeroconf import IPVersion
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from node import nearby
from node.actions.peers import accept_peer, end_peer
from node.addresses import is_neighbour
from node.app import Options, _nearby
from node.core import Core
from node.home import Home
from node.links import Links
from node.nearby import Interface, Nearby, listening_at
from node.server import _link
from node.targets import wanted
from node.tls import certificate
from protocol.ids import to_text
from protocol.nearby import HOUR, NONCE_BYTES, SERVICE, Announcement, pair_key
from tests.node.test_rarely import answers, invites, is_answered, is_invited
from tests.node.world import Running, accept, befriend, make_core, make_home, running, until
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
    monkeypatch.setattr(nearby, "local_networks", lambda: some)
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


def test_off_means_that_nothing_is_loaded(core: Core) -> None:
    """Neither library costs memory where it is not used, and nothing looks or announces."""
    links, listens = Links(core), ("127.0.0.1", 8480, False)
    assert _nearby(core, links, Options(), listens) == []
    assert links.nearby(PEER.id) == ()
    (run,) = _nearby(core, links, Options(local_network=True), listens)
    assert run.__func__ is Nearby.run  # type: ignore[attr-defined]
    assert links.nearby(PEER.id) == []
    code = (
        "import node.app, node.cli.serving, sys;"
        "print({'zeroconf', 'ifaddr', 'aiohttp_socks'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_what_is_announced_tells_nobody_who_it_is(core: Core) -> None:
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
    near._forget_strangers()
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


# Over real multicast on loopback


@asynccontextmanager
async def at_home(home: Home, tls: bool = False) -> AsyncIterator[tuple[Running, Nearby]]:
    """A node that has no endpoint and can be found; it listens on loopback."""
    async with running(home, False) as node, AsyncExitStack() as stack:
        app = web.Application()
        app.router.add_get("/link", _link(node.links))
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        context = certificate(home.path, "https://127.0.0.1")[0] if tls else None
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        port = runner.addresses[0][1]
        with node.core.transaction():
            node.core.notes.set("serve", {"private_addresses": False})
        node.links.private = False
        near = Nearby(
            node.core, port, tls, lambda: ["127.0.0.1"], lambda: LOOPBACK, node.links.hosts
        )
        node.links.nearby, near.on_found = near.addresses_of, node.links.look
        task = asyncio.create_task(near.run())
        try:
            yield node, near
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def befriended(folder: Path) -> list[Home]:
    """Two that became peers somewhere else; neither has an endpoint now."""
    homes = [make_home(folder, name) for name in ("Alpha", "Berta")]
    async with running(homes[0]) as a, running(homes[1], False) as b:
        await befriend(a, b)
        await until(lambda: a.core.ties.accepts(b.id, a.id, a.core.clock()), "peering")
    for home in homes:
        await _forget_endpoint(home)
    return homes


async def _forget_endpoint(home: Home) -> None:
    from node.core import open_core

    core = open_core(home)
    with core.transaction():
        headers = list(core.records.headers(core.clock(), ["endpoint"]))
        core.records.delete([one.ref for one in headers])
        for key, _value in core.notes.starting_with("invited_at/"):
            core.notes.set(key, None)
    core.close()


@pytest.mark.parametrize("tls", [False, True])
async def test_peers_find_one_another(tmp_path: Path, tls: bool) -> None:
    """Nothing is known of where the other is: mDNS alone brings them together."""
    homes = await befriended(tmp_path)
    async with at_home(homes[0], tls) as (a, _), at_home(homes[1], tls) as (b, near):
        assert wanted(b.core, lambda _one: False) == []
        await until(lambda: a.links.connected(b.id) and b.links.connected(a.id), "found")
        assert a.links.hosts
        invites(a, b.id)
        await until(partial(is_invited, b), "invitation")
        answers(b)
        await until(partial(is_answered, a), "answer")
        assert {who for who, _urls in near.found.values()} <= {a.id}
        # In memory only.
        assert b"127.0.0.1" not in str(b.core.db.all("select * from settings")).encode()


async def test_strangers_do_not(tmp_path: Path) -> None:
    """Two nodes that are no peers see each other's services, and nothing follows."""
    homes = [make_home(tmp_path, name) for name in ("Alpha", "Berta")]
    async with at_home(homes[0]) as (a, near_a), at_home(homes[1]) as (b, near_b):
        looked: list[str] = []
        heard = near_b.heard

        def listen(name: str, strings: dict[bytes, bytes | None]) -> None:
            looked.append(name)
            heard(name, strings)

        near_b.heard = listen  # type: ignore[method-assign]
        await until(lambda: looked, "its announcement was looked at")
        assert near_a.found == near_b.found == {}
        assert not a.links.sessions
        assert not b.links.sessions


async def test_hostile_announcements(tmp_path: Path) -> None:
    """A neighbour floods the network: bounded, harmless, and the peer is found all the same."""
    homes = await befriended(tmp_path)
    hostile = AsyncZeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)
    async with at_home(homes[1]) as (b, near):
        await until(lambda: near._zeroconf is not None, "looking")
        infos = [*(_service(secrets.token_hex(8), port=n) for n in range(300))]
        infos += [_service(name) for name in ("ä" * 20, "../../x", "a b", "A" * 60)]
        infos += [_service(secrets.token_hex(8), {b"0": b"\xff" * 240, b"1": b"x" * 240})]
        for info in infos:
            hostile.zeroconf.registry.async_add(info)
            hostile.zeroconf.async_send(_broadcast(info))
        async with at_home(homes[0]) as (a, _):
            await until(lambda: b.links.connected(a.id), "found all the same")
            assert len(near._waiting) <= nearby.WAITING
            assert {who for who, _urls in near.found.values()} <= {a.id}
    hostile.zeroconf.registry.async_remove(infos)
    await hostile.async_close()


def _service(name: str, strings: Any = None, port: int = 0) -> AsyncServiceInfo:
    return AsyncServiceInfo(
        SERVICE,
        f"{name}.{SERVICE}",
        port=port,
        addresses=[socket.inet_aton(one) for one in ("169.254.169.254", "127.0.0.1", "1.1.1.1")],
        properties=strings or {b"0": b"x"},
        server=f"{secrets.token_hex(8)}.local.",
    )


def _broadcast(info: AsyncServiceInfo) -> Any:
    from zeroconf import DNSOutgoing

    out = DNSOutgoing(0x8400)
    out.add_answer_at_time(info.dns_pointer(), 0)
    out.add_answer_at_time(info.dns_text(), 0)
    out.add_answer_at_time(info.dns_service(), 0)
    return out


async def test_too_many_names_begin_anew(
    core: Core, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "node")
    monkeypatch.setattr(nearby, "CACHED", -1)
    near = looking(core, LOOPBACK)
    task = asyncio.create_task(near.run())
    await until(lambda: "local-network-flooded" in caplog.text, "noticed")
    await until(lambda: near._zeroconf is None, "stopped")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_without_a_network_nothing_happens(core: Core) -> None:
    near = Nearby(core, 8480, False, list, list, set())
    task = asyncio.create_task(near.run())
    await asyncio.sleep(0)
    assert near._zeroconf is None
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


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
    assert looking(core)._pairs() == ((core.home_id, PEER.id),)
