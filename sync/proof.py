"""Proofs of identity in a handshake, and the name of the host that was dialled (§8.2)."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from crypto.errors import BadSignature
from crypto.signing import SigningKey
from crypto.signing import verify as verify_signature
from protocol.check import chain_of
from protocol.control_state import Ties
from protocol.encoding import ENVELOPE_BYTES
from protocol.errors import Missing, ProtocolError
from protocol.fields import array, identifier, octets, raw_bytes
from protocol.identity import Identity, Link, SpeaksFor
from protocol.record import Record, verify
from sync.errors import SessionError

HELLO_TYPE = b"verbund/hello/1"

IDENTITIES = 16
"""Of one node: itself and the networks that it hosts."""

PROOF_BYTES = 253_952
"""Envelopes in a proof: the handshake's 256 KiB without 8 KiB for signatures and the rest."""

VOTERS = 1_024
"""Signers whose chains come along with those of networks (§5.4): the largest roster."""

HOST_CHARACTERS = 300
"""The longest host name has 253."""

PORTS = {"https": 443, "http": 80}

Chains = Callable[[bytes], Sequence[bytes]]
"""The `identity` envelopes that a node has of an identity: one, or two where it is frozen."""


def no_chains(_identity: bytes) -> Sequence[bytes]:
    """Nothing is known of anybody."""
    return ()


_ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::([0-9]{1,5}))?", re.IGNORECASE)


class Proof(Enum):
    """Results of a proof that is not wrong."""

    HOLDS = "who it is"
    UNKNOWN = "nothing yet: its chain can't be checked (§5.4)"
    REPLACED = "that it held a network that has other keys by now: it hears of that in the session"
    BEHIND = "who it was: its chain verifies, but another one counts by now"


class Holding(NamedTuple):
    """An identity that this node holds, with its operational key and its `identity` envelope."""

    id: bytes
    key: SigningKey
    envelope: bytes
    voters: tuple[bytes, ...] = ()
    """`identity` envelopes of those who signed majority links of its chain (§5.4)."""


def host_of(url: str) -> str:
    """Host and port of an address, as both sides write them: lower case, the port always there.

    ValueError for what is no http or https address.

    >>> host_of("https://Verbund.Example"), host_of("http://[::1]:8480/link")
    ('verbund.example:443', '[::1]:8480')
    """
    found = _ORIGIN.match(url)
    if found is None:
        raise ValueError("not an http or https address")
    scheme, host, port = found.groups()
    return f"{host.lower()}:{int(port or PORTS[scheme.lower()])}"


def fitting(holdings: Sequence[Holding]) -> tuple[Holding, ...]:
    """The home and as many others as a handshake has room for, in order."""
    if not holdings:
        raise ValueError("a node holds at least one identity")
    room, fit = PROOF_BYTES, []
    for one in holdings[:IDENTITIES]:
        if len(one.envelope) <= room:
            room -= len(one.envelope)
            fit.append(one)
    return tuple(fit)


class VoterChains:
    """The chains that are needed to check those shown, as far as there is room beside `holdings`:
    each once, however many messages show identities."""

    def __init__(self, holdings: Sequence[Holding]) -> None:
        self._room = PROOF_BYTES - sum(len(one.envelope) for one in holdings)
        self._shown: set[bytes] = set()

    def of(self, shown: Iterable[Holding]) -> list[bytes]:
        """Those that checking `shown` takes, and that were not given before."""
        found = []
        for envelope in (voter for one in shown for voter in one.voters):
            fits = len(envelope) <= self._room and len(self._shown) < VOTERS
            if fits and envelope not in self._shown:
                self._room -= len(envelope)
                self._shown.add(envelope)
                found.append(envelope)
        return found


def voters(holdings: Sequence[Holding]) -> list[bytes]:
    """The chains that are needed to check all of `holdings`."""
    return VoterChains(holdings).of(holdings)


_are_envelopes = array(lambda v: raw_bytes(v) and len(v) <= ENVELOPE_BYTES, IDENTITIES + VOTERS)
_key, _signature = octets(32), octets(64)


def are_proofs(proofs: Any, envelopes: Any, least: int = 1) -> bool:
    """`least` to 16 of [id, key, signature], each identity once, an envelope for each, and voters'.

    Without a proof there is no envelope either.
    """
    if type(proofs) is not list or not _are_envelopes(envelopes):
        return False
    if not least <= len(proofs) <= IDENTITIES or len(proofs) > len(envelopes):
        return False
    if not proofs and envelopes:
        return False
    for one in proofs:
        if type(one) is not list or len(one) != 3:
            return False
        if not (identifier(one[0]) and _key(one[1]) and _signature(one[2])):
            return False
    return len({one[0] for one in proofs}) == len(proofs)


def with_voters(
    ties: Ties, envelopes: Sequence[bytes], before: SpeaksFor | None = None
) -> SpeaksFor:
    """Whether a key speaks for an identity: by the chains known here (and `before`, which knows
    what came earlier), and those that came along."""

    @cache  # once for a handshake: junk that shows nothing would else be looked at for each proof
    def shown() -> dict[bytes, Identity]:
        return dict(_chains(ties, envelopes))

    def speaks_for(identity: bytes, key: bytes) -> bool | None:
        known = (before or ties.speaks_for)(identity, key)
        if known:
            return known
        chain = shown().get(identity)
        return known if chain is None else any(link.signing == key for link in chain.links)

    return speaks_for


def _chains(ties: Ties, envelopes: Sequence[bytes]) -> Iterator[tuple[bytes, Identity]]:
    for envelope in envelopes:
        try:
            record = verify(envelope)
            if record.kind == "identity":
                chain = Identity.parse((record.content or {})["links"], ties.speaks_for)
                if _introduces(record, chain):
                    yield chain.id, chain
        except ProtocolError:  # what it would have shown stays unknown
            continue


def prove(
    id_: bytes,
    key: bytes,
    signature: bytes,
    envelope: bytes,
    signed: bytes,
    ties: Ties,
    speaks_for: SpeaksFor | None = None,
    type_: bytes = HELLO_TYPE,
) -> Proof:
    """Check one proof; `signed` is what the signature should cover, as `type_`.

    Raises `SessionError`: a wrong proof ends it.
    """
    try:  # the cheapest first
        verify_signature(key, type_, signed, signature)
        record = verify(envelope)
        if record.kind != "identity" or record.author != id_:
            raise SessionError("not-accepted")
        chain = chain_of(record, ties, speaks_for or ties.speaks_for)
    except Missing:
        return Proof.UNKNOWN
    except (BadSignature, ProtocolError) as error:
        raise SessionError("not-accepted") from error
    if not _introduces(record, chain):
        raise SessionError("not-accepted")
    if key == _latest(chain, ties).signing:
        return Proof.HOLDS
    if chain.type == "network" and any(link.signing == key for link in chain.links):
        return Proof.REPLACED
    if key != chain.current.signing:
        raise SessionError("not-accepted")
    return Proof.BEHIND


def newer_chains(behind: Iterable[bytes], chains: Chains) -> list[bytes]:
    """The envelopes to show to a node that is behind: as many as a handshake has room for."""
    room = PROOF_BYTES
    found: list[bytes] = []
    for envelope in (one for id_ in behind for one in chains(id_)):
        if len(envelope) <= room and len(found) < IDENTITIES:
            room -= len(envelope)
            found.append(envelope)
    return found


def are_chains(envelopes: Any) -> bool:
    """1 to 16 envelopes."""
    return _are_envelopes(envelopes) and 0 < len(envelopes) <= IDENTITIES


def _introduces(record: Record, chain: Identity) -> bool:  # §4.2
    current = chain.current
    return (chain.id, current.signing, current.number) == (
        record.author,
        record.key,
        record.seq.link,
    )


def _latest(chain: Identity, ties: Ties) -> Link:
    """The latest link that counts of what is known and the chain shown (§5.3)."""
    return ties.succession_with(chain).counts.current
