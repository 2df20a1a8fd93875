"""Who acts in vectors and tests: identities whose every key follows from a label.

Nothing is random: the same calls in the same order give the same bytes. So each maker of vectors
begins with a `Cast` of its own.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from nacl.bindings import crypto_box, crypto_box_seed_keypair

from crypto.hashing import digest, keyed
from crypto.sealing import CONTENT_KEY_BYTES, SEAL_ENTROPY_BYTES, SealingKey, pad, seal
from crypto.signing import SigningKey
from crypto.words import Purpose, derive
from protocol.audience import PUBLIC, Audience
from protocol.check import check
from protocol.control_state import Ties
from protocol.encoding import encode
from protocol.identity import (
    Identity,
    Link,
    authorise_majority,
    authorise_rotation,
    chain_name,
    make_link,
    vote,
)
from protocol.ids import EPOCH_BYTES, to_name
from protocol.kind import LIFETIME, Place, Seq
from protocol.record import FOREVER, compose, verify

NOW = 1_800_000_000
"""2027-01-15T08:00:00Z."""

ISSUED = NOW - 3_600
EXPIRES = ISSUED + LIFETIME


def made(label: str, size: int = 32) -> bytes:
    """Bytes that look random and follow from a label."""
    return keyed(b"verbund test material", label.encode(), size)


def epoch_of(label: str) -> bytes:
    """A membership's epoch."""
    return made("epoch " + label, EPOCH_BYTES)


class Actor:
    """An identity with all of its secrets. `elements` is its chain."""

    def __init__(
        self,
        label: str,
        founders: Iterable["Actor"] = (),
        *,
        entropy: bytes | None = None,
        index: int = 0,
        charter: bytes | None = None,
    ) -> None:
        self.label = label
        self.entropy = entropy or made(label)
        self.index = index
        self.charter = charter
        self.founders = sorted(one.id for one in founders)
        self.type = "network" if self.founders else "group"
        self.elements: list[Any] = [[self.link(0), None]]
        self.id = digest(self.elements[0][0])
        self.incarnation = 2**32 + int.from_bytes(made(label + " incarnation", 4), "big")
        self.counter = 0

    def seed(self, purpose: Purpose, link: int) -> bytes:
        """§5.5."""
        return derive(self.entropy, purpose, self.index, link)

    def signing(self, link: int = -1) -> SigningKey:
        """The operational key of a link; by default the latest."""
        return SigningKey(self.seed(Purpose.SIGNING, link if link >= 0 else self.latest))

    def sealing(self, link: int = -1) -> SealingKey:
        """The sealing key of a link; by default the latest."""
        return SealingKey(self.seed(Purpose.SEALING, link if link >= 0 else self.latest))

    def rotation(self, link: int) -> SigningKey:
        """The key that signs this link."""
        return SigningKey(self.seed(Purpose.ROTATION, link))

    @property
    def latest(self) -> int:
        """The number of the latest link."""
        return len(self.elements) - 1

    def link(self, number: int, /, **changes: Any) -> bytes:
        """The payload of a link as it should be, but for `changes` to the arguments."""
        arguments: dict[str, Any] = {
            "type_": self.type,
            "number": number,
            "previous": digest(self.elements[number - 1][0]) if number else None,
            "signing": self.signing(number).public,
            "sealing": self.sealing(number).public,
            "next_digest": digest(self.rotation(number + 1).public),
            "founders": self.founders if number == 0 else (),
            "charter": self.charter if number == 0 else None,
        }
        return make_link(**(arguments | changes))

    def rotated(self, **changes: Any) -> list[Any]:
        """The next element, signed by the rotation key. It is not added."""
        number = self.latest + 1
        return authorise_rotation(self.link(number, **changes), self.rotation(number))

    def voted(self, voters: Sequence["Actor"], roster: Sequence["Actor"], **more: Any) -> list[Any]:
        """The next element, signed by a majority that confirms `roster`. It is not added."""
        payload = self.link(self.latest + 1, roster=[one.id for one in roster], **more)
        return authorise_majority(payload, [vote(payload, v.id, v.signing()) for v in voters])

    def rotate(self, **changes: Any) -> None:
        """Rotate."""
        self.elements.append(self.rotated(**changes))

    def seq(self) -> Seq:
        """The next one."""
        self.counter += 1
        return Seq(self.latest, self.incarnation, self.counter)

    def record(
        self,
        kind: str,
        content: dict[str, Any] | None,
        audience: Audience = PUBLIC,
        name: str = "",
        *,
        epoch: bytes | None = None,
        issued: int = ISSUED,
        expires: int | None = None,
        seq: Seq | None = None,
    ) -> bytes:
        """The envelope of a record by this identity; a tombstone without content."""
        end = issued + LIFETIME if expires is None else expires
        place = Place(self.id, audience, kind, name)
        key = self.signing(seq.link if seq else -1)
        return compose(key, place, seq or self.seq(), issued, end, content, epoch)

    def introduction(self, issued: int = ISSUED) -> bytes:
        """The `identity` record."""
        content = {"links": self.elements}
        joint = any(Link.read(one[0]).joins for one in self.elements)
        name = chain_name([one[0] for one in self.elements], joint=joint)
        return self.record("identity", content, name=name, issued=issued, expires=FOREVER)

    def chain(self) -> Identity:
        """The checked chain, for a network without majority links."""
        return Identity.parse(self.elements, lambda _id, _key: None)

    # Agreements

    def joins(self, network: "Actor", epoch: str, *, content: Any = True, **more: Any) -> bytes:
        """A membership; its tombstone with `content=None`."""
        body = {"network": network.id, "charter": made("charter"), "message": None, "shown": False}
        audience = Audience.network(network.id)
        chosen = body if content else None
        return self.record("membership", chosen, audience, epoch=epoch_of(epoch), **more)

    def answers(
        self, member: "Actor", epoch: str, decision: str | None = "admitted", **more: Any
    ) -> bytes:
        """An admission with this decision; its tombstone with None."""
        body = {"member": member.id, "decision": decision, "reason": None}
        audience, name = Audience.network(self.id), to_name(member.id)
        chosen = body if decision else None
        return self.record("admission", chosen, audience, name, epoch=epoch_of(epoch), **more)

    def __repr__(self) -> str:
        return self.label


class Cast:
    """Four groups and a stranger; `alliance` is a network that hub, north and south founded.

    Hub and north are its members, south left, west applied.
    """

    def __init__(self) -> None:
        self.hub, self.north, self.south, self.west, self.stranger = (
            Actor(label) for label in ("hub", "north", "south", "west", "stranger")
        )
        self.alliance = Actor(
            "alliance", (self.hub, self.north, self.south), entropy=self.hub.entropy, index=1
        )
        self.known = (self.hub, self.north, self.south, self.west, self.alliance)

    def records(self) -> list[bytes]:
        """What a node that holds `hub` and `alliance` was told before."""
        alliance = self.alliance
        return [
            *(one.introduction() for one in self.known),
            self.hub.joins(alliance, "hub"),
            alliance.answers(self.hub, "hub"),
            self.north.joins(alliance, "north"),
            alliance.answers(self.north, "north"),
            self.south.joins(alliance, "south", content=None),
            alliance.answers(self.south, "south"),
            self.west.joins(alliance, "west"),
        ]

    def ties(self) -> Ties:
        """The same, taken in."""
        return taken_in(self.records(), (self.hub.id, self.alliance.id))


def taken_in(raws: Iterable[bytes], own: Iterable[bytes] = (), now: int = NOW) -> Ties:
    """The ties after these records, each verified and checked."""
    ties = Ties(frozenset(own))
    for raw in raws:
        record = verify(raw)
        ties.apply(record, check(record, ties, now))
    return ties


def sealed_content(
    author: Actor,
    readers: Sequence[Actor],
    name: str,
    inner: bytes,
    *,
    padded: bytes | None = None,
    label: str = "",
) -> dict[str, Any]:
    """The content of a sealed record, by the steps of §7.11 with ephemeral keys from a label.

    libsodium draws an ephemeral key for each wrap; here it follows from a label, so that the bytes
    are the same each time: `crypto_box_seal` is ephemeral key ‖ box under nonce
    BLAKE2b-192(ephemeral key ‖ recipient's key).
    """
    audience = Audience.direct(one.id for one in readers)
    by_id = {one.id: one for one in (*readers, author)}
    context = digest(author.id + encode(audience.array()) + name.encode())
    entropy = made("seal " + name + label, SEAL_ENTROPY_BYTES)
    plain = pad(inner) if padded is None else padded
    _, box = seal(plain, [author.sealing().public], context, entropy)
    content_key = entropy[:CONTENT_KEY_BYTES]
    wraps = [
        wrap_for(content_key, by_id[one].sealing().public, f"{name} {number}")
        for number, one in enumerate((*audience.ids, author.id))
    ]
    return {"wraps": wraps, "box": box}


def wrap_for(content_key: bytes, public: bytes, label: str) -> bytes:
    ephemeral, secret = crypto_box_seed_keypair(made("ephemeral " + label))
    nonce = hashlib.blake2b(ephemeral + public, digest_size=24).digest()
    return ephemeral + crypto_box(content_key, nonce, public, secret)
