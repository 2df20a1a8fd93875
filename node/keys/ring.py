"""The operational keys of the identities that a node holds.

Rules (docs/protocol.md §5.5): everything comes from 24 words that are shown once; rotation keys
never lie on the node, only the digests of the next ones; so whoever steals the machine can't
rotate. The ring carries prepared slots for networks that its group may found, made while the words
were there.

While keys are being replaced the ring has both, in `others` the ones that are not used: which of
them fit the chain is known only once it is committed, and a machine may stop in between (`settle`).
`backup` is the public key to which backups are sealed; only the words open them. `words` is the
entropy of words that no person confirmed yet (§5.5): until then it is here and nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crypto.hashing import digest
from crypto.sealing import SealingKey
from crypto.signing import SigningKey
from crypto.words import Purpose, derive
from protocol.encoding import decode, encode
from protocol.errors import Malformed
from protocol.fields import array, check_fields, fields, identifier, integer, octets
from protocol.identity import Identity, make_link

SLOTS = 16
"""Networks a group can found before it needs its words again."""

RING_BYTES = 65_536

_SLOT = fields(index=integer(0, 2**32 - 1), signing=octets(32), sealing=octets(32), next=octets(32))
_HELD = fields(
    id=identifier,
    index=integer(0, 2**32 - 1),
    link=integer(0, 2**32 - 1),
    step=integer(0, 2**32 - 1),
    signing=octets(32),
    sealing=array(octets(32), 256),
)


@dataclass(frozen=True)
class Slot:
    """Keys for the first link of an identity that does not exist yet."""

    index: int
    signing: SigningKey
    sealing: SealingKey
    next: bytes

    @classmethod
    def derive(cls, entropy: bytes, index: int) -> "Slot":
        """The keys that the recovery words give identity number `index`."""
        rotation = SigningKey(derive(entropy, Purpose.ROTATION, index, 1))
        return cls(
            index,
            SigningKey(derive(entropy, Purpose.SIGNING, index, 0)),
            SealingKey(derive(entropy, Purpose.SEALING, index, 0)),
            digest(rotation.public),
        )

    def genesis(
        self, type_: str, founders: Sequence[bytes] = (), charter: bytes | None = None
    ) -> bytes:
        """The payload of link 0. Its digest is the identity's id."""
        keys = self.signing.public, self.sealing.public, self.next
        return make_link(type_, 0, None, *keys, founders=founders, charter=charter)


@dataclass(frozen=True)
class Held:
    """An identity that this node holds: its operational key now, sealing keys newest first.

    `link` is the number of the chain's link that signs; `step` that of its keys: how often they
    were replaced since this node began to hold the identity (docs/protocol.md §5.5).
    """

    id: bytes
    index: int
    link: int
    step: int
    signing: SigningKey
    sealing: tuple[SealingKey, ...]


@dataclass
class Ring:
    """All keys of a node; the home identity first."""

    held: list[Held] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    others: list[Held] = field(default_factory=list)
    backup: bytes | None = None
    words: bytes | None = None

    @classmethod
    def from_entropy(cls, entropy: bytes) -> "Ring":
        """A new ring: slot 0 is for the home group, the others for its networks."""
        slots = [Slot.derive(entropy, index) for index in range(SLOTS + 1)]
        return cls([], slots, [], backup_key(entropy).public)

    def refill(self, entropy: bytes) -> None:
        """Prepare slots again, as many as a new ring has; a number is never used twice.

        Whoever typed the words has them: they need not be kept any more.
        """
        self.words = None
        used = [one.index for one in self.held] + [slot.index for slot in self.slots]
        for index in range(max(used) + 1, max(used) + 1 + SLOTS - len(self.slots)):
            self.slots.append(Slot.derive(entropy, index))

    def replace(self, held: Held) -> None:
        """Use these keys from now on, and keep those before until `forget_others`."""
        at = self.ids.index(held.id)
        if self.held[at].signing.public != held.signing.public:
            self.others.append(self.held[at])
        self.held[at] = held

    def settle(self, chains: Mapping[bytes, Identity]) -> None:
        """Use, of each identity, the keys that fit the chain that counts."""
        for other in list(self.others):
            chain, mine = chains.get(other.id), self.get(other.id)
            if chain is None or mine is None or chain.current.signing != other.signing.public:
                continue
            self.held[self.held.index(mine)] = other
            self.others[self.others.index(other)] = mine

    def forget_others(self) -> None:
        """The keys in use are the ones that count: no others lie on the disk any more."""
        self.others.clear()

    def hold(self, slot: Slot, genesis: bytes) -> Held:
        """Begin to hold the identity that `genesis` makes."""
        held = Held(digest(genesis), slot.index, 0, 0, slot.signing, (slot.sealing,))
        self.held.append(held)
        self.slots.remove(slot)
        return held

    def take_over(self, slot: Slot, identity: bytes, number: int) -> Held:
        """Begin to hold an identity that exists, with link `number` of its chain.

        Sealing keys that this node had for it before still open what was sealed to them.
        """
        before = self.get(identity)
        sealing = (slot.sealing, *(before.sealing if before else ()))
        held = Held(identity, slot.index, number, 0, slot.signing, sealing)
        if before:
            self.held[self.held.index(before)] = held
        else:
            self.held.append(held)
        self.slots.remove(slot)
        return held

    def pack(self) -> bytes:
        """For the key file."""
        return encode(
            {
                "held": [_packed(one) for one in self.held],
                "slots": [
                    {
                        "index": slot.index,
                        "signing": slot.signing.seed,
                        "sealing": slot.sealing.seed,
                        "next": slot.next,
                    }
                    for slot in self.slots
                ],
                "others": [_packed(one) for one in self.others],
                "backup": self.backup,
                "words": self.words,
            }
        )

    @classmethod
    def unpack(cls, raw: bytes) -> "Ring":
        """From the key file's secret."""
        value: dict[str, Any] = decode(raw, RING_BYTES)
        held = [_unpacked(one) for one in value["held"]]
        others = [_unpacked(one) for one in value.get("others", [])]
        backup = value.get("backup")
        words = value.get("words")
        for name, one in (("backup", backup), ("words", words)):
            if not (one is None or octets(32)(one)):
                raise Malformed(f"key ring: {name}")
        slots = []
        for one in value["slots"]:
            check_fields("key ring", _SLOT, one)
            slots.append(
                Slot(
                    one["index"],
                    SigningKey(one["signing"]),
                    SealingKey(one["sealing"]),
                    one["next"],
                )
            )
        return cls(held, slots, others, backup, words)

    def get(self, identity: bytes) -> Held | None:
        """The keys of an identity, if this node holds it."""
        return next((one for one in self.held if one.id == identity), None)

    @property
    def ids(self) -> tuple[bytes, ...]:
        """What this node holds, home first."""
        return tuple(one.id for one in self.held)

    def sealing_keys(self, identities: Sequence[bytes]) -> list[SealingKey]:
        """The sealing keys of some of them, old ones too."""
        return [key for one in self.held if one.id in identities for key in one.sealing]


def backup_key(entropy: bytes) -> SealingKey:
    """The key that opens backups; the ring has only its public half (docs/protocol.md §5.5)."""
    return SealingKey(derive(entropy, Purpose.BACKUP, 0, 0))


def _packed(one: Held) -> dict[str, Any]:
    return {
        "id": one.id,
        "index": one.index,
        "link": one.link,
        "step": one.step,
        "signing": one.signing.seed,
        "sealing": [key.seed for key in one.sealing],
    }


def _unpacked(one: dict[str, Any]) -> Held:
    if "step" not in one:  # a key file of version 0.1: nothing had been rotated yet
        one = {name: one.get(name, one["link"]) for name in _HELD[0]}
    check_fields("key ring", _HELD, one)
    signing, sealing = SigningKey(one["signing"]), map(SealingKey, one["sealing"])
    return Held(one["id"], one["index"], one["link"], one["step"], signing, tuple(sealing))
