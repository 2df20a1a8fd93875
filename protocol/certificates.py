"""What pacts, signatures and certificates say together (docs/protocol.md §6.6).

Rules:

* a pact is what its body says: it is known by the digest of that;
* a signature counts if it is by one of those asked, under a key of a known chain of theirs, over
  the pact's digest and the signer's epoch; of several by one signer the smallest epoch counts;
* a quorum of signatures is the certificate, however they came: it admits each signer, from the time
  at which the pact was proposed.

The same records lead to the same certificates, in any order of arrival.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from crypto.errors import BadSignature
from crypto.hashing import digest
from crypto.signing import SigningKey
from crypto.signing import verify as verify_signature
from protocol.bond import Half
from protocol.encoding import encode, unpack
from protocol.errors import Malformed, ProtocolError
from protocol.fields import check_fields
from protocol.identity import Identity, Link
from protocol.ids import to_name
from protocol.kind import Statement
from protocol.pacts import LONGEST_SECONDS, PACT, PACT_BYTES
from protocol.record import LIFETIME, Record, verify

PACT_TYPE = b"verbund/pact/1"

LATE_SECONDS = 30 * 86_400
"""How long after its date a certificate is still acted on without asking (§6.6)."""


class Pact(NamedTuple):
    """A checked pact. `identity` and `charter` are the new network's own records."""

    digest: bytes
    body: bytes
    network: bytes
    identity: Record
    charter: Record
    proposer: bytes
    asked: tuple[bytes, ...]
    quorum: int
    proposed: int
    until: int
    leaves: bytes | None
    carriers: tuple[bytes, ...]
    note: str | None

    @classmethod
    def parse(cls, body: bytes) -> "Pact":
        """From the body of a `pact` (§7.13); raises `Malformed` or `Forged`."""
        return _parsed(body)

    @classmethod
    def _parse(cls, body: bytes) -> "Pact":
        if len(body) > PACT_BYTES:
            raise Malformed("pact: too long")
        content = unpack(body)
        check_fields("pact", PACT.fields, content)
        identity, charter = verify(content["identity"]), verify(content["charter"])
        _check_numbers(content)
        link = _check_genesis(identity, content["asked"])
        _check_charter(charter, link)
        if content["leaves"] == link.digest:
            raise Malformed("pact: leaves the network that it founds")
        names = ("proposer", "quorum", "proposed", "until", "leaves", "note")
        return cls(
            digest=digest(body),
            body=body,
            network=link.digest,
            identity=identity,
            charter=charter,
            asked=tuple(content["asked"]),
            carriers=tuple(content["carriers"]),
            **{name: content[name] for name in names},
        )

    def others(self, one: bytes) -> tuple[bytes, ...]:
        """To whom one of those asked speaks of this pact."""
        return tuple(sorted({*self.asked, *self.carriers} - {one}))

    def until_acted(self, now: int) -> bool:
        """Whether a certificate that is complete now is acted on without asking."""
        return now <= self.until + LATE_SECONDS


@lru_cache(maxsize=64)
def _parsed(body: bytes) -> Pact:
    """Each certificate of a pact holds the same one: two signatures are checked once."""
    return Pact._parse(body)


def _check_numbers(content: dict[str, Any]) -> None:
    asked, quorum = content["asked"], content["quorum"]
    if content["proposer"] not in asked or set(asked) & set(content["carriers"]):
        raise Malformed("pact: who is asked")
    if not len(asked) < 2 * quorum <= 2 * len(asked):
        raise Malformed("pact: the quorum is no majority of those asked")
    if not 0 < content["until"] - content["proposed"] <= LONGEST_SECONDS:
        raise Malformed("pact: the date")


def _check_genesis(record: Record, asked: list[bytes]) -> Link:
    if record.kind != "identity":
        raise Malformed("pact: no identity record")
    chain = Identity.parse((record.content or {})["links"], lambda _id, _key: None)
    link = chain.current
    if (link.type, link.number, chain.id) != ("network", 0, record.author):
        raise Malformed("pact: not the first link of a network")
    if record.key != link.signing or record.seq.link != 0:
        raise Malformed("pact: the network does not introduce itself")
    if list(link.founders) != asked or link.charter is None:
        raise Malformed("pact: not founded by those asked, with a charter")
    return link


def _check_charter(record: Record, link: Link) -> None:
    if record.kind != "network" or record.author != link.digest or record.seq.link != 0:
        raise Malformed("pact: no charter of this network")
    if record.key != link.signing or record.body is None or digest(record.body) != link.charter:
        raise Malformed("pact: not the charter that the first link names")


class Signature(NamedTuple):
    """One signature, as it stands in a certificate."""

    signer: bytes
    epoch: bytes
    key: bytes
    signature: bytes


def sign(pact: bytes, signer: bytes, epoch: bytes, key: SigningKey) -> Signature:
    """Sign a pact, by its digest (§7.14)."""
    return Signature(signer, epoch, key.public, key.sign(PACT_TYPE, _signed(pact, signer, epoch)))


def _signed(pact: bytes, signer: bytes, epoch: bytes) -> bytes:
    return encode([pact, signer, epoch])


@dataclass
class Case:
    """What is known of one pact: itself, and signatures, counted or waiting for a chain."""

    pact: Pact | None = None
    signed: dict[bytes, Signature] = field(default_factory=dict)
    waiting: set[Signature] = field(default_factory=set)
    passed_on: set[bytes] = field(default_factory=set)
    """Who wrote a certificate to everybody asked."""

    @property
    def certified(self) -> bool:
        """Whether a quorum signed."""
        return self.pact is not None and len(self.signed) >= self.pact.quorum

    def epoch(self, signer: bytes) -> bytes | None:
        """That of a signer's membership."""
        found = self.signed.get(signer)
        return found.epoch if found else None


SpeaksFor = Callable[[bytes, bytes], bool | None]


class Certificates:
    """All pacts that this node knows. `found` is called with each signer that is admitted."""

    def __init__(self, speaks_for: SpeaksFor, found: Callable[[bytes, bytes, Half], None]) -> None:
        self.cases: dict[bytes, Case] = {}
        self._speaks_for = speaks_for
        self._found = found

    def apply(self, statement: Statement) -> None:
        """Take in a record of one of the three kinds. One that was erased says nothing."""
        content = statement.content
        if content is None:
            return
        try:
            match statement.kind:
                case "pact":
                    self._propose(Pact.parse(statement.body or b""))
                case "signature":
                    found = Signature(
                        statement.author, content["epoch"], content["key"], content["signature"]
                    )
                    self._sign(content["pact"], [found])
                case "certificate":
                    pact = Pact.parse(content["pact"])
                    self._propose(pact)
                    if {statement.author, *statement.audience.ids} >= set(pact.asked):
                        self.cases[pact.digest].passed_on.add(statement.author)
                    self._sign(pact.digest, [Signature(*one) for one in content["signatures"]])
        except ProtocolError:  # refused at intake; what is stored was checked
            return

    def introduced(self, identity: bytes) -> None:
        """A chain became known, or longer: signatures by it may count now."""
        for name, case in self.cases.items():
            if any(one.signer == identity for one in case.waiting):
                self._count(name)

    def of_network(self, network: bytes) -> Case | None:
        """The case of the pact that founds this network, the certified one if there is one."""
        found = [c for c in self.cases.values() if c.pact and c.pact.network == network]
        return next((one for one in found if one.certified), found[0] if found else None)

    def left_together(self, one: bytes, network: bytes) -> set[bytes]:
        """Who leaves this network by the same certified pact as `one`."""
        return {
            signer
            for case in self.cases.values()
            if case.certified and case.pact and case.pact.leaves == network and one in case.signed
            for signer in case.signed
        }

    def _propose(self, pact: Pact) -> None:
        case = self.cases.setdefault(pact.digest, Case())
        if case.pact is None:
            case.pact = pact
            self._count(pact.digest)

    def _sign(self, pact: bytes, signatures: Iterable[Signature]) -> None:
        case = self.cases.setdefault(pact, Case())
        case.waiting.update(one for one in signatures if case.signed.get(one.signer) != one)
        self._count(pact)

    def _count(self, name: bytes) -> None:
        case = self.cases[name]
        if case.pact is None:
            return
        for one in sorted(case.waiting):
            known = self._speaks_for(one.signer, one.key)
            if known is None:
                continue
            case.waiting.discard(one)
            if known and one.signer in case.pact.asked and _holds(name, one):
                before = case.signed.get(one.signer)
                case.signed[one.signer] = min(one, before) if before else one
        if case.certified:
            self._admit(case, case.pact)

    def _admit(self, case: Case, pact: Pact) -> None:
        charter = digest(pact.charter.body or b"")
        for signer, one in case.signed.items():
            content = {
                "network": pact.network,
                "charter": charter,
                "message": None,
                "member": signer,
                "decision": "admitted",
                "reason": None,
            }
            half = Half(content, one.epoch, pact.proposed, pact.proposed + LIFETIME)
            self._found(pact.network, signer, half)


def _holds(pact: bytes, one: Signature) -> bool:
    try:
        verify_signature(one.key, PACT_TYPE, _signed(pact, one.signer, one.epoch), one.signature)
    except BadSignature:
        return False
    return True


def check_pact(statement: Statement) -> None:
    """Raise unless the pact in a `pact` or a `certificate` is one (§7.13, §7.15)."""
    content = statement.content
    if content is None or statement.kind not in ("pact", "certificate"):
        return
    if statement.kind == "pact":
        Pact.parse(statement.body or b"")
        return
    pact = Pact.parse(content["pact"])
    signers = [one[0] for one in content["signatures"]]
    if not set(signers) <= set(pact.asked) or len(signers) < pact.quorum:
        raise Malformed("certificate: not signed by a quorum of those asked")


def name_of(pact: bytes) -> str:
    """The name of the records about a pact, from its digest."""
    return to_name(pact)
