"""Branches that a thief makes: decisions of a network signed with whatever keys he has."""

from collections.abc import Iterable, Sequence
from typing import Any

from crypto.hashing import digest
from crypto.sealing import SealingKey
from crypto.signing import SigningKey
from protocol.audience import PUBLIC, Audience
from protocol.encoding import encode
from protocol.identity import Identity, authorise_majority, make_link, vote
from protocol.ids import to_name
from protocol.kind import LIFETIME, Place, Seq
from protocol.record import FOREVER, Record, compose, verify
from tests.sync.people import NOW, Someone, entropy

Voter = tuple[bytes, SigningKey]

CHARTER: dict[str, Any] = {
    "name": "Netz", "purpose": None, "motto": "Captured", "orientation": None, "consensus": [],
    "topics": [], "region": None, "languages": [], "admission": "open", "majority": "1/2",
    "counted": "roster", "term": "P1Y", "host": bytes(32), "mandate": NOW + 31_536_000, "links": [],
}  # fmt: skip

PUPPETS = [Someone(f"puppet {number}") for number in range(7)]
THEIRS: list[Voter] = [(one.id, one.key) for one in PUPPETS]


class Branch:
    """Grows decision by decision after a chain that is known; each time with new keys."""

    def __init__(
        self, network: bytes, elements: Sequence[Any], label: str = "branch", now: int = NOW
    ) -> None:
        self.network, self.label, self.issued = network, label, now - 50
        self.elements = list(elements)
        self.key: SigningKey | None = None

    @property
    def chain(self) -> Identity:
        """As it stands."""
        return Identity.reread(self.elements)

    def decides(self, roster: Iterable[bytes], voters: Iterable[Voter], **more: Any) -> "Branch":
        """One decision more, which moves the network to the thief's keys."""
        last = self.chain.current
        seed = (self.network, self.label, len(self.elements))
        self.key = SigningKey(entropy(*seed, "signing"))
        payload = make_link(
            "network",
            last.number + 1,
            last.digest,
            self.key.public,
            SealingKey(entropy(*seed, "sealing")).public,
            digest(SigningKey(entropy(*seed, "rotation")).public),
            compromised=True,
            roster=sorted(roster),
            charter=digest(encode(CHARTER)),
            **more,
        )
        votes = [vote(payload, member, key) for member, key in voters]
        self.elements.append(authorise_majority(payload, votes))
        return self

    @property
    def head(self) -> bytes:
        """The last decision."""
        return self.chain.decision.digest

    def records(self) -> list[Record]:
        """The chain and its charter, as a peer hands them in."""
        assert self.key is not None
        chain = self.chain
        number = chain.current.number
        place = Place(self.network, PUBLIC, "identity", chain.name)
        shown = {"links": self.elements}
        introduction = compose(
            self.key, place, Seq(number, 2**40, 1), self.issued, FOREVER, shown, None
        )
        place = Place(self.network, PUBLIC, "network", "")
        seq = Seq(number, 2**40, 2)
        charter = compose(self.key, place, seq, self.issued, self.issued + LIFETIME, CHARTER, None)
        return [verify(introduction), verify(charter)]

    def admits(self, member: bytes, epoch: bytes) -> Record:
        """An admission under the thief's keys."""
        assert self.key is not None
        content = {"member": member, "decision": "admitted", "reason": None}
        place = Place(self.network, Audience.network(self.network), "admission", to_name(member))
        seq = Seq(self.chain.current.number, 2**40, 3)
        raw = compose(self.key, place, seq, self.issued, self.issued + LIFETIME, content, epoch)
        return verify(raw)


def attests(author: Voter, network: bytes, head: bytes, seq: Seq) -> Record:
    """What a thief says that somebody stands by."""
    member, key = author
    place = Place(member, Audience.network(network), "attestation", "")
    content = {"network": network, "head": head}
    return verify(compose(key, place, seq, NOW - 50, NOW - 50 + LIFETIME, content, None))


def introductions(now: int = NOW) -> list[Record]:
    """Of all puppets."""
    found = []
    for one in PUPPETS:
        place = {"name": to_name(digest(one.links[-1][0])), "issued": now - 100}
        found.append(verify(one.say("identity", {"links": one.links}, **place)))
    return found
