"""Nodes that lie: the real code and real keys, and a session that does what it must not.

* `replays`: sends old versions of what passed once, erased ones too;
* `leaks`: passes everything that it ever heard on to everybody;
* `withholds`: keeps half of what it should pass on to itself;
* `stalls`: at times acknowledges nothing;
* `floods`: makes identities and sealed records, as many as it can;
* `forks`: says different things under one number, and shows a second chain of itself;
* `garbles`: sends envelopes with changed bytes, and frames that make no sense;
* `misleads`: answers rounds with wrong symbols, sizes, digests and lists;
* `teases`: announces what it does not have, and does not send what it is asked for.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crypto.hashing import digest
from crypto.sealing import SealingKey
from crypto.signing import SigningKey
from node.links.session_store import NodeShelf
from protocol.audience import PUBLIC
from protocol.identity import authorise_rotation, make_link
from protocol.ids import to_name
from protocol.kind import LIFETIME, Place, Seq
from protocol.record import FOREVER, Record, compose
from sync.channel import Secure
from sync.events import Event
from sync.frames import Compare, Frame, Get, Have, Ids, Lack, Records, Symbols, Want
from sync.session import NO_IDS, RecordIds, Session
from sync.states import State
from sync.transfer import record_id

if TYPE_CHECKING:
    from tests.simulated.people import Person

FLOOD = 40
"""Records at a time."""


def liar(person: "Person", lies: Iterable[str]) -> Callable[[Secure, NodeShelf], Session]:
    """How somebody who lies speaks."""
    return lambda secure, shelf: Lying(secure, shelf, person, frozenset(lies))


class Lying(Session):
    """What a liar says besides what it should, or instead."""

    def __init__(
        self, secure: Secure, shelf: NodeShelf, person: "Person", lies: frozenset[str]
    ) -> None:
        super().__init__(secure, shelf)
        self._person, self._lies = person, lies
        self._dice = random.Random(person.draw.getrandbits(64))

    def permits(self, record: Record) -> bool:
        if "withholds" in self._lies and record.id[0] % 2:
            return False
        return super().permits(record)

    def stored(
        self, outcomes: Iterable[tuple[bytes, str | None]], now: int, ids: RecordIds = NO_IDS
    ) -> list[Event]:
        if "stalls" in self._lies and self._person.lies and self._dice.random() < 0.3:
            self._person.lies -= 1
            return []
        return super().stored(outcomes, now, ids)

    def receive(self, data: bytes, now: int) -> list[Event]:
        events = super().receive(data, now)
        if self.state is State.RESTING and self._person.lies and self._dice.random() < 0.1:
            self._person.lies -= 1
            self._lie(now)
        return events

    def _on_get(self, ids: bytes) -> None:
        if not self._tells("teases", 0.5):
            super()._on_get(ids)

    def _send(self, frame: Frame) -> None:
        lied = self._misleading(frame) if self._tells("misleads", 0.1) else None
        if lied is not None:
            self._person.world.log(f"{self._person.name} misleads {type(lied).__name__}")
        super()._send(lied or frame)

    def _tells(self, lie: str, chance: float) -> bool:
        """Whether to lie so now; each lie is one of a number."""
        if lie not in self._lies or not self._person.lies or self._dice.random() >= chance:
            return False
        self._person.lies -= 1
        return True

    def _misleading(self, frame: Frame) -> Frame | None:
        """What it says instead, of the same shape; None if nothing is said by such a frame."""
        match frame:
            case Symbols(sets=sets) if sets:
                at = self._dice.randrange(len(sets))
                one = sets[at]
                lied = self._dice.choice(
                    [
                        one._replace(data=self._flipped(one.data)),
                        one._replace(size=self._dice.getrandbits(31)),
                        one._replace(total=self._dice.randbytes(len(one.total))),
                    ]
                )
                return frame._replace(sets=(*sets[:at], lied, *sets[at + 1 :]))
            case Compare():
                return frame._replace(open=self._dice.randbytes(len(frame.open)))
            case Ids():
                return frame._replace(shorts=self._flipped(frame.shorts))
            case Want(sets=sets) | Lack(sets=sets):
                lied_of = tuple((name, self._flipped(shorts)) for name, shorts in sets)
                return frame._replace(sets=lied_of)
        return None

    def _flipped(self, data: bytes) -> bytes:
        return self._garbled(data) if data else data

    def _tease(self, heard: list[bytes]) -> None:
        """What nobody has, what others have, and questions after what nobody announced."""
        ids = [self._dice.randbytes(32) for _ in range(8)]
        ids += [record_id(one) for one in self._dice.sample(heard, min(len(heard), 8))]
        self._person.world.log(f"{self._person.name} teases")
        self._send(Have(b"".join(ids)))
        self._send(Get(b"".join(ids)))

    def _lie(self, now: int) -> None:
        raws: list[bytes] = []
        if self._person.core is None:
            return
        heard = self._person.world.watch.seen
        if self._lies & {"replays", "leaks"}:
            some = heard if "leaks" in self._lies else heard[: len(heard) // 2 + 1]
            raws += self._dice.sample(some, min(len(some), 12))
        if "floods" in self._lies:
            raws += self._flood(now)
        if "forks" in self._lies:
            raws += self._fork(now)
        if "garbles" in self._lies and heard:
            raws += [self._garbled(self._dice.choice(heard)) for _ in range(3)]
        if "teases" in self._lies:
            self._tease(heard)
        raws = list(dict.fromkeys(raws))
        if raws:
            self._person.world.log(f"{self._person.name} lies {len(raws)}")
            self._send(Records(tuple(raws)))
            for raw in raws:  # its own books have to fit, or the acknowledgement ends it
                self.outbox._flying[self.tag_of(record_id(raw))] = 0, 0

    def _garbled(self, raw: bytes) -> bytes:
        at = self._dice.randrange(len(raw))
        return raw[:at] + bytes([raw[at] ^ 1 << self._dice.randrange(8)]) + raw[at + 1 :]

    def _flood(self, now: int) -> list[bytes]:
        """Strangers, and what they say."""
        found = []
        for _ in range(FLOOD):
            key = SigningKey(self._dice.randbytes(32))
            sealing = SealingKey(self._dice.randbytes(32))
            genesis = make_link("group", 0, None, key.public, sealing.public, bytes(32))
            id_ = digest(genesis)
            place = Place(id_, PUBLIC, "identity", to_name(id_))
            links = {"links": [[genesis, None]]}
            found.append(compose(key, place, Seq(0, 2**32, 1), now, FOREVER, links))
        return found + [self._meeting(f"flood{number}", now) for number in range(FLOOD)]

    def _meeting(self, name: str, now: int) -> bytes:
        """A public one of its own, under a number that it uses again and again."""
        assert self._person.core is not None
        home = self._person.core.ring.held[0]
        place = Place(home.id, PUBLIC, "meeting", name)
        content: dict[str, Any] = {
            "title": f"Fork {self._dice.getrandbits(16)}",
            "topic": None,
            "text": None,
            "starts": self._person.world.wall(20),
            "zone": "Europe/Berlin",
            "minutes": 60,
            "place": "Here",
            "link": None,
            "open_to": "members",
            "capacity": None,
            "cancelled": None,
        }
        seq = Seq(home.link, 2**33, 7)
        return compose(home.signing, place, seq, now, now + LIFETIME // 2, content)

    def _fork(self, now: int) -> list[bytes]:
        """Two records under one number, of which each peer hears one; a second chain."""
        raws = [self._meeting("forked", now)]
        if self._dice.random() < 0.2:
            raws.append(self._second_chain(now))
        return raws

    def _second_chain(self, now: int) -> bytes:
        core, phrase = self._person.core, self._person.phrase
        assert core is not None
        home = core.ring.held[0]
        chain = core.ties.identities[home.id]
        step = chain.current.number + 1
        following = phrase.rotation(0, step + 1)
        signing = SigningKey(self._dice.randbytes(32))
        payload = make_link(
            "group",
            step,
            chain.current.digest,
            signing.public,
            SealingKey(self._dice.randbytes(32)).public,
            digest(following.public),
        )
        element = authorise_rotation(payload, phrase.rotation(0, step))
        held = replace(home, link=step)
        place = Place(home.id, PUBLIC, "identity", to_name(digest(payload)))
        links = {"links": [*chain.elements, element]}
        return compose(signing, place, Seq(held.link, 2**33, 8), now, FOREVER, links)
