"""What pacts, signatures and certificates say together (docs/protocol.md §6.6).

Rules:

* a pact is what its body says: it is known by the digest of that;
* a signature counts while its key stands in a chain of the signer that is kept (§5.3) and was not
  called stolen – in the name of one's own group, if this node made it –, and if it is by one of
  those asked, over the pact's digest and the signer's epoch; of several by one signer the
  smallest epoch counts;
* a quorum of signatures is the certificate, however they came: it admits each signer, from the time
  at which the pact was proposed.

The same records lead to the same certificates, in any order of arrival. So a signature whose key is
not known yet is kept, and what is kept is bounded: `MOST_TOLD`, `MOST_KEPT`.
"""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from crypto.errors import BadSignature
from crypto.hashing import digest
from crypto.signing import SigningKey
from crypto.signing import verify as verify_signature
from protocol.encoding import encode, unpack
from protocol.errors import Malformed, ProtocolError
from protocol.fields import check_fields
from protocol.identity import Identity, Link
from protocol.ids import from_name
from protocol.kind import LIFETIME, Place, Statement
from protocol.membership import Half
from protocol.pacts import CERTIFICATE, LONGEST_SECONDS, PACT, PACT_BYTES
from protocol.record import Record, verify

PACT_TYPE = b"verbund/pact/1"

LATE_SECONDS = 30 * 86_400
"""How long after its date a certificate is still acted on without asking (§6.6)."""

EARLY_SECONDS = 600
"""How far clocks may differ: a pact is not proposed after the record that holds it (§4.5)."""

MOST_TOLD = PACT.limit
"""Pacts of which one author may speak, to whomever. Limits of places (§4.8) are for each audience,
and of these an author can invent as many as it likes."""

MOST_KEPT = 2
"""Signatures by one signer on one pact that one author may tell of, first those that count, then
those of the smallest epochs: one that counts, one that would if a chain turned out otherwise."""


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
        if max(identity.issued, charter.issued) > content["proposed"]:
            raise Malformed("pact: proposed before its records were issued")
        if charter.expires < content["until"] + LATE_SECONDS:
            raise Malformed("pact: its charter ends before it is acted on")
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
    elements = (record.content or {})["links"]
    if len(elements) != 1:
        raise Malformed("pact: more than the first link")
    chain = Identity.parse(elements, lambda _id, _key: None)
    link = chain.current
    if (link.type, chain.id) != ("network", record.author):
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
    """What is known of one pact: itself, and signatures, kept or counted."""

    pact: Pact | None = None
    signed: dict[bytes, Signature] = field(default_factory=dict)
    kept: dict[tuple[bytes, bytes], tuple[Signature, ...]] = field(default_factory=dict)
    """Signatures that fit their key, by who told of them and who signed."""
    passed_on: set[bytes] = field(default_factory=set)
    """Who wrote a certificate to everybody asked, and did not take it back."""

    def is_own_word(self, one: bytes) -> bool:
        """Whether the signer's own record is here: a thief of an old key can't write that."""
        return one in self.signed and (one, one) in self.kept

    @property
    def certified(self) -> bool:
        """Whether a quorum signed."""
        return self.pact is not None and len(self.signed) >= self.pact.quorum

    def epoch(self, signer: bytes) -> bytes | None:
        """That of a signer's membership."""
        found = self.signed.get(signer)
        return found.epoch if found else None

    def keep(self, teller: bytes, one: Signature, counts: Callable[[Signature], bool]) -> None:
        """Remember a signature, as long as there is room for it: first for those that count, or who
        signed again under a third key would be bound by two that were called stolen."""
        known = {*self.kept.get((teller, one.signer), ()), one}
        best = sorted(known, key=lambda each: (len(known) > MOST_KEPT and not counts(each), each))
        self.kept[teller, one.signer] = tuple(sorted(best[:MOST_KEPT]))


SignsFor = Callable[[bytes, bytes, bytes], bool]
"""Whether what an identity signed under a key, for a pact, counts (§6.6)."""


class Certificates:
    """All pacts that this node knows.

    `found` is called with each signer that is admitted, and with None if it no longer is: a chain
    lost to another one that is preferred (§5.3), and its signatures with it.
    """

    def __init__(
        self, signs_for: SignsFor, found: Callable[[bytes, bytes, Half | None], None]
    ) -> None:
        self.cases: dict[bytes, Case] = {}
        self._signs_for = signs_for
        self._found = found
        self._told: dict[bytes, set[bytes]] = {}
        self._signing: dict[bytes, set[bytes]] = {}
        self._founding: dict[bytes, list[Case]] = {}

    def apply(self, statement: Statement) -> None:
        """Take in a record of one of the three kinds. One that was erased says nothing."""
        content, author = statement.content, statement.author
        if content is None:
            self.silenced(statement)
            return
        try:
            match statement.kind:
                case "pact":
                    self._propose(author, Pact.parse(statement.body or b""))
                case "signature":
                    names = ("epoch", "key", "signature")
                    found = Signature(author, *(content[name] for name in names))
                    self._sign(author, content["pact"], [found])
                case "certificate":
                    pact = Pact.parse(content["pact"])
                    self._propose(author, pact)
                    case = self.cases.get(pact.digest)
                    if case and {author, *statement.audience.ids} >= set(pact.asked):
                        case.passed_on.add(author)
                    signatures = [Signature(*one) for one in content["signatures"]]
                    self._sign(author, pact.digest, signatures)
        except ProtocolError:  # refused at intake; what is stored was checked
            return

    def silenced(self, statement: Statement | Place) -> None:
        """What somebody wrote is gone. It was said, so it counts here; others pass it on."""
        if statement.kind != CERTIFICATE.name:
            return
        case = self.cases.get(from_name(statement.name))
        if case is not None:
            case.passed_on.discard(statement.author)

    def introduced(self, identity: bytes) -> None:
        """Which chains of an identity are kept changed: so may the signatures that count."""
        for name in self._signing.get(identity, ()):
            self._count(name)

    def founded(self, network: bytes) -> bool:
        """Whether a pact is known that founds this network."""
        return network in self._founding

    def was_only_asked(self, network: bytes, group: bytes) -> bool:
        """Whether pacts found this network, and of all that are certified `group` signed none."""
        found = [case for case in self._founding.get(network, ()) if case.certified]
        asked = any(case.pact is not None and group in case.pact.asked for case in found)
        return asked and not any(group in case.signed for case in found)

    def left_together(self, one: bytes, network: bytes) -> set[bytes]:
        """Who leaves this network by the same certified pact as `one`."""
        return {
            signer
            for case in self.cases.values()
            if case.certified and case.pact and case.pact.leaves == network and one in case.signed
            for signer in case.signed
        }

    def agreed(self, own: AbstractSet[bytes], other: bytes, now: int) -> bool:
        """Whether one of `own` signed a pact that `other` was asked to sign, or carries, and that
        can still come about (§6.5)."""
        return any(
            case.pact is not None
            and case.pact.until_acted(now)
            and (other in case.pact.asked or other in case.pact.carriers)
            and not own.isdisjoint(case.signed)
            for case in self.cases.values()
        )

    def _propose(self, teller: bytes, pact: Pact) -> None:
        case = self._case(teller, pact.digest)
        if case is not None and case.pact is None:
            case.pact = pact
            case.kept = {
                (who, signer): kept
                for (who, signer), kept in case.kept.items()
                if who in pact.asked and signer in pact.asked
            }
            self._founding.setdefault(pact.network, []).append(case)
            self._count(pact.digest)

    def _sign(self, teller: bytes, pact: bytes, signatures: Iterable[Signature]) -> None:
        case = self._case(teller, pact)
        if case is None:
            return
        for one in signatures:
            asked = case.pact is None or {teller, one.signer} <= {*case.pact.asked}
            if asked and _holds(pact, one):
                case.keep(teller, one, lambda each: self._signs_for(each.signer, each.key, pact))
                self._signing.setdefault(one.signer, set()).add(pact)
        self._count(pact)

    def _case(self, teller: bytes, pact: bytes) -> Case | None:
        """The case of a pact; None if whoever tells of it speaks of too many."""
        told = self._told.setdefault(teller, set())
        if pact not in told and len(told) >= MOST_TOLD:
            return None
        told.add(pact)
        return self.cases.setdefault(pact, Case())

    def _count(self, name: bytes) -> None:
        case = self.cases[name]
        if case.pact is None:
            return
        before, signed = case.signed, dict[bytes, Signature]()
        for one in sorted({one for kept in case.kept.values() for one in kept}):
            if one.signer not in signed and self._signs_for(one.signer, one.key, name):
                signed[one.signer] = one
        case.signed = signed
        if signed != before:
            for signer in {*before, *signed}:
                self._found(case.pact.network, signer, self._half(case.pact.network, signer))

    def _half(self, network: bytes, signer: bytes) -> Half | None:
        """What stands for a signer's membership and admission. Of several the oldest counts."""
        found = [
            _admits(case.pact, case.signed[signer])
            for case in self._founding[network]
            if case.pact is not None and case.certified and signer in case.signed
        ]
        return min(found, key=lambda half: (half.issued, half.epoch), default=None)


def _admits(pact: Pact, one: Signature) -> Half:
    content = {
        "network": pact.network,
        "charter": digest(pact.charter.body or b""),
        "message": None,
        "shown": False,
        "member": one.signer,
        "decision": "admitted",
        "reason": None,
    }
    return Half(content, one.epoch, pact.proposed, pact.proposed + LIFETIME)


@lru_cache(maxsize=1024)
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
        pact = Pact.parse(statement.body or b"")
    else:
        pact = Pact.parse(content["pact"])
        _check_certificate(statement, pact, [one[0] for one in content["signatures"]])
    if pact.proposed > statement.issued + EARLY_SECONDS:
        raise Malformed("pact: proposed after the record that holds it")


def _check_certificate(statement: Statement, pact: Pact, signers: list[bytes]) -> None:
    if not set(signers) <= set(pact.asked) or len(signers) < pact.quorum:
        raise Malformed("certificate: not signed by a quorum of those asked")
    if statement.author not in pact.asked:
        raise Malformed("certificate: by somebody who was not asked")
    if not set(statement.audience.ids) <= {*pact.asked, *pact.carriers}:
        raise Malformed("certificate: to somebody who was not asked")
