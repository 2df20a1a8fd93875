"""The HTTP server of a node: the link for peers, the descriptor, the health check, the pages."""

import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from node.feature import FORM_BYTES, Feature
from node.links.descriptor import (
    MEDIA_TYPE,
    Descriptor,
    public_addresses,
    public_entry,
    seal_descriptor,
)
from node.links.dialling import PING_SECONDS, SUBPROTOCOL
from node.links.manager import Links
from node.lookup.showing import shown_outside
from node.store.core import Core
from node.web.hosts import Hosts, guard
from node.web.idle_connections import IDLE_CONNECTIONS, IdleConnections
from node.web.local_pages import LOCAL_PAGES, LocalPages
from node.web.public_address import PUBLIC_ADDRESS, PublicAddress
from sync.frames import MESSAGE_BYTES

log = logging.getLogger(__name__)

REQUEST_BYTES = FORM_BYTES
"""A request to the pages, unless its route allows more."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LINE_BYTES = 65_536
"""Of the first line of a request: a search that somebody pasted, ten thousand letters, is answered
in words; beyond that it is no address."""

LINK, HEALTH, DESCRIPTOR = "/link", "/health", "/.well-known/verbund"
"""For other groups' machines and for watchdogs: everybody may ask."""


def make_app(
    core: Core,
    links: Links,
    tls: bytes | None,
    features: Sequence[Feature],
    hosts: Hosts | None = None,
) -> web.Application:
    """Everything that is answered at a node's address, asked by one of the names in `hosts`."""
    from node.people.hashing import Hashing
    from node.people.passwords import SigningIn
    from node.people.sessions import Sessions
    from node.people.slowing import Slowing
    from node.web.refusing import refuse
    from node.web.render import Renderer
    from node.web.resting import Resting
    from node.web.site import Site

    lobby, resting = IdleConnections(), Resting(core)
    hosts = hosts or Hosts()
    local = LocalPages(core)
    middlewares = [lobby.answering, guard(hosts, refuse), local.only_pages, resting.noticing]
    app = web.Application(client_max_size=REQUEST_BYTES, middlewares=middlewares)
    app[IDLE_CONNECTIONS], app[LOCAL_PAGES] = lobby, local
    app[PUBLIC_ADDRESS] = PublicAddress(core, hosts)
    app.on_shutdown.append(resting.close)
    app.router.add_get(LINK, link_handler(links))
    app.router.add_get(HEALTH, _health(core))
    app.router.add_get(DESCRIPTOR, _descriptor(core, tls))
    signing = SigningIn(core, Hashing(), Slowing(core.clock.steady))
    Site(core, Sessions(core), features, Renderer(features), links.connected, signing).add_to(app)
    return app


def link_handler(links: Links) -> Handler:
    """Answers other nodes that dial (docs/protocol.md §8.1)."""

    async def answer(request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse(
            protocols=[SUBPROTOCOL],
            heartbeat=PING_SECONDS,
            max_msg_size=MESSAGE_BYTES + 1,  # closes what has as many
            compress=False,
            timeout=2,
        )
        await ws.prepare(request)
        if ws.ws_protocol == SUBPROTOCOL:
            await links.answer(ws)
        else:
            await ws.close(code=1002, message=b"subprotocol verbund.1")
        return ws

    return answer


def _health(core: Core) -> Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        try:
            core.records.last()
        except sqlite3.Error:
            return web.json_response({"status": "database"}, status=503)
        disk = core.reserve.state
        return web.json_response({"status": "ok"} | ({"disk": disk} if disk else {}))

    return answer


def _networks_shown(core: Core) -> list[bytes]:
    """Those held here that everybody may know of: what a group looks after is a tie, too."""
    shown = shown_outside(core, core.clock())
    return [one for one in core.ring.ids[1:] if one in core.own and one in shown]


def _descriptor(core: Core, tls: bytes | None) -> Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        home = core.ring.held[0]
        record = core.introduction(home)
        if record is None:
            raise web.HTTPServiceUnavailable
        urls = [one["url"] for one in public_addresses(core, home.id)]
        ids = [home.id, *_networks_shown(core)]
        found = Descriptor(
            ids[:16], urls, tls, [1], core.clock(), record.raw, public_entry(core, home, record.raw)
        )
        return web.Response(body=seal_descriptor(found, home.signing), content_type=MEDIA_TYPE)

    return answer
