"""One connection to another node, from its first message to its last.

A thin shell: bytes go in and out, `sync` decides what they mean, `node.records.transaction` writes.
An acknowledgement leaves only after COMMIT, because `Session.stored` is called only then.
"""

import asyncio
import contextlib
import logging
import math
import socket
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet

import aiohttp
from aiohttp import web

from node.base.errors import Problem
from node.base.logs import event
from node.links.dialling import CLOSE_SECONDS
from node.links.host import Host
from node.links.session_store import NodeShelf, endings
from node.links.storing import store_slowly
from node.links.verifiers import INLINE, Verified
from protocol.control_state import Relation, related
from protocol.errors import Refused
from protocol.record import Record
from sync.channel import Secure
from sync.compared import PREPARED
from sync.events import Announced, Behind, Ended, Event, Expected, Introduced, Received, RoundDone
from sync.handshake import Answerer, Dialler, HandshakeEvent
from sync.session import Session
from sync.shelf import Header
from sync.states import State

log = logging.getLogger(__name__)

WebSocket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse

ARRIVED = 3
"""Frames that wait to be stored: while one is, the next is verified. More would fill memory."""

SILENT_SECONDS = 120
"""Without any message, not even an answer to a ping: the other side is gone."""


class Link:
    """A handshake, then a session, over one WebSocket."""

    def __init__(self, host: "Host[Link]", ws: WebSocket, handshake: Dialler | Answerer) -> None:
        self.host = host
        self.core = host.core
        self.own = host.core.speaking
        """Identities held when the handshake began, and their keys; those it proved, once it is
        done."""
        self.shown: AbstractSet[bytes] = frozenset()
        """Identities of this node that the other side was to know when the handshake was done."""
        self.keys: dict[bytes, bytes] = {}
        """Identities that the other side proved, each with the key it proved it by."""
        self.session: Session | None = None
        self.secure: Secure | None = None
        self.rounds = 0
        self._quiet = False
        self._full: float | None = None
        self._relation = Relation.NONE
        self.was_behind = False
        """Whether the other side showed newer chains of what this node holds."""
        self.went_quiet = False
        """Whether at some time nothing more was to be exchanged."""
        self.on_joined: Callable[[], None] = lambda: None
        self.on_round: Callable[[int], None] = lambda _round: None
        self.on_quiet: Callable[[], None] | None = None
        """Asked instead of the host once nothing more is to be exchanged."""
        self.end_code = ""
        self.joined_at = 0.0
        self._ws = ws
        self._handshake = handshake
        self._unprepared: float = math.inf
        """Records that were stored since the last look at what the next stage compares."""
        self._preparing: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._over = asyncio.Event()
        self._arrived: asyncio.Queue[tuple[Sequence[bytes], asyncio.Task[Verified]] | None]
        self._arrived = asyncio.Queue(ARRIVED)

    async def run(self) -> str:
        """Until it is over; gives the code of its end (docs/protocol.md §8.3)."""
        try:
            async with asyncio.timeout(self.host.handshake_seconds):
                secure = await self._shake_hands()
            if secure is not None:
                self.on_joined()
                if self.host.joined(self):
                    await self._converse(secure)
        except TimeoutError:
            self._handshake.refuse("time")
            self.end_code = self.end_code or "time"
        except Problem as problem:
            event(log, "link-failed", code=problem.code)
            self.end_code = self.end_code or "busy"
        except (aiohttp.ClientError, OSError):
            self.end_code = self.end_code or "connection"
        finally:
            self.host.left(self)
            await self._close()
        return self.end_code or "connection"

    def wake(self) -> None:
        """The session may have something to send."""
        self._wake.set()

    def end(self, code: str) -> None:
        """End the session, and say why."""
        if self.session is not None:
            self._heard(self.session.end(code))
        else:
            self.hang_up()
        self.end_code = code
        self._over.set()

    # What the node tells the session

    def offer(self, records: Sequence[Header], now: int) -> None:
        """Records that were committed. A tie that they end is over before the first is sent."""
        if self.session is not None:
            before, self._relation = self._relation, self._related(now)
            if self._relation is not before:
                self._heard(self.session.control_changed(now, begin=False))
            self._unprepared += len(records)
            self._heard(self.session.offer(records, now))

    def _related(self, now: int) -> Relation:
        peer = self.session.peer if self.session is not None else ()
        return related(self.core.ties, (id_ for id_, _key in self.own), peer, now)

    def control_changed(self, records: Sequence[Header], now: int) -> None:
        """Ties may have changed by these records, or by time. What is due waits (`tick`)."""
        if self.session is not None:
            self._heard(self.session.control_changed(now, begin=False))
            self._heard(self.session.offer(records, now))

    def get(self, ids: Sequence[bytes]) -> None:
        """Ask for records that the other side announced."""
        if self.session is not None:
            self._heard(self.session.get(ids, self.core.clock()))

    def tick(self, now: int) -> None:
        """Some seconds passed. What a full disk did not take is offered in a new session."""
        if self._full is not None and self.core.reserve.has_room_since(self._full):
            self.end("busy")
        if self.session is not None:
            self._heard(self.session.tick(now))

    def _heard(self, events: Iterable[Event]) -> None:
        """Act on events of the session, except `Received`: only `_hear_all` gets that one."""
        for happened in events:
            if isinstance(happened, RoundDone):
                self.rounds = happened.round
                self.on_round(happened.round)
            elif isinstance(happened, Announced):
                if wanted := self.host.announced(self, happened.ids):
                    self.get(wanted)
            elif isinstance(happened, Expected) and self.secure is not None:
                self.host.arrivals.expect(self.secure.peer[0], happened.records)
            elif isinstance(happened, Ended):
                self.end_code = self.end_code or happened.code
                self._over.set()
        self._notice_quiet()
        self.wake()
        if self.session is not None and self.session.compared.waits and self._preparing is None:
            self._preparing = asyncio.create_task(self._go_on())

    async def _prepare(self) -> None:
        """Look at what the next stage compares, a part at a time: others are served meanwhile."""
        if self.session is not None and self.session.state is not State.OPENING:
            self._unprepared = 0
        while self.session is not None and self.session.compared.prepare(self.core.clock()):  # noqa: ASYNC110 - nothing is waited for
            await asyncio.sleep(0)

    async def _go_on(self) -> None:
        try:
            await self._prepare()
        finally:
            self._preparing = None
        if self.session is not None:
            self._heard(self.session.offer((), self.core.clock()))

    def _notice_quiet(self) -> None:
        """Tell the host whenever nothing more is to be exchanged.

        What was pushed may still be on its way when a round ends: so any message may be the last
        that was missing, not only the one that ends the round.
        """
        was, self._quiet = self._quiet, self.session is not None and self.session.is_quiet
        if self._quiet and not was:
            self.went_quiet = True
            if self.on_quiet is not None:
                self.on_quiet()
            else:
                self.host.reconciled(self)

    # The handshake

    async def _shake_hands(self) -> Secure | None:
        await self._send(self._handshake.outgoing())
        spent = 0.0
        while self.secure is None:
            data = await self._next()
            if data is None:
                return None
            began = self.host.shares.cpu()
            self._hear(self._handshake.receive(data))
            spent += self.host.shares.cpu() - began
            await self._send(self._handshake.outgoing())
            if self.end_code:
                return None
        self.host.shares.charge(self.secure.peer[0], spent, asyncio.get_running_loop().time())
        return self.secure

    def _hear(self, events: Iterable[HandshakeEvent]) -> None:
        for happened in events:
            if isinstance(happened, Introduced):
                self._hear(self._decide(happened))
            elif isinstance(happened, Secure):
                self.secure = happened
                self.own = frozenset(one for one in self.own if one[0] in happened.own)
                self.shown = frozenset({*happened.own, *self._handshake.concerned})
                self.host.introduced(happened)
                self.keys = happened.keys
            elif isinstance(happened, Behind):
                self.was_behind = True
                self.host.behind(happened.envelopes)
            else:
                self.end_code = happened.code

    def _decide(self, introduced: Introduced) -> Sequence[HandshakeEvent]:
        try:
            welcome = self.host.welcome(introduced, isinstance(self._handshake, Dialler))
        except Problem as problem:  # nothing can be written: it may be better later
            event(log, "link-failed", code=problem.code)
            return self._handshake.refuse("busy")
        return self._handshake.accept() if welcome else self._handshake.refuse()

    # The session

    async def _converse(self, secure: Secure) -> None:
        await self.host.shelves.read_ahead()
        self.session = Session(secure, NodeShelf(self.core, self.host.shelves))
        self._relation = self._related(self.core.clock())
        self._heard(self.session.start(self.core.clock()))
        event(log, "session-begins", dialled=secure.dialled)
        work = (self._read(), self._store(), self._write(), self._over.wait())
        reader, storer, writer, over = tasks = [asyncio.create_task(one) for one in work]
        try:
            await asyncio.wait((storer, over), return_when=asyncio.FIRST_COMPLETED)
            self._over.set()
            self.wake()
            # The last frame, if the other side reads it.
            await asyncio.wait((writer,), timeout=CLOSE_SECONDS)
        finally:
            tasks += [self._preparing] if self._preparing is not None else []
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            event(log, "session-ends", code=self.end_code or "connection")
        for task in (reader, storer):
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error

    async def _read(self) -> None:
        """Hear what the other side says, until it ends."""
        try:
            await self._hear_all()
        except Exception:
            await self._arrived.put(None)
            raise
        await self._arrived.put(None)  # not when cancelled: then nobody makes room any more

    async def _hear_all(self) -> None:
        assert self.session is not None  # noqa: S101 - started together with the session
        told = False
        while (data := await self._next()) is not None:
            if self._unprepared > PREPARED:
                await self._prepare()
            began = self.host.shares.cpu()
            events = self.session.receive(data, self.core.clock())
            if not told and self.session.state is not State.OPENING:
                told, now = True, self.core.clock()
                found = endings(self.core, self.session.peer, now)
                self._heard(self.session.offer(found, now, eager=True))
            self._heard(events)
            await self._rest(self.host.shares.cpu() - began)
            for happened in events:
                if isinstance(happened, Received):
                    verified = asyncio.create_task(self.host.verifiers.verify(happened.envelopes))
                    await self._arrived.put((happened.envelopes, verified))
                    # A short one may say what the next frame is to be seen by; who owes may not
                    # fill memory with what waits.
                    if len(happened.envelopes) <= INLINE or self._owes():
                        await self._arrived.join()

    def _owes(self) -> bool:
        home = self.secure.peer[0] if self.secure is not None else b""
        return self.host.shares.owes(home, asyncio.get_running_loop().time())

    async def _rest(self, seconds: float) -> None:
        """Read more slowly from a peer that makes this machine work too much."""
        if self.session is not None and self.secure is not None and self.session.was_asked:
            now = asyncio.get_running_loop().time()
            if pause := self.host.shares.pause(self.secure.peer[0], seconds, now):
                await asyncio.sleep(pause)

    async def _store(self) -> None:
        """Take in what arrived, in order, while what comes after it is verified."""
        while (arrived := await self._arrived.get()) is not None:
            envelopes, verified = arrived
            await self._take(envelopes, await verified)
            self._arrived.task_done()

    async def _take(self, envelopes: Sequence[bytes], verified: Verified) -> None:
        assert self.session is not None  # noqa: S101 - only called by a session's event
        assert self.secure is not None  # noqa: S101 - before there is a session
        self.host.came(self, [one.id for one in verified if isinstance(one, Record)])
        verified = self._common(verified)
        try:
            codes = await store_slowly(
                self.host, self.secure.peer[0], envelopes, verified, self._introduced_by_peer
            )
        except Problem as problem:
            event(log, "intake-failed", code=problem.code)
            if problem.code != "disk-full":
                self.end("busy")
                return
            self._full, codes = self.core.reserve.now(), ["over-limit"] * len(envelopes)
        pairs = zip(verified, codes, strict=True)
        named = [(one, code) for one, code in pairs if isinstance(one, Record)]
        # Whoever wraps a true payload wrongly must not keep anybody from asking others for it.
        refused = [one.id for one, code in named if code and code != "wrong-author"]
        self.host.arrived([one.id for one, code in named if not code], refused)
        outcomes, ids = zip(envelopes, codes, strict=True), {one.raw: one.id for one, _ in named}
        self._heard(self.session.stored(outcomes, self.core.clock(), ids))
        self.host.arrivals.took(self.secure.peer[0], len(envelopes))

    def _common(self, verified: Verified) -> Verified:
        """What is nothing between the two sides is refused alike, whatever is known here (§6.5)."""
        session, now = self.session, self.core.clock()
        assert session is not None  # noqa: S101 - only called by a session's event
        return [
            one
            if not isinstance(one, Record) or session.takes(one, now)
            else Refused("not between these two", "not-for-you")
            for one in verified
        ]

    def _introduced_by_peer(self) -> frozenset[bytes]:
        """Identities of a tied peer: it may bring their public records (§6.5)."""
        assert self.session is not None  # noqa: S101 - only asked by a session's event
        tied = self._related(self.core.clock()) is Relation.TIED
        return self.session.peer if tied else frozenset()

    async def _write(self) -> None:
        assert self.session is not None  # noqa: S101 - started together with the session
        while not self._over.is_set():
            await self._wake.wait()
            self._wake.clear()
            while messages := self.session.outgoing():
                await self._send(messages)
                await asyncio.sleep(0)  # sending waits only for a peer that is slow
        await self._send(self.session.outgoing())

    async def _send(self, messages: Sequence[bytes]) -> None:
        for message in messages:
            await self._ws.send_bytes(message)

    async def _close(self) -> None:
        """Say goodbye; cut the connection if the other side does not answer."""
        with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._send(self._handshake.outgoing())
                await self._ws.close()
        self.hang_up()

    def hang_up(self) -> None:
        """Cut the connection without a word."""
        if (wire := self._ws.get_extra_info("socket")) is not None:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    async def _next(self) -> bytes | None:
        """The next binary message; None at the end of the connection."""
        message = await self._ws.receive(timeout=SILENT_SECONDS)
        if message.type is aiohttp.WSMsgType.BINARY:
            data: bytes = message.data
            return data
        if message.type is aiohttp.WSMsgType.TEXT:
            await self._ws.close(code=aiohttp.WSCloseCode.UNSUPPORTED_DATA)
        return None
