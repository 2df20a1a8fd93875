"""Peers meet in the local network: real mDNS on loopback (docs/protocol.md §11)."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from zeroconf import Error as ZeroconfError
from zeroconf import IPVersion
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from node.keys.home import Home
from node.keys.tls import certificate
from node.links import local_network
from node.links.dial_plan import wanted
from node.links.local_network import Nearby
from node.store.core import Core
from node.web.server import link_handler
from protocol.nearby import HOUR, SERVICE
from tests.node.links.test_local_network import LOOPBACK, core, looking
from tests.node.links.test_rarely import answers, invites, is_answered, is_invited
from tests.node.world import Clock, Running, befriend, make_home, running, shut, until

__all__ = ["core"]


# Over real multicast on loopback


@asynccontextmanager
async def at_home(home: Home, tls: bool = False) -> AsyncIterator[tuple[Running, Nearby]]:
    """A node that has no endpoint and can be found; it listens on loopback."""
    async with running(home, False) as node, AsyncExitStack() as stack:
        app = web.Application()
        app.router.add_get("/link", link_handler(node.links))
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(shut, runner)
        context = certificate(home.path, "https://127.0.0.1")[0] if tls else None
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        port = runner.addresses[0][1]
        with node.core.transaction():
            node.core.settings.set("serve", {"private_addresses": False})
        node.links.private = False
        near = Nearby(
            node.core, port, tls, lambda: ["127.0.0.1"], lambda: LOOPBACK, node.links.hosts
        )
        node.links.nearby, near.on_found = near.addresses_of, node.links.dials.due
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
    from node.app import open_core

    core = open_core(home)
    with core.transaction():
        headers = list(core.records.headers(core.clock(), ["endpoint"]))
        core.records.delete([one.ref for one in headers])
        for key, _value in core.settings.starting_with("invited_at/"):
            core.settings.set(key, None)
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

        near_b.heard = listen
        await until(lambda: looked, "its announcement was looked at")
        assert near_a.found == near_b.found == {}
        assert not a.links.sessions
        assert not b.links.sessions


@asynccontextmanager
async def flooder() -> AsyncIterator[AsyncZeroconf]:
    """A neighbour that may say anything; it takes nothing back when it goes."""
    hostile = AsyncZeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)
    try:
        yield hostile
    finally:
        hostile.zeroconf.registry.async_remove(hostile.zeroconf.registry.async_get_service_infos())
        await hostile.async_close()


async def test_hostile_announcements(tmp_path: Path) -> None:
    """A neighbour floods the network: bounded, harmless, and the peer is found all the same.

    Some of its services say nothing but their name, and never answer.
    """
    homes = await befriended(tmp_path)
    async with flooder() as hostile, at_home(homes[1]) as (b, near):
        await until(lambda: near.zeroconf is not None, "looking")
        infos = [*(_service(secrets.token_hex(8), port=n) for n in range(300))]
        infos += [_service(name) for name in ("ä" * 20, "../../x", "a b", "A" * 60)]
        infos += [_service(secrets.token_hex(8), {b"0": b"\xff" * 240, b"1": b"x" * 240})]
        for info in infos:
            hostile.zeroconf.registry.async_add(info)
            hostile.zeroconf.async_send(_broadcast(info))
        for _ in range(100):
            hostile.zeroconf.async_send(_name_only(_service(secrets.token_hex(8))))
        async with at_home(homes[0]) as (a, _):
            await until(lambda: b.links.connected(a.id), "found all the same")
            assert len(near.waiting) <= local_network.WAITING
            assert {who for who, _urls in near.found.values()} <= {a.id}


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


def _name_only(info: AsyncServiceInfo) -> Any:
    from zeroconf import DNSOutgoing

    out = DNSOutgoing(0x8400)
    out.add_answer_at_time(info.dns_pointer(), 0)
    return out


async def test_too_many_names_begin_anew(
    core: Core, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "node")
    monkeypatch.setattr(local_network, "CACHED", -1)
    near = looking(core, LOOPBACK)
    task = asyncio.create_task(near.run())
    await until(lambda: "local-network-flooded" in caplog.text, "noticed")
    await until(lambda: near.zeroconf is None, "stopped")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_without_a_network_nothing_happens(core: Core) -> None:
    near = Nearby(core, 8480, False, list, list, set())
    task = asyncio.create_task(near.run())
    await asyncio.sleep(0)
    assert near.zeroconf is None
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_error_of_the_library_does_not_stop_the_node(
    core: Core, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Errors of the library, and of the network, are written down, and it begins again."""
    caplog.set_level("INFO", "node")
    near = looking(core, LOOPBACK)
    tries: list[bool] = []

    async def fail() -> None:
        tries.append(True)
        raise ZeroconfError

    monkeypatch.setattr(near, "_run", fail)
    monkeypatch.setattr(local_network, "AGAIN_SECONDS", 0.0)
    task = asyncio.create_task(near.run())
    await until(lambda: len(tries) > 3, "again")
    assert "local-network-failed" in caplog.text
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_address_of_before_is_no_host_any_more(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that moved to another network is not dialled as what it was (§8.2)."""
    where, hosts = ["127.0.0.1"], {"verbund.example:443"}
    monkeypatch.setattr(local_network, "LOOK_SECONDS", 0.01)
    near = Nearby(core, 8480, True, lambda: where, lambda: LOOPBACK, hosts)
    task = asyncio.create_task(near.run())
    await until(lambda: hosts == {"verbund.example:443", "127.0.0.1:8480"}, "announced")
    where[0] = "127.0.0.2"
    await until(lambda: hosts == {"verbund.example:443", "127.0.0.2:8480"}, "announced anew")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_new_hour_is_a_new_service(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, nonce and tags change together, so that nothing links one to the next."""
    monkeypatch.setattr(local_network, "LOOK_SECONDS", 0.01)
    near = looking(core, LOOPBACK)
    task = asyncio.create_task(near.run())
    said = []
    for _ in range(2):
        await until(lambda: near.said is not None and near.said not in said, "announced")
        said.append(near.said)
        clock = core.clock.wall
        assert isinstance(clock, Clock)
        clock.now += HOUR
    one, other = said
    assert one is not None
    assert other is not None
    assert one.name != other.name
    assert one.server != other.server
    assert not {*one.properties.values()} & {*other.properties.values()}
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
