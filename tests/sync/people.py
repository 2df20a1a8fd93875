"""Groups and networks with real keys, and the records that they write."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from crypto.hashing import digest
from crypto.sealing import SEAL_ENTROPY_BYTES, SealingKey
from crypto.signing import SigningKey
from protocol.audience import PUBLIC, Audience
from protocol.encoding import encode
from protocol.identity import authorise_rotation, make_link
from protocol.ids import to_name
from protocol.kind import LIFETIME, Place, Seq
from protocol.kinds import KINDS
from protocol.record import FOREVER, compose
from protocol.record import verify as verify_record
from protocol.sealed import outer_name, wrap

NOW = 1_800_000_000
YEAR = 31_536_000

_counter = count(1)

verify = lru_cache(maxsize=20_000)(verify_record)
"""Most envelopes are looked at several times: by both nodes, by the link, in every example."""


def entropy(*parts: object, size: int = 32) -> bytes:
    """The same for the same words."""
    raw = b""
    while len(raw) < size:
        raw += digest(repr((*parts, len(raw))).encode())
    return raw[:size]


class Someone:
    """A group or a network, with all its keys."""

    def __init__(self, name: str, founders: Sequence[bytes] = ()) -> None:
        self.name = name
        self.links: list[list[Any]] = []
        self.number = 0
        type_ = "network" if founders else "group"
        payload = self.make_link(type_, 0, None, founders=founders)
        self.type = type_
        self.links.append([payload, None])
        self.id = digest(payload)

    def make_link(self, type_: str, number: int, previous: bytes | None, **more: Any) -> bytes:
        self.key = SigningKey(entropy(self.name, "signing", number))
        self.sealing = SealingKey(entropy(self.name, "sealing", number))
        rotation = SigningKey(entropy(self.name, "rotation", number + 1))
        return make_link(
            type_,
            number,
            previous,
            self.key.public,
            self.sealing.public,
            digest(rotation.public),
            **more,
        )

    def rotate(self, *, compromised: bool = False) -> None:
        """A new operational key."""
        rotation = SigningKey(entropy(self.name, "rotation", self.number + 1))
        self.number += 1
        before = digest(self.links[-1][0])
        payload = self.make_link(self.type, self.number, before, compromised=compromised)
        self.links.append(authorise_rotation(payload, rotation))

    def say(
        self,
        kind: str,
        content: dict[str, Any] | None,
        audience: Audience = PUBLIC,
        name: str = "",
        epoch: bytes | None = None,
        lives: int = YEAR,
        issued: int = NOW - 100,
    ) -> bytes:
        """The envelope of a new record."""
        expires = FOREVER if kind == "identity" else issued + lives
        if content is None:
            expires = issued + LIFETIME
        seq = Seq(self.number, 1, next(_counter))
        place = Place(self.id, audience, kind, name)
        return compose(self.key, place, seq, issued, expires, content, epoch)

    def introduction(self) -> bytes:
        """The `identity` record."""
        name = to_name(digest(self.links[-1][0]))
        return self.say("identity", {"links": self.links}, name=name)

    def group(self, audience: Audience = PUBLIC, epoch: bytes | None = None) -> bytes:
        """An entry in the directory."""
        content = dict.fromkeys(
            ("name", "purpose", "orientation", "topics", "convictions", "region", "languages",
             "contacts", "takes_members", "links")
        )  # fmt: skip
        content |= {"name": self.name, "topics": [], "convictions": [], "languages": []}
        content |= {"contacts": [], "links": []}
        return self.say("group", content, audience, epoch=epoch)

    def meeting(
        self, name: str, audience: Audience = PUBLIC, epoch: bytes | None = None, lives: int = YEAR
    ) -> bytes:
        """A meeting."""
        content = {
            "title": name, "topic": None, "text": None, "starts": "2027-02-01T19:00",
            "zone": "Europe/Berlin", "minutes": 90, "place": "Saal", "link": None,
            "open_to": "everybody", "capacity": None, "cancelled": None,
        }  # fmt: skip
        return self.say("meeting", content, audience, name, epoch, lives)

    def endpoint(self, name: str = "home") -> bytes:
        """Where the node is."""
        return self.say("endpoint", {"url": f"https://{self.name}.example", "tls": None}, name=name)

    def charter(self, host: "Someone") -> bytes:
        """The `network` record."""
        content = {
            "name": self.name, "purpose": None, "motto": None, "orientation": None,
            "consensus": [], "topics": [], "region": None, "languages": [],
            "admission": "decision", "majority": "2/3", "counted": "roster", "term": "P1Y",
            "host": host.id, "mandate": NOW + YEAR, "links": [],
        }  # fmt: skip
        return self.say("network", content)

    def joins(self, network: "Someone", epoch: bytes, stands: bool = True) -> bytes:
        """A membership, or its tombstone."""
        content = {"network": network.id, "charter": bytes(32), "message": None, "shown": False}
        audience = Audience.network(network.id)
        return self.say("membership", content if stands else None, audience, epoch=epoch)

    def admits(self, member: "Someone", epoch: bytes, decision: str | None = "admitted") -> bytes:
        """An admission, or its tombstone."""
        content = {"member": member.id, "decision": decision, "reason": None}
        return self.say(
            "admission",
            content if decision else None,
            Audience.network(self.id),
            to_name(member.id),
            epoch,
        )

    def seals(
        self,
        to: Sequence["Someone"],
        kind: str,
        name: str,
        content: dict[str, Any] | None,
        slot: object = None,
    ) -> bytes:
        """A sealed record, or a closed one. The same `slot` replaces."""
        audience = Audience.direct(one.id for one in to)
        outer = outer_name(entropy(self.name, kind, name, slot, audience, size=16))
        keys = {one.id: one.sealing.public for one in (*to, self)}
        body = None if content is None else encode(content)
        secret = entropy(next(_counter), size=SEAL_ENTROPY_BYTES)
        inner = (kind, name, body)
        wrapped = wrap(self.id, audience, outer, inner, keys.__getitem__, secret)
        return self.say("closed" if KINDS[kind].closed else "sealed", wrapped, audience, outer)

    def accepts(self, other: "Someone", stands: bool = True, shown: bool = False) -> bytes:
        """A peering, sealed; a tombstone inside if it does not stand."""
        content = {"peer": other.id, "shown": shown} if stands else None
        return self.seals([other], "peering", "", content)
