"""Made-up groups and networks, as many as wanted, from a seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.days import to_come
from crypto.hashing import digest
from crypto.sealing import SEAL_ENTROPY_BYTES, SealingKey
from crypto.signing import SigningKey
from node.keys.ring import Slot
from protocol.audience import PUBLIC, Audience
from protocol.encoding import encode
from protocol.ids import to_name, to_text
from protocol.kind import Place, Seq
from protocol.record import FOREVER, compose
from protocol.sealed import outer_name, wrap

SYLLABLES = (
    "an bel chor da eck fro gar hus in jo kal lin mo nor os pla quer rim sol tur ul ver wen zin"
)
COMMON = [
    "Gruppe",
    "Initiative",
    "Verein",
    "Treffen",
    "offen",
    "Menschen",
    "Nachbarschaft",
    "gemeinsam",
    "Hilfe",
    "Beratung",
    "Kultur",
    "Umwelt",
    "Bildung",
    "Inklusion",
    "Teilhabe",
    "Demokratie",
    "Wohnen",
    "Arbeit",
    "Jugend",
    "Alter",
    "Pflege",
    "Sport",
    "Musik",
]
REGIONS = [f"{a}{b}" for a in ("Nord", "Süd", "Ost", "West", "Mittel") for b in
           ("stadt", "hausen", "berg", "tal", "feld", "see", "au", "moor")]  # fmt: skip
DAY = 86_400


class Words:
    """A vocabulary in which some words are common and most are rare, as in real texts."""

    def __init__(self, seed: int, size: int = 20_000) -> None:
        self.random = random.Random(seed)
        parts = SYLLABLES.split()
        self.rare = ["".join(self.random.choices(parts, k=3)).capitalize() for _ in range(size)]

    def text(self, length: int) -> str:
        """So many words."""
        chosen = self.random.choices
        return " ".join(
            chosen(COMMON)[0] if self.random.random() < 0.4 else self._rare() for _ in range(length)
        )

    def _rare(self) -> str:
        return self.rare[min(int(self.random.paretovariate(0.5)), len(self.rare)) - 1]

    def group(self) -> dict[str, Any]:
        """The content of an entry."""
        pick = self.random
        return {
            "name": f"{pick.choice(COMMON)} {pick.choice(self.rare)} {pick.choice(REGIONS)}",
            "purpose": self.text(12),
            "orientation": None,
            "topics": pick.sample(COMMON, 2),
            "convictions": [self.text(6)],
            "region": pick.choice(REGIONS),
            "languages": ["de"],
            "contacts": [["Mailingliste", None]],
            "takes_members": pick.random() < 0.6,
            "links": [],
        }

    def meeting(self, now: int) -> dict[str, Any]:
        """The content of a meeting that is announced at `now`."""
        return {
            "title": self.text(3),
            "topic": None,
            "text": self.text(10),
            "starts": to_come(now),
            "zone": "Europe/Berlin",
            "minutes": 90,
            "place": "Haus der Vereine",
            "link": None,
            "open_to": "members",
            "capacity": 20,
            "cancelled": None,
        }


@dataclass
class Author:
    """An identity whose records are made here."""

    id: bytes
    signing: SigningKey
    sealing: SealingKey
    genesis: bytes
    epoch: bytes
    counter: int = 0

    @classmethod
    def make(cls, seed: bytes, founders: list[bytes] | None = None) -> "Author":
        """A group, or a network if there are founders."""
        slot = Slot.derive(digest(seed), 0)
        genesis = slot.genesis("network" if founders else "group", founders or [])
        return cls(digest(genesis), slot.signing, slot.sealing, genesis, digest(seed)[:16])

    def record(
        self, now: int, audience: Audience, kind: str, name: str, content: Any, epoch: Any = None
    ) -> bytes:
        """An envelope."""
        self.counter += 1
        place = Place(self.id, audience, kind, name)
        until = FOREVER if kind == "identity" else now + 100 * DAY
        return compose(
            self.signing, place, Seq(0, 2**32, self.counter), now - 60, until, content, epoch
        )

    def identity(self, now: int) -> bytes:
        """Its introduction."""
        name = to_name(self.id)
        return self.record(now, PUBLIC, "identity", name, {"links": [[self.genesis, None]]})


@dataclass
class Federation:
    """A network with many members, and what its host has to say about each."""

    network: Author
    members: list[Author]
    words: Words
    now: int

    @classmethod
    def make(cls, size: int, now: int, host: bytes, seed: int = 1) -> "Federation":
        """`host` is the group that founded it."""
        network = Author.make(b"network %d" % seed, [host])
        members = [Author.make(b"member %d %d" % (seed, n)) for n in range(size)]
        return cls(network, members, Words(seed), now)

    @property
    def audience(self) -> Audience:
        """The network's."""
        return Audience.network(self.network.id)

    def introductions(self) -> Iterator[bytes]:
        """Identities of all."""
        yield self.network.identity(self.now)
        for one in self.members:
            yield one.identity(self.now)

    def admissions(self, charter: bytes) -> Iterator[bytes]:
        """Membership and admission of all members."""
        for one in self.members:
            yield self.member(one, one.epoch, charter)
            yield self.admitted(one.id, one.epoch)

    def member(self, one: Author, epoch: bytes, charter: bytes) -> bytes:
        """A membership."""
        content = {"network": self.network.id, "charter": charter, "message": None, "shown": False}
        return one.record(self.now, self.audience, "membership", "", content, epoch)

    def admitted(self, member: bytes, epoch: bytes) -> bytes:
        """An admission."""
        content = {"member": member, "decision": "admitted", "reason": None}
        name = to_name(member)
        return self.network.record(self.now, self.audience, "admission", name, content, epoch)

    def charter(self, host: bytes) -> bytes:
        """The network's own record."""
        content = {
            "name": "Verbund der Verbünde",
            "purpose": None,
            "motto": None,
            "orientation": None,
            "consensus": [],
            "topics": [],
            "region": None,
            "languages": ["de"],
            "admission": "open",
            "majority": "3/5",
            "counted": "roster",
            "term": "P1Y",
            "host": host,
            "mandate": self.now + 300 * DAY,
            "links": [],
        }
        return self.network.record(self.now, PUBLIC, "network", "", content)

    def endpoint(self, one: Author, n: int) -> bytes:
        """Where a member can be reached."""
        content = {"url": f"https://node{n}.example", "tls": None}
        return one.record(self.now, PUBLIC, "endpoint", "home", content)

    def entry(self, one: Author) -> bytes:
        """A member's directory entry."""
        return one.record(self.now, PUBLIC, "group", "", self.words.group())

    def meeting(self, one: Author, n: int) -> bytes:
        """A meeting of a member, for the network."""
        name = to_text(digest(b"%d" % n)[:10])
        content = self.words.meeting(self.now)
        return one.record(self.now, self.audience, "meeting", name, content, one.epoch)

    def carried(self, one: Author, other: Author, n: int) -> bytes:
        """A sealed reply between two members, which others carry."""
        audience = Audience.direct([other.id])
        name = outer_name(digest(b"s%d" % n)[:16])
        keys = {one.id: one.sealing.public, other.id: other.sealing.public}
        body = encode({"note": self.words.text(8)})
        sealed = wrap(
            one.id,
            audience,
            name,
            ("reply", "x", body),
            keys.__getitem__,
            (digest(b"e%d" % n) * 2)[:SEAL_ENTROPY_BYTES],
        )
        return one.record(self.now, audience, "sealed", name, sealed)
