"""A SOCKS proxy for what is dialled: nothing goes past it, and what is wrong is said (§12)."""

import asyncio
import logging
import socket
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.resolver import ThreadedResolver

from node.base.addresses import PrivateAddressError
from node.base.errors import Problem
from node.features import FEATURES
from node.features.peers.accepting import use_link
from node.features.peers.actions import invite_peer
from node.features.recovery.recover import fetch_from, target_at
from node.features.status.views import status_view
from node.keys.tls import certificate
from node.links import proxy_dial
from node.links.dialling import OnionError, client, dial
from node.links.manager import Links
from node.links.proxy import TROUBLE, Proxy
from node.links.proxy_dial import NotReached, ProxyTrouble
from node.store.core import Core
from node.web.server import make_app
from tests.node.features.networks.test_leaving import homes_of, joined
from tests.node.links import test_dialling
from tests.node.links.test_dialling import serving
from tests.node.links.test_proxy_setting import ONION
from tests.node.links.test_rarely import answers, invites, is_answered, is_invited
from tests.node.socks import answering, socks
from tests.node.world import Running, inside, make_core, running, until

# Dialling


def node_like() -> web.Application:
    async def answer(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(protocols=["verbund.1"])
        await ws.prepare(request)
        await ws.receive()
        return ws

    return test_dialling.answering(answer)


async def try_dial(
    url: str, proxy: str, private: bool = False, tls: bytes | None = None, seconds: float = 3.0
) -> type | str:
    """The subprotocol, or the class of what dialling raised, or the code of a proxy's trouble."""
    session = client(private, Proxy.parse(proxy))
    try:
        ws = await dial(session, url, tls, seconds)
        await ws.close()
        return str(ws.protocol)
    except ProxyTrouble as trouble:
        return trouble.code
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        return type(error)
    finally:
        await session.close()


@pytest.fixture
def no_lookups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names that this machine's resolver was asked for: none may be."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in ("127.0.0.1", None):
            asked.append(str(host))
        return real("127.0.0.1", *args, **kwargs)

    async def resolve(_self: Any, host: str, port: int = 0, family: Any = 0) -> Any:
        asked.append(host)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(ThreadedResolver, "resolve", resolve)
    return asked


@pytest.mark.parametrize("host", [ONION, "verbund.example"])
async def test_names_are_asked_of_the_proxy(host: str, no_lookups: list[str]) -> None:
    async with serving(node_like()) as url, socks() as proxy:
        port = url.rpartition(":")[2]
        assert await try_dial(f"http://{host}:{port}", proxy.url) == "verbund.1"
    assert proxy.asked == [(host, int(port))]
    assert no_lookups == []


async def test_addresses_go_through_it_too() -> None:
    async with serving(node_like()) as url, socks() as proxy:
        port = url.rpartition(":")[2]
        assert await try_dial(f"http://193.99.144.80:{port}", proxy.url) == "verbund.1"
        assert await try_dial(f"http://[2a02:2e0:3fe:1001::1]:{port}", proxy.url) == "verbund.1"
        assert await try_dial(url, proxy.url, private=True) == "verbund.1"
    assert [host for host, _port in proxy.asked] == [
        "193.99.144.80", "2a02:2e0:3fe:1001::1", "127.0.0.1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "127.1", "0x7f000001", "localhost", "nas.local"]
)
async def test_a_private_address_is_not_given_to_it(host: str) -> None:
    async with serving(node_like()) as url, socks() as proxy:
        port = url.rpartition(":")[2]
        found = await try_dial(f"http://{host}:{port}", proxy.url)
        assert found in (PrivateAddressError, aiohttp.InvalidUrlClientError)
    assert proxy.asked == []


async def test_a_pinned_certificate_through_it(tmp_path: Path) -> None:
    context, pin = certificate(tmp_path, "https://verbund.example")
    async with serving(node_like(), context) as url, socks() as proxy:
        there = f"https://verbund.example:{url.rpartition(':')[2]}"
        found = [await try_dial(there, proxy.url, tls=one) for one in (pin, b"x" * 32)]
        unknown = await try_dial(there, proxy.url)
    assert found == ["verbund.1", aiohttp.ServerFingerprintMismatch]
    assert isinstance(unknown, type)
    assert issubclass(unknown, OSError)


async def test_name_and_password() -> None:
    async with serving(node_like()) as url, socks(("anna", "geheim")) as proxy:
        there = f"http://verbund.example:{url.rpartition(':')[2]}"
        assert await try_dial(there, proxy.url) == "verbund.1"
        assert await try_dial(there, proxy.url.replace("geheim", "falsch")) == "proxy-wrong"
        assert await try_dial(there, proxy.url.replace("anna:geheim@", "")) == "proxy-wrong"
    assert proxy.told == [("anna", "geheim"), ("anna", "falsch")]
    assert len(proxy.asked) == 1


async def test_an_onion_name_is_not_looked_up_without_one(no_lookups: list[str]) -> None:
    for host in (ONION, ONION.upper(), f"{ONION}."):
        session = client(True)
        with pytest.raises((OnionError, aiohttp.InvalidURL)):
            await dial(session, f"http://{host}", None, 1.0)
        await session.close()
    assert no_lookups == []


# A proxy that is of no use


@pytest.mark.parametrize(
    "said",
    [b"", b"\x05", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x04\x00", b"\x05\xff", b"\x05\x02",
     b"\x05\x00\x05", b"\x05\x00\x05\x00\x00\x09\x00\x00", b"\x05\x00" + b"\xff" * 300],
)  # fmt: skip
async def test_one_that_answers_wrongly(said: bytes) -> None:
    async with answering(said) as proxy:
        assert await try_dial("http://verbund.example", proxy) == "proxy-wrong"


async def test_one_that_is_down() -> None:
    async with answering(b"") as proxy:
        pass
    assert await try_dial("http://verbund.example", proxy) == "proxy-down"


async def test_one_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with answering(None) as proxy:
        monkeypatch.setattr("node.links.dialling.PROXY_SECONDS", 0.05)
        assert await try_dial("http://verbund.example", proxy) == "proxy-slow"


@pytest.mark.parametrize("reply", range(1, 9))
async def test_one_that_does_not_get_there(reply: int) -> None:
    async with socks(reply=reply) as proxy:
        assert await try_dial("http://verbund.example", proxy.url) is NotReached


# Nodes


@pytest.fixture
def core(tmp_path: Path) -> Any:
    core = make_core(tmp_path)
    yield core
    core.close()


def set_proxy(core: Core, url: str | None) -> None:
    with core.transaction():
        core.settings.set("serve", {"private_addresses": True, "proxy": url})


def through(one: Running, url: str | None) -> None:
    """As when the node had been started with `--proxy`."""
    set_proxy(one.core, url)


async def test_nodes_through_a_proxy(tmp_path: Path) -> None:
    """Everything that B dials goes through the proxy, the first link too."""
    a_home, b_home = homes_of(tmp_path, "Alpha", "Berta")
    async with socks() as proxy, running(a_home) as a, running(b_home, False) as b:
        through(b, proxy.url)
        await joined(a, b)
        invites(a, b.id)
        await until(partial(is_invited, b), "invitation")
        answers(b)
        await until(partial(is_answered, a), "answer")
        assert a.url is not None
        port = int(a.url.rpartition(":")[2])
        assert proxy.asked[0] == ("127.0.0.1", port)
        links = len(proxy.asked)
        assert links >= 2, "the one-time link, and the session after it"
        assert status_view(inside(b.core)).proxy_trouble is None


async def test_nodes_when_the_proxy_fails_and_comes_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is reached past it; status and log say why; it goes on by itself."""
    caplog.set_level(logging.INFO, "node")
    a_home, b_home = homes_of(tmp_path, "Alpha", "Berta")
    async with running(a_home) as a, running(b_home, False) as b:
        async with socks(("anna", "geheim")) as proxy:
            url = proxy.url
            through(b, url)
            await joined(a, b)
        await until(lambda: b.core.settings.get(TROUBLE) == "proxy-down", "noted")
        assert not b.links.connected(a.id)
        assert status_view(inside(b.core)).proxy_trouble == "proxy-down"
        told = [getattr(one, "fields", {}).get("code") for one in caplog.records]
        assert "proxy-down" in told
        assert "geheim" not in caplog.text + str([vars(one) for one in caplog.records])
        async with socks(("anna", "geheim"), port=int(url.rpartition(":")[2])):
            await until(lambda: b.links.connected(a.id), "again")
            await until(lambda: b.core.settings.get(TROUBLE) is None, "forgotten")


async def test_unusable_link_is_refused_with_its_reason(tmp_path: Path) -> None:
    a_home, b_home = homes_of(tmp_path, "Alpha", "Berta")
    async with running(a_home) as a, running(b_home, False) as b:
        link = invite_peer(a.core, a.id)
        onion = link._replace(url=f"http://{ONION}")
        with pytest.raises(Problem, match="onion-without-proxy"):
            await use_link(b.core, b.id, onion)
        for said, code in ((None, "proxy-down"), (b"HTTP/1.1 400\r\n\r\n", "proxy-wrong")):
            async with answering(said) as url:
                if said is not None:
                    through(b, url)
                    with pytest.raises(Problem, match=code):
                        await use_link(b.core, b.id, link)
            if said is None:
                through(b, url)
                with pytest.raises(Problem, match=code):
                    await use_link(b.core, b.id, link)
        assert not b.core.ties.accepts(b.id, a.id, b.core.clock()), "nothing half done"
        async with socks() as proxy:
            through(b, proxy.url)
            await use_link(b.core, b.id, link)
        assert b.core.ties.accepts(b.id, a.id, b.core.clock())


async def test_an_onion_endpoint(tmp_path: Path) -> None:
    """A node behind an onion name: it is its `host`, and that is what is signed (§8.2)."""
    a_home, b_home = homes_of(tmp_path, "Alpha", "Berta")
    async with socks() as proxy, running(a_home) as a, running(b_home, False) as b:
        assert a.url is not None
        port = a.url.rpartition(":")[2]
        a.links.hosts = {f"{ONION}:{port}"}
        through(b, proxy.url)
        link = invite_peer(a.core, a.id)._replace(url=f"http://{ONION}:{port}")
        await use_link(b.core, b.id, link)
        a.links.stored()
        assert proxy.asked[0] == (ONION, int(port))
        assert a.core.ties.accepts(a.id, b.id, a.core.clock())


async def test_recovery_asks_through_it(core: Core) -> None:
    async with serving(make_app(core, Links(core), None, FEATURES)) as url, socks() as proxy:
        target = await target_at(url, True, Proxy.parse(proxy.url))
    assert target.expected == core.home_id
    assert proxy.asked == [("127.0.0.1", int(url.rpartition(":")[2]))]


async def test_recovery_says_what_is_wrong(core: Core) -> None:
    phrase: Any = None  # not asked for before somebody was reached
    with pytest.raises(Problem, match="recover-onion"):
        await fetch_from(core, phrase, f"http://{ONION}", False)
    async with answering(b"HTTP/1.1 400\r\n\r\n") as url:
        set_proxy(core, url)
        with pytest.raises(Problem, match="proxy-wrong"):
            await fetch_from(core, phrase, f"http://{ONION}", False)
    with pytest.raises(Problem, match="proxy-down"):
        await fetch_from(core, phrase, f"http://{ONION}", False)
    with core.transaction():
        core.settings.set("serve", {"proxy": url})
    with pytest.raises(Problem, match="recover-private"):
        await fetch_from(core, phrase, "http://192.168.1.1", False)


def test_patience() -> None:
    async def ask() -> list[float]:
        some = [client(False), client(False, Proxy("127.0.0.1", 9050))]
        found = [proxy_dial.patience(one) for one in some]
        for one in some:
            await one.close()
        return found

    assert asyncio.run(ask()) == [0.0, proxy_dial.PROXY_SECONDS]
