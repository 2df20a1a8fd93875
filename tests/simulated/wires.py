"""The network between nodes: connections that take time, and break.

A `Wire` is one end of a connection and does what `node.links.link` asks of a WebSocket. Messages
arrive in order, for that is what TCP promises; a `Mishap` breaks the promise once, as a broken
machine on the way does, and the session has to end by it. What was on its way when a connection is
cut is lost.
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import aiohttp

SILENT = 120.0
"""Seconds after which a side that hears nothing, not even a ping, hangs up (`node.links.link`)."""

APART = 1e-5
"""Seconds between two messages that arrive one after the other."""

MISHAPS = ("drop", "twice", "swap", "flip", "cut")


class Mishap(NamedTuple):
    """What happens to one message of a connection."""

    number: int
    what: str


class Message(NamedTuple):
    """What `receive` gives."""

    type: aiohttp.WSMsgType
    data: bytes = b""


OVER = Message(aiohttp.WSMsgType.CLOSED)
SILENCE = Message(aiohttp.WSMsgType.ERROR)


class Wire:
    """One end. `home` is whose."""

    def __init__(self, connection: "Connection", home: str) -> None:
        self.connection, self.home = connection, home
        self.other: Wire
        self._arrived: deque[Message] = deque()
        self._waiting: asyncio.Future[None] | None = None
        self.last = 0.0
        """When what was sent last arrives at the other end."""

    async def send_bytes(self, data: bytes) -> None:
        if self.connection.over:
            raise ConnectionResetError
        self.connection.send(self, data)

    async def receive(self, timeout: float | None = None) -> Message:  # noqa: ASYNC109 - as aiohttp
        while not self._arrived:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        message = self._arrived.popleft()
        if message is SILENCE:
            raise TimeoutError
        return message

    async def close(self, **_: Any) -> None:
        self.connection.cut(gently=True)

    def get_extra_info(self, _name: str) -> "Wire":
        return self

    def shutdown(self, _how: int) -> None:
        self.connection.cut()

    def hear(self, message: Message) -> None:
        """Something arrived."""
        self._arrived.append(message)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


@dataclass
class Connection:
    """Two wires. `between` are the homes at its ends."""

    network: "Network"
    between: tuple[str, str]
    latency: float
    jitter: float
    draw: random.Random
    mishap: Mishap | None = None
    over: bool = False
    gently: bool = False
    sent: int = 0
    _held: bytes | None = None
    _timers: list[asyncio.TimerHandle] = field(default_factory=list)

    def wires(self) -> tuple[Wire, Wire]:
        one, other = (Wire(self, home) for home in self.between)
        one.other, other.other = other, one
        self.ends = one, other
        return self.ends

    def send(self, source: Wire, data: bytes) -> None:
        self.network.on_traffic(source.home, len(data))
        self.sent += 1
        if self.mishap is not None and self.sent == self.mishap.number:
            self.network.log(f"mishap {self.mishap.what} {'-'.join(self.between)}")
            if self.mishap.what == "cut":
                self.cut()
                return
            if self.mishap.what == "drop":
                return
            if self.mishap.what == "twice":
                self._deliver(source, data)
            elif self.mishap.what == "swap":
                self._held = data
                return
            elif self.mishap.what == "flip":
                at = self.draw.randrange(len(data))
                data = data[:at] + bytes([data[at] ^ 1 << self.draw.randrange(8)]) + data[at + 1 :]
        self._deliver(source, data)
        if self._held is not None:
            held, self._held = self._held, None
            self._deliver(source, held)

    def _deliver(self, source: Wire, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        delay = self.latency + self.draw.random() * self.jitter
        # Not at the same moment as the one before: timers that are equal come in any order.
        source.last = max(source.last + APART, loop.time() + delay)
        if self.network.parted(*self.between):  # as behind a dead router: nothing arrives, or ever
            return
        loop.call_at(source.last, self._arrive, source.other, data)

    def _arrive(self, wire: Wire, data: bytes) -> None:
        if self.over and not self.gently:
            return
        if self.network.parted(*self.between):
            return
        self.network.on_traffic(wire.home, 0)
        wire.hear(Message(aiohttp.WSMsgType.BINARY, data))

    def cut(self, gently: bool = False) -> None:
        """Over, for both sides; what is on its way is lost, unless somebody said goodbye."""
        if self.over:
            return
        self.over, self.gently = True, gently
        self.network.connections.pop(id(self), None)
        for wire in self.ends:
            if gently and not self.network.parted(*self.between):
                asyncio.get_running_loop().call_at(
                    max(wire.other.last + APART, asyncio.get_running_loop().time()),
                    wire.hear,
                    OVER,
                )
            else:
                wire.hear(OVER)

    def silence(self) -> None:
        """Nobody hears anything any more: both sides notice after a while."""
        loop = asyncio.get_running_loop()
        loop.call_later(SILENT + 2 * self.latency, self._noticed)

    def _noticed(self) -> None:
        if not self.over:
            self.over = True
            self.network.connections.pop(id(self), None)
            for wire in self.ends:
                wire.hear(SILENCE)


class Network:
    """Who can reach whom. `answer` takes a call at a home: a wire, or None if nobody is up."""

    def __init__(
        self,
        draw: random.Random,
        answer: Callable[[str, Wire], bool],
        log: Callable[[str], None],
        on_traffic: Callable[[str, int], None],
        mishaps: float,
    ) -> None:
        self.draw, self.answer, self.log, self.on_traffic = draw, answer, log, on_traffic
        self.mishaps = mishaps
        self.connections: dict[int, Connection] = {}
        self._apart: dict[int, frozenset[str]] = {}
        self._parts = 0
        self.dialled = 0

    async def dial(self, source: str, url: str) -> Wire:
        """A connection; OSError if there is none to be had."""
        self.dialled += 1
        target = url.removeprefix("https://")
        latency = 0.005 + self.draw.random() ** 3 * 0.5
        await asyncio.sleep(latency)
        if self.parted(source, target):
            await asyncio.sleep(10.0)  # as node.links.dialling.CONNECT_SECONDS
            raise OSError("unreachable")
        draw = random.Random(self.draw.getrandbits(64))
        mishap = None
        if draw.random() < self.mishaps:
            mishap = Mishap(1 + int(draw.random() ** 2 * 40), draw.choice(MISHAPS))
        found = Connection(self, (source, target), latency, latency / 2, draw, mishap)
        mine, theirs = found.wires()
        if not self.answer(target, theirs):
            raise ConnectionRefusedError
        self.connections[id(found)] = found
        return mine

    # What goes wrong

    def part(self, some: frozenset[str]) -> int:
        """From now on nothing passes between `some` and all others; gives the part's number."""
        self._parts += 1
        self._apart[self._parts] = some
        for one in list(self.connections.values()):
            if (one.between[0] in some) != (one.between[1] in some):
                one.silence()
        return self._parts

    def heal(self, part: int | None = None) -> None:
        """One partition is over, or all."""
        if part is None:
            self._apart.clear()
        else:
            self._apart.pop(part, None)

    def parted(self, one: str, other: str) -> bool:
        """Whether nothing passes between two homes."""
        return any((one in some) != (other in some) for some in self._apart.values())

    def cut_all(self, home: str) -> None:
        """A home is gone."""
        for one in list(self.connections.values()):
            if home in one.between:
                one.cut()
