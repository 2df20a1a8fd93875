"""A small SOCKS5 proxy (RFC 1928, RFC 1929) on loopback, which writes down what it was asked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Socks:
    """Leads every name to loopback, as Tor leads an onion name to its service."""

    url: str = ""
    user: tuple[str, str] | None = None
    reply: int = 0
    asked: list[tuple[str, int]] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    _open: list[asyncio.StreamWriter] = field(default_factory=list)
    _served: list[asyncio.Task[None]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.append(writer)
        task = asyncio.current_task()
        assert task is not None
        self._served.append(task)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await self._serve(reader, writer)
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        version, methods = await reader.readexactly(2)
        offered = await reader.readexactly(methods)
        assert version == 5
        method = 2 if self.user else 0
        if method not in offered:
            writer.write(b"\x05\xff")
            return
        writer.write(bytes([5, method]))
        if self.user and not await self._check(reader, writer):
            return
        host, port = await self._request(reader)
        self.asked.append((host, port))
        writer.write(bytes([5, self.reply, 0, 1, 127, 0, 0, 1, 0, 0]))
        if not self.reply:
            await self._pass_on((reader, writer), await asyncio.open_connection("127.0.0.1", port))

    async def _check(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await reader.readexactly(1)
        found = []
        for _ in range(2):
            (size,) = await reader.readexactly(1)
            found.append((await reader.readexactly(size)).decode())
        self.told.append((found[0], found[1]))
        right = tuple(found) == self.user
        writer.write(bytes([1, 0 if right else 1]))
        return right

    async def _request(self, reader: asyncio.StreamReader) -> tuple[str, int]:
        _version, _command, _reserved, form = await reader.readexactly(4)
        if form == 3:
            (size,) = await reader.readexactly(1)
            host = (await reader.readexactly(size)).decode()
        else:
            host = str(ip_address(await reader.readexactly(4 if form == 1 else 16)))
        return host, int.from_bytes(await reader.readexactly(2), "big")

    async def _pass_on(self, one: Streams, other: Streams) -> None:
        self._open.append(other[1])

        async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                while data := await reader.read(65_536):
                    writer.write(data)
                    await writer.drain()
            writer.close()

        await asyncio.gather(pump(one[0], other[1]), pump(other[0], one[1]))

    async def close(self) -> None:
        for one in self._open:
            one.close()
        await asyncio.gather(*self._served, return_exceptions=True)


@asynccontextmanager
async def socks(
    user: tuple[str, str] | None = None, reply: int = 0, port: int = 0
) -> AsyncIterator[Socks]:
    """A proxy that is up until the block ends. `reply`: what it answers to whatever it is asked."""
    proxy = Socks(user=user, reply=reply)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", port)
    name = f"{user[0]}:{user[1]}@" if user else ""
    proxy.url = f"socks5://{name}127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
        await server.wait_closed()


@asynccontextmanager
async def answering(data: bytes | None) -> AsyncIterator[str]:
    """Something at a proxy's address that says `data` and hangs up; None: nothing at all."""
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if data is None:
            await over.wait()
        else:
            await reader.read(100)
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"socks5://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    over.set()
    server.close()
    await server.wait_closed()
