"""Two honest nodes and a peer that lies, over real sockets; and how to ask whether service goes on.

Alpha accepted Beta, which is honest, and PEER, which is not. Every test attacks Alpha and then asks
`Stage.serves`: both honest nodes still tell each other what is new, over the link they had.
"""

import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from node.features.meetings.actions import known_meetings, new_meeting
from node.features.networks.show_publicly import show_publicly
from node.records.transaction import take
from protocol.record import Record, verify
from sync.events import Announced
from sync.frames import TAG_BYTES, Ack, End, Records, decode_frame
from sync.session import Session
from tests.node.hostile import OPENING, Hostile, connect
from tests.node.world import (
    Clock,
    Running,
    accept,
    befriend,
    make_home,
    running,
    until,
    verified,
)
from tests.sync.memory import Node
from tests.sync.people import Someone

PEER, STRANGER = Someone("peer"), Someone("stranger")
MARK = "Pflaumenmus"
MEETING = {
    "title": MARK,
    "starts": "2027-03-05T19:00",
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Haus der Vereine",
}
_number = count(1)


class Stage(NamedTuple):
    """Who is there. Both nodes share one clock."""

    alpha: Running
    beta: Running
    clock: Clock

    async def serves(self) -> None:
        """Honest service goes on, in both directions."""
        for one, other in ((self.alpha, self.beta), (self.beta, self.alpha)):
            title = f"Treffen {next(_number)}"
            one.say(new_meeting, "public", {**MEETING, "title": title})
            await until(lambda: title in titles(other), "an honest meeting arrives")  # noqa: B023

    def show_peer(self) -> None:
        """The tie is mutual, and Alpha shows PEER on its pages: strangers see what PEER says."""
        core = self.alpha.core
        tie = PEER.seals(
            [keys_of(self.alpha)], "peering", "", {"peer": core.home_id, "shown": False}
        )
        assert take(core, verified(tie)) == [None]
        show_publicly(core, PEER.id, True)

    def count(self) -> int:
        """Records that Alpha holds."""
        return int(self.alpha.core.db.one("select count(*) from records")[0])


def titles(node: Running) -> set[str]:
    """Of the meetings that a node knows."""
    return {one.content["title"] for one in known_meetings(node.core)}


def _is_settled(node: Running) -> bool:
    """Of two links that crossed one is over, and everything went through the other."""
    links = node.links
    return len(links.connections) == len(links.sessions) == 1 and links.is_quiet


@asynccontextmanager
async def set_up(folder: Path) -> AsyncIterator[Stage]:
    """The stage; at the end no link is left over."""
    clock = Clock()
    homes = [make_home(folder, name, clock) for name in ("Alpha", "Beta")]
    async with running(homes[0], clock=clock) as alpha, running(homes[1], clock=clock) as beta:
        await befriend(alpha, beta)
        accept(alpha.core, PEER)
        assert take(alpha.core, verified(PEER.group())) == [None]
        alpha.links.stored()
        await until(lambda: all(map(_is_settled, (alpha, beta))), "one link, all exchanged")
        yield Stage(alpha, beta, clock)


@asynccontextmanager
async def attack(node: Running, who: Someone = PEER) -> AsyncIterator[Hostile]:
    """A session of a peer that does as it likes."""
    async with connect(node) as one:
        assert await one.shake_hands(who, node) == ""
        await one.say(OPENING)
        yield one


async def told(one: Hostile, *envelopes: bytes) -> Counter[str | None]:
    """What became of envelopes: how often which code; None: stored; and the end of the session."""
    await one.say(Records(envelopes))
    return await answered(one, len(envelopes))


async def answered(one: Hostile, expected: int) -> Counter[str | None]:
    """The acknowledgements of so many records."""
    found: Counter[str | None] = Counter()
    while found.total() < expected:
        data = await one.answer()
        if data is None:
            return found + Counter({"hung up": 1})
        assert one.secure is not None
        frame = decode_frame(one.secure.decrypt(data))
        if isinstance(frame, Ack):
            found[None] += len(frame.stored) // TAG_BYTES
            found.update(code for _short, code in frame.refused)
        if isinstance(frame, End):
            return found + Counter({f"end: {frame.code}": 1})
    return +found


async def outcome(one: Hostile, envelope: bytes) -> str | None:
    """What became of one envelope."""
    (code,) = await told(one, envelope)
    return code


async def outcomes(one: Hostile, *envelopes: bytes) -> set[str | None]:
    """What became of envelopes that are sent one after the other: all codes that there were."""
    return {await outcome(one, raw) for raw in envelopes}


async def listen(
    stage: Stage, who: Someone = PEER, networks: tuple[bytes, ...] = ()
) -> list[Record]:
    """All that Alpha tells `who`, up to what it says at the very end.

    `who` holds a session as the protocol has it, but claims to be part of `networks`, and to accept
    whomever Alpha accepts.
    """
    alpha = stage.alpha
    shelf, heard = Node(who), list[Record]()
    chain = [alpha.core.introduction(held) for held in alpha.core.ring.held]
    shelf.take(record.raw for record in chain if record is not None)
    shelf.take([who.seals([keys_of(alpha)], "peering", "", {"peer": alpha.id, "shown": False})])
    async with connect(alpha) as one:
        assert await one.shake_hands(who, alpha) == ""
        assert one.secure is not None
        session = Session(one.secure, shelf)
        look = session.known.look
        session.known.look = lambda at: look(at)._replace(networks=networks)
        now, last = stage.clock.now, f"Schluss {secrets.token_hex(4)}"
        session.start(now)
        while True:
            for data in session.outgoing():
                await one.ws.send_bytes(data)
            if session.is_quiet and last not in titles(alpha):
                alpha.say(new_meeting, "public", {**MEETING, "title": last})
            received = await one.answer()
            assert received is not None, "the node hung up"
            for event in session.receive(received, now):
                if isinstance(event, Announced):
                    session.get(event.ids, now)
                envelopes = getattr(event, "envelopes", ())
                heard += map(verify, envelopes)
                session.stored([(raw, None) for raw in envelopes], now)
            if any((record.content or {}).get("title") == last for record in heard):
                return heard


class _Keys:
    """Somebody of whom only the id and the sealing key are known."""

    def __init__(self, id_: bytes, public: bytes) -> None:
        self.id, self.sealing = id_, self
        self.public = public


def keys_of(node: Running) -> Someone:
    held = node.core.ring.held[0]
    return _Keys(held.id, held.sealing[0].public)
