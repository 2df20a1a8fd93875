"""One connection to another node, from its first message to its last.

A thin shell: bytes go in and out, `sync` decides what they mean, `node.desk` writes. An
acknowledgement leaves only after COMMIT, because `Session.stored` is called only then.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

import aiohttp
from aiohttp import web

from node.core import Core
from node.desk import take
from node.errors import Problem
from node.logs import event
from node.shelf import NodeShelf
from protocol.record import Record, verify_all
from sync.events import Ended, Introduced, Received, RoundDone
from sync.handshake import HANDSHAKE_SECONDS, Answerer, Dialler, Secure
from sync.session import Session

log = logging.getLogger(__name__)

WebSocket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse

INLINE = 32
"""Records that are verified right here, in 2 ms; more go to a thread, so that pages go on."""

SILENT_SECONDS = 120
"""Without any message, not even an answer to a ping: the other side is gone."""


class Host(Protocol):
    """What a link needs of the node around it."""

    core: Core

    def welcome(self, introduced: Introduced, dialled: bool) -> bool:
        """Whether to talk to whoever was introduced."""

    def joined(self, link: "Link") -> bool:
        """The handshake is done; False if another session with this node stays instead."""

    def left(self, link: "Link") -> None:
        """The link is over."""

    def stored(self) -> None:
        """Something was committed."""


class Link:
    """A handshake, then a session, over one WebSocket."""

    def __init__(self, host: Host, ws: WebSocket, handshake: Dialler | Answerer) -> None:
        self.host = host
        self.core = host.core
        self.session: Session | None = None
        self.secure: Secure | None = None
        self.rounds = 0
        self.on_round: Callable[[int], None] | None = None
        self.end_code = ""
        self._ws = ws
        self._handshake = handshake
        self._wake = asyncio.Event()

    async def run(self) -> str:
        """Until it is over; gives the code of its end (docs/protocol.md §8.3)."""
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                secure = await self._shake_hands()
            if secure is not None and self.host.joined(self):
                await self._converse(secure)
        except TimeoutError:
            self.end_code = self.end_code or "time"
        except (aiohttp.ClientError, ConnectionError, OSError):
            self.end_code = self.end_code or "connection"
        finally:
            self.host.left(self)
            await self._ws.close()
        return self.end_code or "connection"

    def wake(self) -> None:
        """The session may have something to send."""
        self._wake.set()

    def end(self, code: str) -> None:
        """End the session, and say why."""
        self.end_code = code
        if self.session is not None:
            self.session.end(code)
            self.wake()

    # The handshake

    async def _shake_hands(self) -> Secure | None:
        await self._send(self._handshake.outgoing())
        while self.secure is None:
            data = await self._next()
            if data is None:
                return None
            for happened in self._handshake.receive(data):
                if isinstance(happened, Introduced):
                    await self._introduced(happened)
                elif isinstance(happened, Secure):
                    self.secure = happened
                elif isinstance(happened, Ended):
                    self.end_code = happened.code
            await self._send(self._handshake.outgoing())
            if self.end_code:
                return None
        return self.secure

    async def _introduced(self, introduced: Introduced) -> None:
        dialled = isinstance(self._handshake, Dialler)
        welcome = self.host.welcome(introduced, dialled)
        further = self._handshake.accept() if welcome else self._handshake.refuse()
        for happened in further:
            if isinstance(happened, Secure):
                self.secure = happened
            elif isinstance(happened, Ended):
                self.end_code = happened.code

    # The session

    async def _converse(self, secure: Secure) -> None:
        self.session = Session(secure, NodeShelf(self.core))
        self.session.start(self.core.clock())
        self.wake()
        event(log, "session-begins", dialled=secure.dialled)
        writer = asyncio.create_task(self._write())
        try:
            while (data := await self._next()) is not None:
                for happened in self.session.receive(data, self.core.clock()):
                    await self._act(happened)
                self.wake()
                if self.end_code:
                    break
        finally:
            self.wake()
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            await self._send(self.session.outgoing())
            event(log, "session-ends", code=self.end_code or "connection")

    async def _act(self, happened: object) -> None:
        if isinstance(happened, Received):
            await self._take(happened.envelopes)
        elif isinstance(happened, RoundDone):
            self.rounds = happened.round
            if self.on_round is not None:
                self.on_round(happened.round)
        elif isinstance(happened, Ended):
            self.end_code = happened.code

    async def _take(self, envelopes: Sequence[bytes]) -> None:
        assert self.session is not None  # noqa: S101 - only called by a session's event
        if len(envelopes) > INLINE:
            verified = await asyncio.get_running_loop().run_in_executor(None, verify_all, envelopes)
        else:
            verified = verify_all(envelopes)
        try:
            codes = take(self.core, verified, self.session.peer)
        except Problem as problem:
            event(log, "intake-failed", code=problem.code)
            self.end("busy")
            return
        self.session.stored(zip(envelopes, codes, strict=True), self.core.clock())
        self.host.stored()

    async def _write(self) -> None:
        assert self.session is not None  # noqa: S101 - started together with the session
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._send(self.session.outgoing())

    async def _send(self, messages: Sequence[bytes]) -> None:
        for message in messages:
            await self._ws.send_bytes(message)

    async def _next(self) -> bytes | None:
        """The next binary message; None at the end of the connection."""
        message = await self._ws.receive(timeout=SILENT_SECONDS)
        if message.type is aiohttp.WSMsgType.BINARY:
            data: bytes = message.data
            return data
        return None


def records_of(introduced: Introduced) -> list[Record]:
    """The identity records of a proof that verify."""
    return [one for one in verify_all(introduced.envelopes) if isinstance(one, Record)]
