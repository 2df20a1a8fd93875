"""Real nodes in one process: real files, real sockets on loopback, one event loop."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiohttp import web

from crypto.sealing import SEAL_ENTROPY_BYTES
from node.app import SCHEMA, open_core
from node.features.directory.counting import Facets
from node.features.directory.types import DirectoryPage, DirectoryQuery
from node.features.directory.views import find_page
from node.features.networks.actions import apply_to_network, decide, found_network
from node.features.peers.accepting import use_link
from node.features.peers.actions import accept_peer, invite_peer
from node.features.start.actions import initialise
from node.keys.home import Home
from node.links import link
from node.links.manager import Links
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from node.records.transaction import act, take
from node.serving import ENDPOINT_NAME
from node.store.core import Core
from node.store.timekeeper import wall_clock
from node.upkeep.upkeep import Upkeep
from node.web.server import link_handler
from protocol.audience import PUBLIC, Audience
from protocol.encoding import encode
from protocol.errors import ProtocolError
from protocol.kind import Place
from protocol.record import Record, reread, verify_all
from protocol.sealed import outer_name, wrap
from sync.frames import Records
from sync.proof import host_of
from sync.session import Session
from tests.sync.people import NOW, Someone

PATIENCE = 20.0
"""Seconds after which what should have happened did not."""


def make_home(
    folder: Path, name: str, clock: Callable[[], int] = wall_clock, **fields: Any
) -> Home:
    """A new node on disk."""
    home = Home(folder / name)
    initialise(home, {"name": name, **fields}, None, secrets.token_bytes, clock, schema=SCHEMA)
    return home


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: int = NOW) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def wind(core: Core, clock: Callable[[], int] | None = None) -> None:
    """Give a node another clock, and say that it is right: as if it had run until then."""
    core.clock.wall = clock or core.clock.wall
    with core.transaction():
        core.clock.confirm(core.records.last())


def make_core(folder: Path, name: str = "Alpha", clock: Clock | None = None) -> Core:
    """A new node that is not up; its clock stands at NOW of `tests.sync.people`."""
    clock, home = clock or Clock(), Home(folder / name)
    initialise(home, {"name": name}, None, secrets.token_bytes, clock, schema=SCHEMA)
    return open_core(home, clock=clock)


def inside(core: Core, connected: Callable[[bytes], bool] = lambda _peer: False) -> Sight:
    """What whoever runs the node sees, as the node stands now."""
    return Sight(core, Viewer.INSIDE, core.home_id, connected)


def outside(core: Core) -> Sight:
    """What everybody sees, as the node stands now."""
    return Sight(core, Viewer.OUTSIDE, core.home_id)


def page_of(sight: Sight, query: DirectoryQuery, facets: Facets | None = None) -> DirectoryPage:
    """A page of the directory, counted anew unless `facets` has been kept."""
    return find_page(sight, query, facets or Facets())


def verified(*raws: bytes) -> list[Record | ProtocolError]:
    """What `node.records.transaction.take` takes."""
    return verify_all(raws)


def accept(core: Core, other: Someone) -> None:
    """This node accepts somebody who is no node."""
    take(core, verified(other.introduction()), frozenset({other.id}))
    accept_peer(core, core.home_id, other.id)


def seal_to(
    author: Someone, to: bytes, keys: dict[bytes, bytes], kind: str, name: str, content: Any
) -> bytes:
    """A sealed record to an identity of which only the id and the sealing key are known."""
    audience, outer = Audience.direct([to]), outer_name(secrets.token_bytes(16))
    keys = {**keys, author.id: author.sealing.public}
    body = content if content is None or type(content) is bytes else encode(content)
    entropy = secrets.token_bytes(SEAL_ENTROPY_BYTES)
    inner = (kind, name, body)
    wrapped = wrap(author.id, audience, outer, inner, keys.__getitem__, entropy)
    return author.say("sealed", wrapped, audience, outer)


class Running:
    """A node that is up."""

    def __init__(self, core: Core) -> None:
        self.core = core
        with core.transaction():
            core.settings.set("serve", {"private_addresses": True})
        self.links = Links(core, private=True)
        self.url: str | None = None

    @property
    def id(self) -> bytes:
        """The home group."""
        return self.core.home_id

    def say(self, action: Callable[..., Any], *args: Any) -> Any:
        """Do an action as the home group, and let the links know at once."""
        result = action(self.core, self.id, *args)
        self.links.stored()
        return result

    def decide(self, network: bytes, member: bytes, decision: str) -> None:
        """Decide as a network."""
        decide(self.core, network, member, decision)
        self.links.stored()


@asynccontextmanager
async def running(
    home: Home, reachable: bool = True, clock: Callable[[], int] = wall_clock
) -> AsyncIterator[Running]:
    """A node with its server and its dialling, until the block ends.

    It lives in the present, unless it is given the clock at which others in the test write: by then
    their records have to be neither old nor yet to come.
    """
    node = Running(open_core(home, clock=clock))
    app = web.Application()
    app.router.add_get("/link", link_handler(node.links))
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    if reachable:
        port = node.core.settings.get("test-port", 0)
        site = web.TCPSite(runner, "127.0.0.1", port, reuse_address=True)
        await site.start()
        port = runner.addresses[0][1]
        node.url = f"http://127.0.0.1:{port}"
        node.links.hosts.add(host_of(node.url))
        with act(node.core) as publisher:
            node.core.settings.set("test-port", port)
            place = Place(node.id, PUBLIC, "endpoint", ENDPOINT_NAME)
            publisher.write(place, {"url": node.url, "tls": None})
    upkeep = Upkeep(node.core, node.links)
    node.links.begin()
    try:
        yield node
    finally:
        upkeep.close()
        await node.links.close()
        await shut(runner)
        node.core.close()


async def shut(runner: web.AppRunner) -> None:
    """Close a server, and the connections that it accepts while it closes."""
    server = runner.server
    await runner.cleanup()
    for _ in range(5):  # until a connection that was just accepted is known to it
        await asyncio.sleep(0)
    if server is not None:
        await server.shutdown(0)


class Crossing(NamedTuple):
    """A record that left one node for another."""

    source: frozenset[bytes]
    target: frozenset[bytes]
    record: Record


class Wire(list[Crossing]):
    """Everything that crosses between nodes, in order; put in place by `tap`."""

    def between(self, one: "Running", since: int = 0) -> list[Record]:
        """What passed from or to a node."""
        me = one.id
        return [c.record for c in self[since:] if me in c.source or me in c.target]


def tap(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Write down every envelope that a session hands over for sending."""
    wire = Wire()

    class Tapped(Session):
        def _send(self, frame: Any) -> None:
            if isinstance(frame, Records):
                own = self._shelf.own
                for raw in frame.envelopes:
                    wire.append(Crossing(own, self.peer, reread(raw)))
            super()._send(frame)

    monkeypatch.setattr(link, "Session", Tapped)
    return wire


async def until(condition: Callable[[], Any], what: str = "") -> None:
    """Wait for something to become true; fails after PATIENCE."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while not condition():
        assert loop.time() < end, f"did not happen in {PATIENCE} s: {what}"
        await asyncio.sleep(0.01)  # polling a condition, not waiting for a time


async def befriend(one: Running, other: Running) -> None:
    """Peer by a one-time link, as two groups do."""
    link = invite_peer(one.core, one.id)
    await use_link(other.core, other.id, link)
    one.links.stored()
    other.links.stored()


async def network_of(host: Running, *others: Running, name: str = "Netz") -> bytes:
    """A network held by `host`, with the others admitted; they are peers of the host already."""
    network: bytes = host.say(found_network, {"name": name})
    for other in others:
        await until(lambda other=other: network in other.core.ties.charters, "charter")
        other.say(apply_to_network, network, None)
        await until(
            lambda other=other: host.core.ties.bond(network, other.id) is not None,
            "application",
        )
        host.decide(network, other.id, "admitted")
        await until(
            lambda other=other: other.core.ties.is_member(network, other.id, other.core.clock()),
            "admission",
        )
    return network
