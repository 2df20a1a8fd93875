"""Dialling out: only addresses that a person accepted, no redirects (docs/protocol.md §8.1).

Private and loopback addresses are refused unless the node was started with `--private-addresses`:
whoever publishes an endpoint must not be able to make nodes knock on doors inside a home. The check
is on the address that the connection really goes to; through a proxy (`node.links.proxy_dial`) on
what the proxy is asked for. `.onion` names are never looked up: that would tell whom one wants to
reach.
"""

import asyncio
import socket
import ssl
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from node.base.addresses import PrivateAddressError, is_public
from node.links.proxy import Proxy
from node.links.proxy_dial import PROXY_SECONDS, connector, patience
from node.links.trust import trusted
from sync.frames import MESSAGE_BYTES

SUBPROTOCOL = "verbund.1"
CONNECT_SECONDS = 10
"""Until the WebSocket is there: whoever takes longer is not up."""

CLOSE_SECONDS = 2
"""How long the other side may take to say goodbye."""

PING_SECONDS = 45
"""Home routers forget a silent connection after minutes; nginx and others cut it after 60 s."""


class RedirectError(aiohttp.ClientError):
    """The address sent us somewhere else, where nobody accepted to go."""


class OnionError(OSError):
    """An onion service is reached through a proxy only."""


def guarded_socket(address: Any) -> socket.socket:
    """A socket for one address that is about to be connected to; the last door.

    Whatever the way by which the address came here: what looks like an address is not looked up,
    and the system takes "127.1" for 127.0.0.1.
    """
    family, type_, proto, _name, where = address
    if not is_public(where[0]):
        raise PrivateAddressError("not a public address")
    return socket.socket(family, type_, proto)


class GuardedResolver(AbstractResolver):
    """Gives only addresses that may be dialled."""

    def __init__(self, private: bool = False) -> None:
        self._inner = ThreadedResolver()
        self._private = private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The public addresses of a host; `PrivateAddressError` if it has none."""
        if host.lower().rstrip(".").endswith(".onion"):
            raise OnionError("an onion service, and no proxy")
        found = await self._inner.resolve(host, port, family)
        public = [one for one in found if self._private or is_public(one["host"])]
        if not public:
            raise PrivateAddressError(f"{len(found)} addresses, none of them public")
        return public

    async def close(self) -> None:
        """Nothing to close."""
        await self._inner.close()


def client(private: bool, proxy: Proxy | None = None) -> aiohttp.ClientSession:
    """A client for links, without cookies, redirects or unpacking; through `proxy` if there is one,
    and then through nothing else."""

    async def refuse(*_: Any) -> None:
        raise RedirectError

    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(refuse)
    return aiohttp.ClientSession(
        connector=connector(proxy, private) if proxy else _direct(private),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=PROXY_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        trace_configs=[trace],
        headers={"Accept-Encoding": "identity", "User-Agent": "verbund"},
    )


def _direct(private: bool) -> aiohttp.TCPConnector:
    return aiohttp.TCPConnector(
        resolver=GuardedResolver(private),
        socket_factory=None if private else guarded_socket,
        use_dns_cache=False,
        limit=0,
    )


async def believed(
    url: str, tls: bytes | None, local: bool
) -> aiohttp.Fingerprint | ssl.SSLContext | bool:
    """Which certificate the other side must show, for aiohttp."""
    if tls:
        return aiohttp.Fingerprint(tls)
    return await trusted(url) if not local else False


async def dial(
    session: aiohttp.ClientSession,
    url: str,
    tls: bytes | None,
    seconds: float = CONNECT_SECONDS,
    local: bool = False,
) -> aiohttp.ClientWebSocketResponse:
    """A WebSocket to the link of the node at `url`; raises OSError, ClientError or TimeoutError.

    `seconds` do not count what the proxy may take. `local`: found in the local network, where no
    certificate is known: what passes is encrypted inside, for whom the handshake proves.
    """
    try:
        async with asyncio.timeout(seconds + patience(session)):
            ws = await session.ws_connect(
                url + "/link",
                protocols=[SUBPROTOCOL],
                ssl=await believed(url, tls, local),
                max_msg_size=MESSAGE_BYTES + 1,  # closes what has as many
                heartbeat=PING_SECONDS,
                compress=0,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
            )
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, (PrivateAddressError, OnionError)):
            raise error.os_error from error
        raise
    except ValueError as error:
        # Behind a proxy aiohttp stumbles over the name of whoever has another certificate.
        if isinstance(error.__context__, aiohttp.ServerFingerprintMismatch):
            raise error.__context__ from None
        raise
    if ws.protocol != SUBPROTOCOL:
        await ws.close()
        raise aiohttp.ClientError("not a node")
    return ws
