"""Dialling out: only addresses that a person accepted, no redirects (docs/protocol.md §8.1).

Private and loopback addresses are refused unless the node was started with `--private-addresses`:
whoever publishes an endpoint must not be able to make nodes knock on doors inside a home. The check
is on the address that the connection really goes to.
"""

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from sync.frames import MESSAGE_BYTES

SUBPROTOCOL = "verbund.1"
CONNECT_SECONDS = 10
PING_SECONDS = 60
"""Home routers forget a silent connection after some minutes."""


class RedirectError(aiohttp.ClientError):
    """The address sent us somewhere else, where nobody accepted to go."""


class PrivateAddressError(OSError):
    """The address is inside a home or this machine, and that was not allowed."""


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
    """Whether an IP address is one of the whole internet."""
    address = ipaddress.ip_address(host.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_global and not address.is_multicast


def client(private: bool) -> aiohttp.ClientSession:
    """A client for links, without cookies, proxies, redirects or unpacking."""

    async def refuse(*_: Any) -> None:
        raise RedirectError

    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(refuse)
    connector = aiohttp.TCPConnector(
        resolver=None if private else GuardedResolver(), use_dns_cache=False, limit=0
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
    session: aiohttp.ClientSession, url: str, tls: bytes | None, private: bool
) -> aiohttp.ClientWebSocketResponse:
    """A WebSocket to the link of the node at `url`; raises OSError, ClientError or TimeoutError."""
    host = urlsplit(url).hostname or ""
    if not private and _is_address(host) and not is_public(host):
        raise PrivateAddressError("not a public address")
    return await session.ws_connect(
        url + "/link",
        protocols=[SUBPROTOCOL],
        ssl=aiohttp.Fingerprint(tls) if tls else True,
        max_msg_size=MESSAGE_BYTES,
        heartbeat=PING_SECONDS,
        compress=0,
        timeout=aiohttp.ClientWSTimeout(ws_close=2),
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
