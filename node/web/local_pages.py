"""The pages in the local network: one switch, at run time, and who was here by it.

Rules:

1. Off until a person switches it on; then it stays on, also after a restart, until it is switched
   off. The addresses are those that this machine has in the networks of homes and offices, looked
   at again every few seconds: the sites follow.
2. Plain HTTP: a certificate of the machine's own frightens everybody who opens the page. So only
   pages are served there, never what other groups' machines ask for (`MACHINES`).
3. Of whoever opens a page from another device, the time and the kind of device are kept, in memory,
   the last `SEEN` of them. No address, no name.
"""

import asyncio
import errno
import logging
import re
import socket
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from aiohttp import web
from aiohttp.typedefs import Handler

from node.base.logs import event
from node.store.core import Core
from node.web import local_addresses
from node.web.headers import make_safe
from node.web.hosts import EVERYWHERE, plain_host
from node.web.idle_connections import Site
from node.web.local_addresses import has_public_address, local_names

log = logging.getLogger(__name__)

SETTING = "local_pages"
"""`{"on": bool, "port": number}`."""

LOOK_SECONDS = 3.0
"""Between two looks at the switch and at the addresses: as long as a person waits without doubt."""

PORTS = 10
"""Tried one after the other, if something else listens there."""

NAME_SECONDS, NAME_WAIT = 60.0, 2.0
"""How often it is looked whether the machine's name leads here, and how long for an answer."""

CLOSE_SECONDS = 1.0
"""Until what still comes over a site that was closed is cut: its last answer has gone out."""

SEEN = 12
"""As many fit on the page."""

SAME_SECONDS = 15
"""Devices of one kind within so many seconds count as one: a page is more than one request."""

MACHINES = frozenset({"/link", "/.well-known/verbund", "/health"})
"""What only machines ask for; not served in the local network."""

_KINDS = (
    ("iphone", re.compile(r"iPhone|iPod")),
    ("ipad", re.compile(r"iPad")),
    ("android", re.compile(r"Android.*Mobile")),
    ("tablet", re.compile(r"Android|Tablet")),
    ("computer", re.compile(r"Macintosh|Windows NT|X11|CrOS")),
)


class Seen(NamedTuple):
    """Somebody was here: when, in seconds, and with what kind of device."""

    at: int
    kind: str


class Place(NamedTuple):
    """Where phones find the pages."""

    address: str
    port: int

    @property
    def url(self) -> str:
        """As it is typed."""
        return f"http://{self.address}:{self.port}"


class LocalPages:
    """The sites in the local network of one running node."""

    def __init__(
        self,
        core: Core,
        addresses: Callable[[], Sequence[str]] | None = None,
    ) -> None:
        self.core = core
        self.addresses = addresses or local_addresses.house_addresses
        self.names: Callable[[], Sequence[str]] = local_names
        self.trouble = ""
        """On, and not open: `no-network`, `data-centre`, `port-taken` or `refused`; or ""."""
        self.name = ""
        """`NAME.local`, if it leads here."""
        self.seen: deque[Seen] = deque(maxlen=SEEN)
        self.open_at: frozenset[tuple[str, int]] = frozenset()
        self._sites: dict[Place, Site] = {}
        self._runner: web.AppRunner | None = None
        self._listens = ("", 0)
        self._plain = False
        self._looking = asyncio.Lock()
        self._named = float("-inf")
        self._closing: set[asyncio.Task[None]] = set()

    def attach(self, runner: web.AppRunner, host: str, port: int, *, plain: bool) -> None:
        """Say whose sites these are, and where that one listens already; `plain`: without TLS."""
        self._runner, self._listens, self._plain = runner, (host, port), plain

    @property
    def can_be_switched(self) -> bool:
        """Whether a server runs that can open a further site."""
        return self._runner is not None

    @property
    def is_open_anyway(self) -> bool:
        """Whether the node was started so that phones get in without the switch."""
        return self._plain and self._listens[0] in EVERYWHERE

    @property
    def is_on(self) -> bool:
        """Whether a person switched it on."""
        return bool(self._kept().get("on"))

    @property
    def places(self) -> list[Place]:
        """Where phones get in now."""
        if self.is_open_anyway:
            return [Place(one, self._listens[1]) for one in self.addresses()]
        return sorted(self._sites)

    @property
    def first_port(self) -> int:
        """Where it will be, as far as that can be said before."""
        kept = self._kept().get("port")
        return kept if isinstance(kept, int) else self._listens[1]

    def trouble_ahead(self) -> str:
        """What would be in the way if it were switched on now; "" if nothing is seen."""
        addresses = self.addresses()
        if not addresses:
            return self.trouble_without()
        free = any(_is_free(one, port) for one in addresses for port in self._ports())
        return "" if free else "port-taken"

    def trouble_without(self) -> str:
        """What it means that this machine has no address in a local network."""
        return "data-centre" if has_public_address() else "no-network"

    def _kept(self) -> dict[str, object]:
        kept: dict[str, object] = self.core.settings.get(SETTING, {})
        return kept

    async def switch(self, on: bool) -> None:
        """Open or close, now and for later starts."""
        keep_switch(self.core, on)
        if on:
            event(log, "local-pages-on")
        else:
            event(log, "local-pages-off")
        self._named = float("-inf")
        await self.look()

    async def follow(self) -> None:
        """Follow the switch and the addresses, until cancelled; then close."""
        try:
            while True:
                await self.look()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            for site in self._sites.values():
                with suppress(RuntimeError):
                    await site.stop()
            self._sites.clear()

    async def look(self) -> None:
        """Bring what is open in line with the switch and with the addresses of this machine."""
        async with self._looking:
            wanted = list(self.addresses()) if self.is_on and not self.is_open_anyway else []
            for place in [one for one in self._sites if one.address not in wanted]:
                await self._close(place)
            self.trouble = ""
            if self.is_on and not self.is_open_anyway and not wanted:
                self.trouble = self.trouble_without()
            here = {one.address for one in self._sites}
            for address in wanted:
                if address not in here:
                    await self._open(address)
            await self._look_for_name()

    async def _open(self, address: str) -> None:
        assert self._runner is not None  # noqa: S101 - `look` is called once it is attached
        for port in self._ports():
            site = Site(self._runner, address, port)
            try:
                await site.start()
            except OSError as error:
                with suppress(RuntimeError):
                    await site.stop()
                taken = error.errno == errno.EADDRINUSE
                self.trouble = "port-taken" if taken else "refused"
                continue
            self.trouble = ""
            place = Place(address, port)
            self._sites[place] = site
            self.open_at |= {(address, port)}
            self._remember_port(port)
            event(log, "local-pages-open")
            return

    def _ports(self) -> list[int]:
        """Where it was the last time, first: a code that was printed goes on leading here."""
        first = self._listens[1]
        own = [one for one in range(first, first + PORTS) if one <= 65_535]
        kept = self._kept().get("port")
        return [*([kept] if isinstance(kept, int) else []), *(one for one in own if one != kept)]

    def _remember_port(self, port: int) -> None:
        kept = self._kept()
        if kept.get("port") != port:
            with self.core.transaction():
                self.core.settings.set(SETTING, {**kept, "port": port})

    async def _close(self, place: Place) -> None:
        """Take no more connections; cut those that are there once the last answer has gone out."""
        site = self._sites.pop(place)
        with suppress(RuntimeError):
            await site.stop()
        task = asyncio.create_task(self._cut(place))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        event(log, "local-pages-closed")

    async def _cut(self, place: Place) -> None:
        await asyncio.sleep(CLOSE_SECONDS)
        if place in self._sites:  # opened again meanwhile
            return
        server = self._runner.server if self._runner is not None else None
        for one in list(server.connections) if server is not None else ():
            wire = one.transport
            if isinstance(wire, asyncio.Transport) and _end(wire, "sockname") == place:
                wire.abort()

    async def _look_for_name(self) -> None:
        """Whether the machine's name in the local network leads to where the pages are."""
        now = asyncio.get_running_loop().time()
        if not self._sites:
            self.name = ""
            return
        if now - self._named < NAME_SECONDS:
            return
        self._named = now
        here = {one.address for one in self._sites}
        for name in self.names():
            if here & await _lookup(name):
                self.name = name
                return
        self.name = ""

    # What comes in

    def came_this_way(self, request: web.Request) -> bool:
        """Whether a request came in over the local network's sites, now or before."""
        return _end(request.transport, "sockname") in self.open_at

    @web.middleware
    async def only_pages(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Serve nothing but pages in the local network, and notice who opens one."""
        if not self.came_this_way(request):
            return await handler(request)
        if request.path in MACHINES:
            return _not_here()
        answer = await handler(request)
        if request.method == "GET" and answer.status < 400 and _is_page(request.path):
            self.notice(request)
        return answer

    def notice(self, request: web.Request) -> None:
        """Keep that somebody was here, if it was from another device."""
        other, own = _end(request.transport, "peername"), _end(request.transport, "sockname")
        if other is None or own is None or other[0] in (own[0], "127.0.0.1"):
            return
        now, kind = self.core.clock(), kind_of_device(request.headers.get("User-Agent", ""))
        for one in self.seen:
            if one.kind == kind and now - one.at < SAME_SECONDS:
                return
        self.seen.appendleft(Seen(now, kind))


LOCAL_PAGES = web.AppKey("local_pages", LocalPages)


def is_switched_on(core: Core) -> bool:
    """Whether the pages are to be in the local network."""
    return bool(core.settings.get(SETTING, {}).get("on"))


def kept_port(core: Core) -> int:
    """Where it was open the last time; 0 if it never was."""
    return int(core.settings.get(SETTING, {}).get("port", 0))


def keep_switch(core: Core, on: bool) -> None:
    """For the running server, which follows, and for the next start."""
    with core.transaction():
        core.settings.set(SETTING, {**core.settings.get(SETTING, {}), "on": on})


def kind_of_device(user_agent: str) -> str:
    """What somebody came with, as far as a browser says: no more than that is looked at.

    >>> kind_of_device("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)"), kind_of_device("")
    ('iphone', 'device')
    """
    return next((kind for kind, sign in _KINDS if sign.search(user_agent)), "device")


async def _lookup(name: str) -> set[str]:
    loop = asyncio.get_running_loop()
    with suppress(OSError, UnicodeError, TimeoutError):
        asking = loop.getaddrinfo(name, None, family=socket.AF_INET, type=socket.SOCK_STREAM)
        found = await asyncio.wait_for(asking, NAME_WAIT)
        return {plain_host(str(one[4][0])) for one in found}
    return set()


def _not_here() -> web.Response:
    response = web.Response(status=404)
    make_safe(response, signed_in=False)
    return response


def _is_free(address: str, port: int) -> bool:
    """Whether nothing listens there; where it is no address of ours nothing could be said."""
    try:
        with socket.create_server((address, port)):
            return True
    except OSError as error:
        return error.errno != errno.EADDRINUSE


def _is_page(path: str) -> bool:
    return not path.startswith("/static/") and not path.endswith("/seen")


def _end(wire: asyncio.BaseTransport | None, which: str) -> tuple[str, int] | None:
    """Address and port of one end of a connection."""
    found = wire.get_extra_info(which) if wire is not None else None
    return (
        (plain_host(str(found[0])), int(found[1])) if isinstance(found, tuple) and found else None
    )
