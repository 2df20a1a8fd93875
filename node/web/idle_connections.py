"""Connections on which nothing is asked: how long they may stay, and how many.

Rules:

1. Whoever connects has `IDLE_SECONDS` for all of the head of a request, however slowly it drips,
   and as long again between two requests; for TLS `TLS_SECONDS`.
2. At most `IDLE` connections wait like that; whoever comes then takes the place of the one that
   has waited longest. So somebody who opens thousands and says nothing keeps nobody out: who asks
   at once is answered.
3. A connection that is being answered, or is a link by now, is not idle: links have bounds of
   their own.
"""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

IDLE = 128
"""Some browsers keep six open each; a group's page has few readers at a time."""

IDLE_SECONDS = 20.0
"""A slow mobile line needs three for the head of a request."""

TLS_SECONDS = 10.0
"""Four messages: as long as the handshake of a link (§8.5)."""

LINGER_SECONDS = 2.0
"""For what still comes after an answer: only who is inside has a form to send."""

FILES = 8_192
"""Open files and connections of this process, where the system lets it have so many."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class IdleConnections:
    """Who is connected and not being answered."""

    def __init__(self, most: int = IDLE) -> None:
        self.most = most
        self._answered: set[object] = set()

    @web.middleware
    async def answering(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """While a request is answered its connection is not idle."""
        who = request.protocol
        self._answered.add(who)
        try:
            return await handler(request)
        finally:
            self._answered.discard(who)

    def admit(self, server: web.Server) -> asyncio.Protocol:
        """The protocol of a new connection; the oldest of too many idle ones go."""
        idle = [one for one in server.connections if one not in self._answered]
        for one in idle[: max(len(idle) + 1 - self.most, 0)]:
            if isinstance(one.transport, asyncio.Transport):
                one.transport.abort()
        return server()


IDLE_CONNECTIONS = web.AppKey("lobby", IdleConnections)


class Site(web.TCPSite):
    """A `TCPSite` whose connections pass the lobby, and whose TLS has a time limit of our own."""

    async def start(self) -> None:
        """Listen."""
        await web.BaseSite.start(self)
        runner = self._runner
        assert isinstance(runner, web.AppRunner)  # noqa: S101 - the only kind that we make
        server, lobby = runner.server, runner.app[IDLE_CONNECTIONS]
        assert server is not None  # noqa: S101 - `setup` was called, or `start` above had raised
        self._server = await asyncio.get_running_loop().create_server(
            lambda: lobby.admit(server),
            **self._where(),
            ssl=self._ssl_context,
            ssl_handshake_timeout=TLS_SECONDS if self._ssl_context else None,
            backlog=self._backlog,
        )

    def _where(self) -> dict[str, Any]:
        """`::` is all addresses of both kinds; asyncio would leave out those of IPv4."""
        if self._host != "::" or not socket.has_dualstack_ipv6():
            return {"host": self._host, "port": self._port}
        where = ("::", self._port)
        made = socket.create_server(where, family=socket.AF_INET6, dualstack_ipv6=True)
        return {"sock": made}


def allow_files() -> None:
    """Let this process have as many connections as it may: 1,024 is soon used up."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
        if soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
