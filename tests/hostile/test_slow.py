"""Slow loris: connections that are opened and not used, at each step before a session."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from node.features import FEATURES
from node.keys.tls import certificate
from node.web import idle_connections
from node.web.idle_connections import IDLE_CONNECTIONS, IdleConnections, Site
from node.web.server import make_app
from sync.proof import host_of
from tests.hostile.stage import PEER, Stage, attack
from tests.node.hostile import connect
from tests.node.world import shut, until

Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def house(
    stage: Stage, idle_seconds: float = 60.0, context: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[Any, IdleConnections]]:
    """Alpha at another port, with everything that `verbund serve` has around it."""
    app = make_app(stage.alpha.core, stage.alpha.links, None, FEATURES)
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=0.1,
        keepalive_timeout=idle_seconds,
        lingering_time=0.1,
    )
    await runner.setup()
    await Site(runner, "127.0.0.1", 0, ssl_context=context).start()
    url = f"{'https' if context else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
    stage.alpha.links.hosts.add(host_of(url))
    yield (
        SimpleNamespace(url=url, id=stage.alpha.id, port=runner.addresses[0][1]),
        app[IDLE_CONNECTIONS],
    )
    await shut(runner)


async def dial(where: Any, data: bytes) -> Wire:
    reader, writer = await asyncio.open_connection("127.0.0.1", where.port)
    writer.write(data)
    await writer.drain()
    return reader, writer


async def hung_up(wire: Wire) -> bytes:
    """What comes until the other side hangs up."""
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(10):
            return await wire[0].read()
    return b""


async def close(*wires: Wire) -> None:
    for _reader, writer in wires:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def is_healthy(where: Any) -> bool:
    async with aiohttp.ClientSession() as client, client.get(f"{where.url}/health") as answer:
        return answer.status == 200


HALVES = (
    b"",
    b"G",
    b"GET /health HTTP/1.1\r\nHost: localhost\r\n",
    b"POST /me/password HTTP/1.1\r\nX-Slow: ",
)


@pytest.mark.parametrize("half", HALVES)
async def test_half_a_request_from_many(stage: Stage, half: bytes) -> None:
    """aiohttp alone keeps each of them for an hour: until there are no files left to open.

    So many wait and no more; who asks at once is answered, page and link.
    """
    async with house(stage) as (where, door):
        door.most = 10
        wires = [await dial(where, half) for _ in range(60)]
        gone = await asyncio.gather(*map(hung_up, wires[:50]))
        assert set(gone) == {b""}
        assert await is_healthy(where)
        async with connect(where) as one:
            assert await one.shake_hands(PEER, where) == ""
        await close(*wires)


async def test_a_head_byte_by_byte(stage: Stage) -> None:
    """Bytes buy no time: the limit is for all of the head."""
    async with house(stage, idle_seconds=0.2) as (where, _door):
        reader, writer = wire = await dial(where, b"GET /health HTTP/1.1\r\nX: ")

        def drip() -> bool:
            with contextlib.suppress(ConnectionError):
                writer.write(b"x")
            return reader.at_eof() or reader.exception() is not None

        await until(drip, "hung up")
        assert await is_healthy(where)
        await close(wire)


async def test_a_form_that_never_comes(stage: Stage) -> None:
    """The head is there, the body is promised: who is not inside hears no, and is hung up on."""
    async with house(stage) as (where, _door):
        head = b"POST /me/password HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n"
        wire = await dial(where, head + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n")
        answer = await hung_up(wire)
        assert answer.startswith(b"HTTP/1.1 403 ")
        await close(wire)


async def test_tls_that_never_begins(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """asyncio alone waits a minute for each."""
    monkeypatch.setattr(idle_connections, "TLS_SECONDS", 0.2)
    context, _digest = certificate(stage.alpha.core.home.path, "https://127.0.0.1")
    async with house(stage, context=context) as (where, _door):
        wires = [await dial(where, data) for data in (b"", b"\x16\x03\x01\x02\x00") for _ in "abc"]
        assert set(await asyncio.gather(*map(hung_up, wires))) == {b""}
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"{where.url}/health", ssl=False) as answer,
        ):
            assert answer.status == 200
        await close(*wires)


async def test_strangers_who_say_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the upgrade: a stranger that takes its time gives way to who proves who it is."""
    monkeypatch.setattr("node.links.seats.HANDSHAKES", 5)
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(15):
            await stack.enter_async_context(connect(stage.alpha))
        assert len(stage.alpha.links.connections) <= 6
        async with attack(stage.alpha):
            await until(lambda: stage.alpha.links.connected(PEER.id), "a peer came in")
        assert stage.alpha.links.connected(stage.beta.id), "who is known is not hung up on"


async def test_sessions_have_an_end(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many links as there may be, all by peers: who comes then hears no, and hurts nobody."""
    links = stage.alpha.links
    await until(
        lambda: [one.secure is not None for one in links.connections] == [True], "one, in session"
    )
    monkeypatch.setattr("node.links.seats.SESSIONS", 1)
    monkeypatch.setattr("node.links.seats.RESERVED", 0)
    async with connect(stage.alpha) as one:
        assert await one.shake_hands(PEER, stage.alpha) == ""
        assert await one.rest() == []
    assert stage.alpha.links.connected(stage.beta.id)
