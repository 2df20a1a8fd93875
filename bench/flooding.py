"""A hostile peer at full speed, as `bench.flood` starts it: `python -m bench.flooding URL ID SEED`.

It was accepted, speaks the protocol well enough not to be hung up on at once, and in turns sends
all that costs the other side something: invented networks and identities, the same meeting again
and again, as many large ones as it can, sealed records that nobody can open, what the other side
may not have, envelopes whose signatures don't fit. It waits for acknowledgements no
more than it must; when it is hung up on, it dials again. It says how many records it sent, and how
many of them were answered.
"""

import asyncio
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle

import aiohttp

from bench.corpus import Author, Words
from crypto.hashing import digest
from protocol.audience import PUBLIC, Audience
from protocol.control_state import Ties
from protocol.identity import authorise_majority, make_link, vote
from protocol.ids import from_text, to_name, to_text
from protocol.kind import Place, Seq
from protocol.record import FOREVER, compose
from protocol.sealed import outer_name
from sync.channel import Secure
from sync.events import Ended, Introduced
from sync.frames import Ack, End, Listed, Records, decode_frame, encode_frame
from sync.handshake import Dialler
from sync.proof import Holding, host_of

TURN_SECONDS = 4.0
"""How long it keeps at one thing."""

UNANSWERED = 2_000
"""Records: fewer than for which it would be hung up on (docs/protocol.md §8.6)."""

BYTES_UNANSWERED = 4 * 2**20

FRAME_RECORDS, FRAME_BYTES = 500, 900_000

ROSTER = 1_000


class Attacker:
    """What it sends. Each method makes envelopes without end."""

    def __init__(self, target: bytes, seed: bytes) -> None:
        self.me, self.target = Author.make(seed), target
        self.words, self.count = Words(7), 0

    def _next(self) -> bytes:
        self.count += 1
        return b"%s %d" % (secrets.token_bytes(8), self.count)

    def identities(self) -> Iterator[bytes]:
        while True:
            yield Author.make(self._next()).identity(_now())

    def networks(self) -> Iterator[bytes]:
        """Each with a roster of a thousand, decided by somebody who is invented, too."""
        signer = Author.make(self._next())
        yield signer.identity(_now())
        while True:
            network = Author.make(self._next(), [signer.id])
            roster = sorted([signer.id, *(secrets.token_bytes(32) for _ in range(ROSTER - 1))])
            keys = Author.make(self._next())
            payload = make_link(
                *("network", 1, network.id, keys.signing.public, keys.sealing.public),
                bytes(32),
                roster=roster,
            )
            element = authorise_majority(payload, [vote(payload, signer.id, signer.signing)])
            place = Place(network.id, PUBLIC, "identity", to_name(digest(payload)))
            content = {"links": [[network.genesis, None], element]}
            yield compose(keys.signing, place, Seq(1, 2**32, 1), _now(), FOREVER, content)

    def the_same(self) -> Iterator[bytes]:
        while True:
            yield self.me.record(_now(), PUBLIC, "meeting", "same", self.words.meeting(_now()))

    def meetings(self) -> Iterator[bytes]:
        """As large as they may be."""
        while True:
            content = self.words.meeting(_now()) | {"text": self.words.text(500)[:4_000]}
            name = to_text(secrets.token_bytes(10))
            yield self.me.record(_now(), PUBLIC, "meeting", name, content)

    def sealed(self) -> Iterator[bytes]:
        while True:
            audience = Audience.direct([self.target])
            garbage = {"wraps": [bytes(80)] * 2, "box": secrets.token_bytes(60_000)}
            name = outer_name(secrets.token_bytes(16))
            yield self.me.record(_now(), audience, "sealed", name, garbage)

    def strange(self) -> Iterator[bytes]:
        """By authors whom nobody introduced, and for others."""
        while True:
            one = Author.make(self._next())
            yield one.record(_now(), PUBLIC, "group", "", self.words.group())

    def forged(self) -> Iterator[bytes]:
        for envelope in self.the_same():
            yield envelope[:-1] + bytes([envelope[-1] ^ 1])


def _now() -> int:
    return int(time.time())


class Connection:
    """A session without a session machine behind it."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse, secure: Secure) -> None:
        self.ws, self.secure = ws, secure
        self.unanswered, self.size = 0, 0
        self._sizes: list[int] = []
        self.answered = asyncio.Event()
        self.over, self.heard = False, 0

    async def say(self, frame: object) -> None:
        await self.ws.send_bytes(self.secure.encrypt(encode_frame(frame)))

    async def listen(self) -> None:
        """Count acknowledgements until it is hung up on."""
        async for message in self.ws:
            frame = decode_frame(self.secure.decrypt(message.data))
            if isinstance(frame, Ack):
                for _ in range(len(frame.stored) // 8 + len(frame.refused)):
                    self.unanswered -= 1
                    self.heard += 1
                    self.size -= self._sizes.pop(0) if self._sizes else 0
                self.answered.set()
            if isinstance(frame, End):
                break
        self.over = True
        self.answered.set()

    async def send(self, envelopes: list[bytes]) -> None:
        while not self.over and (self.unanswered > UNANSWERED or self.size > BYTES_UNANSWERED):
            self.answered.clear()
            await self.answered.wait()
        self._sizes += [len(one) for one in envelopes]
        self.unanswered += len(envelopes)
        self.size += sum(map(len, envelopes))
        await self.say(Records(tuple(envelopes)))


async def connect(client: aiohttp.ClientSession, url: str, attacker: Attacker) -> Connection | None:
    """A session, if the other side has one."""
    me, ws = attacker.me, await client.ws_connect(f"{url}/link", protocols=["verbund.1"])
    holding = Holding(me.id, me.signing, me.identity(_now()))
    dialler = Dialler(
        *([holding], Ties(), attacker.target, host_of(url), None),
        *(secrets.token_bytes(32), secrets.token_bytes(32)),
    )
    while True:
        for data in dialler.outgoing():
            await ws.send_bytes(data)
        message = await ws.receive()
        if message.type is not aiohttp.WSMsgType.BINARY:
            return None
        for happened in dialler.receive(message.data):
            if isinstance(happened, Introduced):
                dialler.accept()
            elif isinstance(happened, Secure):
                for last in dialler.outgoing():
                    await ws.send_bytes(last)
                return Connection(ws, happened)
            elif isinstance(happened, Ended):
                return None


def frames(envelopes: Iterator[bytes]) -> Iterator[list[bytes]]:
    some: list[bytes] = []
    for one in envelopes:
        some.append(one)
        if len(some) == FRAME_RECORDS or sum(map(len, some)) > FRAME_BYTES - 70_000:
            yield some
            some = []


async def attack(url: str, target: bytes, seed: bytes) -> None:
    attacker, sent, answered = Attacker(target, seed), 0, 0
    ways: list[Callable[[], Iterator[bytes]]] = [
        *(attacker.networks, attacker.identities, attacker.the_same, attacker.meetings),
        *(attacker.sealed, attacker.strange, attacker.forged),
    ]
    turns = cycle(ways)
    async with aiohttp.ClientSession() as client:
        while True:
            try:
                one = await connect(client, url, attacker)
                if one is None:
                    await asyncio.sleep(0.05)
                    continue
                listening = asyncio.create_task(one.listen())
                await one.say(Listed(b"", bytes(16)))
                while not one.over:
                    way = frames(next(turns)())
                    until = time.monotonic() + TURN_SECONDS
                    while not one.over and time.monotonic() < until:
                        envelopes = next(way)
                        await one.send(envelopes)
                        sent += len(envelopes)
                        print(sent, answered + one.heard, flush=True)
                        await asyncio.sleep(0)
                listening.cancel()
                answered += one.heard
                await one.ws.close()
            except (aiohttp.ClientError, OSError):
                await asyncio.sleep(0.05)


if __name__ == "__main__":
    address, name, secret = sys.argv[1:]
    asyncio.run(attack(address, from_text(name), secret.encode()))
