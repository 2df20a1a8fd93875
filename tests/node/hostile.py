"""A peer that does as it likes: real keys and a real socket, and no session machine behind it."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from protocol.control_state import Ties
from protocol.encoding import unpack
from sync.about import About
from sync.channel import Secure
from sync.events import Ended, Introduced
from sync.frames import End, Frame, Listed, decode_frame, encode_frame
from sync.handshake import HANDSHAKE_BYTES, Dialler
from sync.proof import Holding, host_of
from tests.node.world import Running
from tests.sync.people import Someone


class Hostile:
    """One connection to a node."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self.sent: list[bytes] = []
        self.heard: list[bytes] = []
        """Messages of a handshake, as they came."""
        self.proven: tuple[bytes, ...] = ()
        """Who the node proved to be, as far as it came."""
        self.secure: Secure | None = None

    async def send(self, data: bytes) -> None:
        self.sent.append(data)
        await self.ws.send_bytes(data)

    async def answer(self) -> bytes | None:
        """The next message; None when the node hung up."""
        message = await self.ws.receive(timeout=10)
        return message.data if message.type is aiohttp.WSMsgType.BINARY else None

    async def rest(self) -> list[bytes]:
        """Everything until the node hangs up."""
        found = []
        while (data := await self.answer()) is not None:
            found.append(data)
        return found

    async def shake_hands(
        self, who: Someone, node: Running, code: bytes | None = None, **changes: Any
    ) -> str:
        """As it should be, but for `changes` (`expected`, `host`, `about`, `guest`, `also`:
        what else it holds); "" or the code of the end."""
        held = [who, *changes.get("also", ())]
        holdings = [Holding(one.id, one.key, one.introduction()) for one in held]
        dialler = Dialler(
            holdings,
            Ties(),
            changes.get("expected", node.id),
            changes.get("host", host_of(node.url or "")),
            code,
            secrets.token_bytes(32),
            secrets.token_bytes(32),
            about=changes.get("about", About()),
            guest=changes.get("guest"),
        )
        while True:
            for data in dialler.outgoing():
                await self.send(data)
            received = await self.answer()
            if received is None:
                return "connection"
            self.heard.append(received)
            for happened in dialler.receive(received):
                match happened:
                    case Introduced(ids=ids):
                        self.proven = ids
                        dialler.accept()
                    case Secure():
                        self.secure, self.proven = happened, happened.peer
                        for data in dialler.outgoing():
                            await self.send(data)
                        return ""
                    case Ended(code=end):
                        return end

    async def say(self, *frames: Frame) -> None:
        """Frames of a session."""
        assert self.secure is not None
        for frame in frames:
            await self.send(self.secure.encrypt(encode_frame(frame)))

    async def hear(self) -> list[Frame]:
        """All frames until the node hangs up."""
        assert self.secure is not None
        return [decode_frame(self.secure.decrypt(data)) for data in await self.rest()]

    async def end(self) -> str:
        """The code with which the node ended the session."""
        (last,) = [one.code for one in await self.hear() if isinstance(one, End)]
        return last


OPENING = Listed(b"", bytes(16))


def plain_end(messages: list[bytes]) -> list[Any]:
    """What the last message says, in the plain."""
    found: list[Any] = unpack(messages[-1], HANDSHAKE_BYTES)
    return found


@asynccontextmanager
async def connect(node: Running, **options: Any) -> AsyncIterator[Hostile]:
    """A WebSocket to a node's link."""
    short = aiohttp.ClientWSTimeout(ws_close=0.1)
    options = {"protocols": ["verbund.1"], "max_msg_size": 0, "timeout": short, **options}
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(f"{node.url}/link", **options) as ws,
    ):
        yield Hostile(ws)
