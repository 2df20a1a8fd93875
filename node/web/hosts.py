"""By which names this node may be asked, and from whose pages.

A browser is a stranger's tool inside the house: any page that it shows can send requests to a node
on the same machine or in the same network (and a name of the page's own can be made to lead there:
DNS rebinding). So:

1. `Host` must be known: the address at which the connection came in, an address of this machine if
   the node listens at all of them, `localhost`, this machine's name, that name with `.local`, or
   the name of the public address. Ports are not compared: routers and proxies change them.
2. `Origin`, where it is said, must be this node's: what the browser was asked for, or the public
   address. Nodes and pages that one opens send none; forms say it (`Referrer-Policy: same-origin`).

Both are looked at for every request, before anything else is done.
"""

import ipaddress
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared, not bound

LOOK_SECONDS = 1.0
"""Between two looks at the addresses of this machine: strangers can ask by any number of them."""


class Hosts:
    """What is known of a node's own names. `listen` is the host of `--listen`."""

    def __init__(self, listen: str = "127.0.0.1", public_url: str = "") -> None:
        self._everywhere = listen in EVERYWHERE
        self._public_url = public_url.lower()
        self._names = LOOPBACK | ({plain_host(listen)} - EVERYWHERE)
        if public_url:
            self._names |= {plain_host(urlsplit(public_url).hostname or "")}
        self._addresses: frozenset[str] = frozenset()
        self._looked = float("-inf")

    def also_at(self, public_url: str) -> None:
        """The public address is another one from now on; by the name before it goes on answering
        until the node stops, so that whoever is just looking at a page is not cut off."""
        self._public_url = public_url.lower()
        if public_url:
            self._names |= {plain_host(urlsplit(public_url).hostname or "")}

    def knows(self, host: str, arrived_at: str | None) -> bool:
        """Whether a `Host` header is one of ours; `arrived_at` is where the connection came in."""
        name = name_in(host)
        if name is None:
            return False
        if name in self._names or name in own_names():
            return True
        if not is_address(name):
            return False
        if arrived_at is not None and name == plain_host(arrived_at):
            return True
        return self._everywhere and name in self._own_addresses()

    def is_own(self, origin: str, host: str) -> bool:
        """Whether an `Origin` header is that of our own pages, asked for as `host`."""
        scheme, sign, rest = origin.lower().partition("://")
        if not sign or scheme not in ("http", "https"):
            return False
        return rest == host.lower() or origin.lower() == self._public_url

    def _own_addresses(self) -> frozenset[str]:
        """Of this machine, as they are now: they change with every network that it enters."""
        now = time.monotonic()
        if now - self._looked >= LOOK_SECONDS:
            self._looked, self._addresses = now, machine_addresses()
        return self._addresses


def plain_host(host: str) -> str:
    """One spelling of each: lower case, no final dot, no brackets or zone, IPv4 as such."""
    host = host.lower().strip("[]").removesuffix(".").partition("%")[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    mapped = address.ipv4_mapped if address.version == 6 else None
    return str(mapped or address)


def name_in(header: str) -> str | None:
    """The host in a `Host` header; None if it is none.

    >>> name_in("Group.Example:8480"), name_in("[::1]:80"), name_in("a:b:c"), name_in("me@x")
    ('group.example', '::1', None, None)
    """
    if header.startswith("["):
        host, bracket, port = header.partition("]")
        port = port.removeprefix(":") if bracket and port[:1] in ("", ":") else "?"
    else:
        host, _colon, port = header.partition(":")
    if (port and not (port.isascii() and port.isdigit())) or not host.strip("["):
        return None
    return None if set(host) & set("@/\\?# ,") else plain_host(host)


def is_address(host: str) -> bool:
    """Whether it is an IP address rather than a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def own_names() -> frozenset[str]:
    """What this machine is called now, also in its local network (mDNS)."""
    whole = plain_host(socket.gethostname())
    short = whole.partition(".")[0]
    return frozenset({whole, short, f"{short}.local"}) - {"", ".local"}


def machine_addresses() -> frozenset[str]:
    """All addresses of this machine."""
    import ifaddr

    return frozenset(
        plain_host(one.ip if isinstance(one.ip, str) else one.ip[0])
        for adapter in ifaddr.get_adapters()
        for one in adapter.ips
    )


def guard(hosts: Hosts, refuse: Callable[[web.Request, str], web.Response]) -> Middleware:
    """A middleware that answers with `refuse(request, "host" or "origin")` where it must."""

    @web.middleware
    async def look(request: web.Request, handler: Handler) -> web.StreamResponse:
        trouble = trouble_with(request, hosts)
        return await handler(request) if trouble is None else refuse(request, trouble)

    return look


def trouble_with(request: web.Request, hosts: Hosts) -> str | None:
    """`host` or `origin` if the request is refused for it, else None."""
    names = request.headers.getall("Host", [])
    asked = {*names, request.host}  # which a request as to a proxy (`GET http://…`) says apart
    if not names or not all(hosts.knows(one, _arrived_at(request)) for one in asked):
        return "host"
    for origin in request.headers.getall("Origin", []):
        if not hosts.is_own(origin, names[0]):
            return "origin"
    return None


def _arrived_at(request: web.Request) -> str | None:
    name = request.get_extra_info("sockname")
    return str(name[0]) if isinstance(name, tuple) and name else None
