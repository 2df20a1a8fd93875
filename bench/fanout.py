"""A record reaches a network of 50 nodes: how soon, how often, with how many bytes (`fanout`).

Real nodes with real stores and sockets on loopback, all in one process; each is linked to at most
eight others, four that it dials and four that dial it, drawn at random. A node publishes a meeting
for the network. `fanout` is the median, over all nodes and all meetings, of the time from its
COMMIT to the COMMIT at a node; duplicates are copies that came to a node besides the first. All
nodes share one core, so the times are those of the sum of their work.
"""

import asyncio
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import web

from bench.days import to_come
from bench.filling import empty
from bench.result import Result, median, say
from crypto.hashing import digest
from node.app import open_core
from node.features.meetings.actions import new_meeting
from node.features.networks.actions import apply_to_network, found_network
from node.links import link
from node.links.dial_plan import Target
from node.links.fetching import Fetching
from node.links.link import Link
from node.links.manager import Links
from node.records.transaction import act, take
from node.store.core import Core
from node.web.server import link_handler
from protocol.audience import PUBLIC
from protocol.kind import Place
from protocol.record import open_envelope, verify_all
from sync.events import Event, Received
from sync.gate import Verdict, gate
from sync.proof import host_of
from sync.session import Session

NODES = 50
DIALLED = 4
"""By each, and by as many it is dialled: eight links."""

MEETINGS = 20
WANTED_DUPLICATES = 1.5
PATIENCE = 120.0

MEETING = {
    "title": "Sommerfest der Gruppen",
    "text": "Alle bringen etwas mit; wir fangen um drei an.",
    "starts": to_come(time.time()),
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Haus der Vereine",
}


class Watch:
    """What all nodes noticed: when a record was stored where, how often it came, bytes."""

    def __init__(self) -> None:
        self.stored: dict[bytes, dict[bytes, float]] = defaultdict(dict)
        self.copies: dict[bytes, dict[bytes, int]] = defaultdict(lambda: defaultdict(int))
        self.bytes: dict[bytes, int] = defaultdict(int)

    def session(self) -> type[Session]:
        """A session that tells what it hears."""
        watch = self

        class Watched(Session):
            def receive(self, data: bytes, now: int) -> list[Event]:
                home = self.secure.own[0]
                watch.bytes[home] += len(data)
                found = super().receive(data, now)
                for event in found:
                    if isinstance(event, Received):
                        for envelope in event.envelopes:
                            watch.copies[digest(open_envelope(envelope)[1])][home] += 1
                return found

        return Watched

    def fetching(self, home: bytes) -> Fetching[Link]:
        """Told of whatever a node stored."""
        watch = self

        class Told(Fetching[Link]):
            def stored(self, ids: Iterable[bytes]) -> None:
                named, at = list(ids), time.perf_counter()
                for one in named:
                    watch.stored[one].setdefault(home, at)
                super().stored(named)

        return Told()


class Node:
    """A node that dials four others and nobody else."""

    def __init__(self, core: Core, watch: Watch) -> None:
        self.core, self.links = core, Links(core, private=True)
        self.links.fetching = watch.fetching(core.home_id)
        self.links.wanted = self._wanted
        self.neighbours: frozenset[bytes] = frozenset()

    def _wanted(self) -> list[Target]:
        """Only those that were drawn."""
        found = []
        for one in self.neighbours:
            if not self.links.connected(one):
                (half,) = self.core.ties.endpoints[one].values()
                assert half.content is not None
                found.append(Target(half.content["url"], None, one, others=((None, one),)))
        return found


def run() -> Iterator[Result]:
    """One network, some meetings."""
    watch = Watch()
    usual, link.Session = link.Session, watch.session()
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = asyncio.run(_measure(Path(folder), watch))
    finally:
        link.Session = usual
    times, worst, duplicates, size = found
    say(
        f"{NODES} nodes, {MEETINGS} meetings: median {median(times) * 1e3:.0f} ms, the last node"
        f" after {median(worst) * 1e3:.0f} ms (at worst {max(worst) * 1e3:.0f}); {duplicates:.2f}"
        f" duplicates and {size:,.0f} bytes a node and record"
    )
    shown = (None, None, "shown beside", True)
    yield Result("fanout", round(median(times) * 1e3, 1), "ms", *shown)
    yield Result("fanout/worst", round(max(worst) * 1e3, 1), "ms", *shown)
    good = duplicates < WANTED_DUPLICATES
    words = f"< {WANTED_DUPLICATES}"
    yield Result("fanout/duplicates", round(duplicates, 3), "a node", None, None, words, good)
    yield Result("fanout/bytes", round(size), "bytes received a node and record", *shown)


async def _measure(folder: Path, watch: Watch) -> tuple[list[float], list[float], float, float]:
    times, worst, sizes, copies = [], [], [], []
    async with _network(folder, watch) as (nodes, network):
        for number in range(MEETINGS):
            author = random.Random(number).choice(nodes)
            await _quiet(nodes)
            watch.bytes.clear()
            before = author.core.records.last()
            content = MEETING | {"title": f"Fest {number}"}
            new_meeting(author.core, author.core.home_id, network, content)
            (header,) = author.core.records.headers(author.core.clock(), ["meeting"], after=before)
            began = time.perf_counter()
            author.links.stored()
            stored = watch.stored[header.id]
            await _until(lambda stored=stored: len(stored) == len(nodes), "everywhere")
            await _quiet(nodes)
            found = sorted(at - began for home, at in stored.items() if home != author.core.home_id)
            times += found
            worst.append(found[-1])
            came = watch.copies[header.id]
            copies.append(sum(came.values()) / (len(nodes) - 1) - 1)
            sizes.append(sum(watch.bytes.values()) / len(nodes))
    return times, worst, sum(copies) / len(copies), median(sizes)


@asynccontextmanager
async def _network(folder: Path, watch: Watch) -> AsyncIterator[tuple[list[Node], bytes]]:
    """All of them up, linked and quiet."""
    nodes = [Node(open_core(empty(folder, f"Group {n}")), watch) for n in range(NODES)]
    async with AsyncExitStack() as stack:
        for node in nodes:
            await stack.enter_async_context(_listening(node))
        network = _founded([node.core for node in nodes])
        drawn = random.Random(NODES)
        for _ in range(DIALLED):
            order = drawn.sample(nodes, NODES)
            for one, other in zip(order, order[1:] + order[:1], strict=True):
                one.neighbours |= {other.core.home_id}
        for node in nodes:
            node.links.begin()
        try:
            await _until(lambda: all(_linked(node) for node in nodes), "linked")
            await _quiet(nodes)
            most = max(len(node.links.sessions) for node in nodes)
            say(f"linked; nobody has more than {most} links")
            yield nodes, network
        finally:
            for node in nodes:
                await node.links.close()
                node.core.close()


@asynccontextmanager
async def _listening(node: Node) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_get("/link", link_handler(node.links))
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    node.links.hosts.add(host_of(url))
    with act(node.core) as publisher:
        place = Place(node.core.home_id, PUBLIC, "endpoint", "home")
        publisher.write(place, {"url": url, "tls": None})
    try:
        yield
    finally:
        await runner.cleanup()


def _founded(cores: Sequence[Core]) -> bytes:
    """A network of all, known to all."""
    host, *others = cores
    network: bytes = found_network(host, host.home_id, {"name": "Netz", "admission": "open"})
    for core in others:
        _hand_over(host, core)
        apply_to_network(core, core.home_id, network, None)
        _hand_over(core, host)
    for _ in range(3):  # ties first, then what rests on them
        for core in others:
            _hand_over(core, host)
        for core in others:
            _hand_over(host, core)
    assert all(len(core.ties.endpoints) == len(cores) for core in cores)
    assert all(len(core.ties.members(network, core.clock())) == len(cores) for core in cores)
    return network


def _hand_over(giver: Core, taker: Core) -> None:
    """What the gate lets it have; as the first exchange would."""
    now = giver.clock()
    headers = [
        one
        for one in giver.records.headers(now)
        if gate(taker.own, one, giver.ties, now) is not Verdict.NO
    ]
    raws = giver.records.envelopes([one.ref for one in headers])
    take(taker, verify_all([raw for raw in raws if raw]), frozenset(giver.own))


def _linked(node: Node) -> bool:
    return all(one in node.links.sessions for one in node.neighbours)


async def _quiet(nodes: Sequence[Node]) -> None:
    await _until(lambda: all(node.links.is_quiet for node in nodes), "quiet")


async def _until(condition: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 - fifty nodes, none of them an event
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise TimeoutError(what) from None
