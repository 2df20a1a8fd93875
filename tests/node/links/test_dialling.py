"""Dialling out, and what a node says to strangers over HTTP (docs/protocol.md §8.1, §9)."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.resolver import ThreadedResolver

from node.app import open_core
from node.base.addresses import PrivateAddressError, is_public
from node.features import FEATURES
from node.features.networks.actions import found_network
from node.features.networks.show_publicly import show_publicly
from node.keys.tls import certificate
from node.links.descriptor import open_descriptor
from node.links.dialling import RedirectError, client, dial
from node.links.manager import Links
from node.records.transaction import act
from node.store.core import Core
from node.web.server import make_app
from protocol.audience import PUBLIC
from protocol.errors import ProtocolError
from protocol.kind import Place
from tests.node.world import make_core, make_home, shut

Answer = Callable[[web.Request], Any]


@asynccontextmanager
async def serving(
    app: web.Application, context: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """An application on loopback; gives its address."""
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    scheme = "https" if context else "http"
    try:
        yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await shut(runner)


def answering(answer: Answer) -> web.Application:
    app = web.Application()
    app.router.add_get("/link", answer)
    return app


async def try_dial(url: str, private: bool = True, tls: bytes | None = None) -> type | str:
    """The class of what dialling raised, or the subprotocol."""
    session = client(private)
    try:
        ws = await dial(session, url, tls, 1.0)
        await ws.close()
        return str(ws.protocol)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        return type(error)
    finally:
        await session.close()


# Private addresses


PRIVATE = (
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "0.1.2.3", "255.255.255.255", "224.0.0.1", "192.0.2.1",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:192.168.0.1", "::127.0.0.1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "2002:7f00:1::1", "2002:c0a8:101::", "2001::1",
    "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "localhost", "", "1.2.3.4.5",
)  # fmt: skip
OPEN = ("1.1.1.1", "193.99.144.80", "2a02:2e0:3fe:1001::1", "::ffff:1.1.1.1")


def test_which_addresses_are_public() -> None:
    assert [one for one in PRIVATE if is_public(one)] == []
    assert [one for one in OPEN if not is_public(one)] == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "127.1", "2130706433",
     "0x7f000001", "0", "0177.0.0.1", "LOCALHOST"],
)  # fmt: skip
async def test_a_private_address_is_not_dialled(host: str) -> None:
    """However it is written: nobody knocks at that door."""
    reached: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        reached.append(request.path)
        return web.Response()

    async with serving(answering(answer)) as url:
        port = url.rpartition(":")[2]
        found = await try_dial(f"http://{host}:{port}", private=False)
        assert found in (PrivateAddressError, aiohttp.InvalidUrlClientError)
    assert reached == []


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["192.168.1.1", "10.0.0.1"], ["::1"]])
async def test_a_name_that_leads_inside(
    answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(_self: Any, host: str, port: int = 0, family: Any = 0) -> Any:
        return [
            {"hostname": host, "host": one, "port": port, "family": family, "proto": 0, "flags": 0}
            for one in answers
        ]

    monkeypatch.setattr(ThreadedResolver, "resolve", resolve)
    assert await try_dial("http://gruppe.example", private=False) is PrivateAddressError


# What may be there instead of a node


async def test_redirects_are_not_followed() -> None:
    reached: list[str] = []

    async def inside(request: web.Request) -> web.Response:
        reached.append(request.path)
        return web.Response()

    async with serving(answering(inside)) as target:

        async def answer(_request: web.Request) -> web.Response:
            raise web.HTTPFound(target + "/link")

        async with serving(answering(answer)) as url:
            assert await try_dial(url) is RedirectError
    assert reached == []


async def test_a_bomb_is_not_unpacked() -> None:
    body = gzip.compress(bytes(50_000_000))

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})

    async with serving(answering(answer)) as url:
        assert await try_dial(url) is aiohttp.WSServerHandshakeError


async def test_a_server_that_says_nothing() -> None:
    over = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        over.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    session = client(True)
    with pytest.raises(TimeoutError):
        await dial(session, f"http://127.0.0.1:{port}", None, 0.05)
    await session.close()
    await over.wait()
    server.close()
    await server.wait_closed()


async def test_a_websocket_of_something_else() -> None:
    async def answer(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(protocols=["chat"])
        await ws.prepare(request)
        await ws.receive()
        return ws

    async with serving(answering(answer)) as url:
        assert await try_dial(url) is aiohttp.ClientError


# Certificates


async def test_the_certificate_is_pinned(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    context, pin = certificate(tmp_path, "https://verbund.example")
    _other, wrong = certificate(tmp_path / "other", "https://verbund.example")
    assert certificate(tmp_path, "https://anders.example")[1] == pin
    assert (tmp_path / "tls.pem").stat().st_mode & 0o777 == 0o600

    async def answer(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(protocols=["verbund.1"])
        await ws.prepare(request)
        await ws.receive()
        return ws

    async with serving(answering(answer), context) as url:
        found = [await try_dial(url, tls=one) for one in (pin, wrong, None)]
        plain = await try_dial(url.replace("https", "http"), tls=pin)
    assert found == [
        "verbund.1",
        aiohttp.ServerFingerprintMismatch,
        aiohttp.ClientConnectorCertificateError,
    ]
    assert isinstance(plain, type)


# What is said to strangers


@pytest.fixture
def core(tmp_path: Path) -> Any:
    core = make_core(tmp_path)
    with act(core) as publisher:
        for name, url in (("home", "https://verbund.example"), ("b", "https://b.example")):
            place = Place(core.home_id, PUBLIC, "endpoint", name)
            publisher.write(place, {"url": url, "tls": None})
    yield core
    core.close()


async def get(core: Core, path: str, tls: bytes | None = None) -> tuple[int, str, bytes]:
    async with (
        serving(make_app(core, Links(core), tls, FEATURES)) as url,
        aiohttp.ClientSession() as session,
        session.get(url + path) as answer,
    ):
        return answer.status, answer.content_type, await answer.read()


async def test_the_descriptor(core: Core) -> None:
    network = found_network(core, core.home_id, {"name": "Netz"})
    assert open_descriptor((await get(core, "/.well-known/verbund"))[2]).ids == [core.home_id]
    show_publicly(core, network, True)
    status, media_type, raw = await get(core, "/.well-known/verbund", b"p" * 32)
    found = open_descriptor(raw)
    assert (status, media_type) == (200, "application/vnd.verbund.node")
    assert found.said is not None
    assert found.said["name"] == "Alpha"
    assert found._replace(identity=b"", entry=None) == (
        [core.home_id, network],
        ["https://verbund.example", "https://b.example"],
        b"p" * 32,
        [1],
        core.clock(),
        b"",
        None,
    )
    for at in range(0, len(raw), 7):
        changed = bytearray(raw)
        changed[at] ^= 1
        with pytest.raises(ProtocolError):
            open_descriptor(bytes(changed))
    for cut in (b"", raw[:-1], raw + b"\x00"):
        with pytest.raises(ProtocolError):
            open_descriptor(cut)


async def test_the_descriptor_shows_what_stands_and_is_public(core: Core) -> None:
    clock: Any = core.clock.wall
    with act(core) as publisher:
        publisher.write(Place(core.home_id, PUBLIC, "endpoint", "b"), None)
    assert open_descriptor((await get(core, "/.well-known/verbund"))[2]).urls == [
        "https://verbund.example"
    ]
    clock.now += 401 * 86_400
    assert open_descriptor((await get(core, "/.well-known/verbund"))[2]).urls == []


async def test_health(core: Core) -> None:
    assert await get(core, "/health") == (200, "application/json", b'{"status": "ok"}')
    core.db.close()
    assert await get(core, "/health") == (503, "application/json", b'{"status": "database"}')


async def test_a_home_without_an_address_has_no_link_to_give(tmp_path: Path) -> None:
    from node.base.errors import Problem
    from node.features.peers.actions import invite_peer

    core = open_core(make_home(tmp_path, "Alpha"))
    with pytest.raises(Problem, match="no-address"):
        invite_peer(core, core.home_id)
    core.close()
