"""Dialling out: only addresses that a person accepted, no redirects (docs/protocol.md §8.1).

Private and loopback addresses are refused unless the node was started with `--private-addresses`:
whoever publishes an endpoint must not be able to make nodes knock on doors inside a home. The check
is on the address that the connection really goes to.
"""

import asyncio
import ipaddress
import socket
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from sync.frames import MESSAGE_BYTES

SUBPROTOCOL = "verbund.1"
CONNECT_SECONDS = 10
"""Until the WebSocket is there: whoever takes longer is not up."""

CLOSE_SECONDS = 2
"""How long the other side may take to say goodbye."""

PING_SECONDS = 60
"""Home routers forget a silent connection after some minutes."""


NOT_OURS = tuple(
    map(ipaddress.IPv6Network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"))
)
"""Ways from IPv6 to an IPv4 address that stands inside: nobody has to be reached through them."""


class RedirectError(aiohttp.ClientError):
    """The address sent us somewhere else, where nobody accepted to go."""


class PrivateAddressError(OSError):
    """The address is inside a home or this machine, and that was not allowed."""


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

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The public addresses of a host; `PrivateAddressError` if it has none."""
        found = await self._inner.resolve(host, port, family)
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise PrivateAddressError(f"{len(found)} addresses, none of them public")
        return public

    async def close(self) -> None:
        """Nothing to close."""
        await self._inner.close()


def is_public(host: str) -> bool:
    """Whether this is the one spelling of an IP address of the whole internet."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif any(address in block for block in NOT_OURS) or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast


def client(private: bool) -> aiohttp.ClientSession:
    """A client for links, without cookies, proxies, redirects or unpacking."""

    async def refuse(*_: Any) -> None:
        raise RedirectError

    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(refuse)
    connector = aiohttp.TCPConnector(
        resolver=None if private else GuardedResolver(),
        socket_factory=None if private else guarded_socket,
        use_dns_cache=False,
        limit=0,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        trace_configs=[trace],
        headers={"Accept-Encoding": "identity", "User-Agent": "verbund"},
    )


async def dial(
    session: aiohttp.ClientSession,
    url: str,
    tls: bytes | None,
    seconds: float = CONNECT_SECONDS,
) -> aiohttp.ClientWebSocketResponse:
    """A WebSocket to the link of the node at `url`; raises OSError, ClientError or TimeoutError."""
    try:
        async with asyncio.timeout(seconds):
            ws = await session.ws_connect(
                url + "/link",
                protocols=[SUBPROTOCOL],
                ssl=aiohttp.Fingerprint(tls) if tls else True,
                max_msg_size=MESSAGE_BYTES,
                heartbeat=PING_SECONDS,
                compress=0,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
            )
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, PrivateAddressError):
            raise error.os_error from error
        raise
    if ws.protocol != SUBPROTOCOL:
        await ws.close()
        raise aiohttp.ClientError("not a node")
    return ws
