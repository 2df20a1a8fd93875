"""Records in a file: a bundle's bytes, in and out (docs/protocol.md §10).

Rules:

1. A bundle is its start, its head, and parts of one size, so that each part's place follows from
   its number: one that is damaged takes no other along.
2. The head says how many parts and records there are and what the digest of each part is; each
   identity of the writer signs that. So nothing can be added, and what is missing is known.
3. Only a damaged start or head makes the whole unreadable (`BundleError`). A part that does not
   open, does not fit its digest or is not of its shape is `Lost`; the others are as good as ever.
4. A record never lies across two parts.
5. Nothing is held but the head and one part: a file may be as long as it likes.

>>> reader = Reader([])
>>> reader.feed(b"something else entirely, longer than the first line")
Traceback (most recent call last):
sync.bundle.BundleError: none
"""

from collections.abc import Sequence
from enum import Enum
from typing import Any, NamedTuple

from crypto.errors import CannotOpen
from crypto.hashing import DIGEST_BYTES, digest
from crypto.parts import (
    PART_OVERHEAD_BYTES,
    is_open,
    open_part,
    seal_part,
    unwrap_key,
    wrap_key,
)
from crypto.sealing import WRAP_BYTES, SealingKey
from protocol.control_state import Ties
from protocol.encoding import ENVELOPE_BYTES, decode, encode, unpack
from protocol.errors import Malformed
from protocol.fields import check_fields, fields, identifier, integer, optional, raw_bytes
from sync.errors import SessionError
from sync.proof import Holding, Proof, are_proofs, fitting, prove, voters, with_voters

BUNDLE_TYPE = b"verbund/bundle/1"
MEDIA_TYPE = "application/vnd.verbund.bundle"
ENDING = ".verbund"

MAGIC = b"verbund-bundle-"
VERSION = b"1\n"
FIRST = MAGIC + VERSION
LENGTH_BYTES = 4
START_BYTES = len(FIRST) + WRAP_BYTES + LENGTH_BYTES

PART_BYTES = 131_072
"""Two of the largest records; what a spot on a stick that can't be read costs."""

SEALED_BYTES = PART_BYTES + PART_OVERHEAD_BYTES

PARTS = 4_096
"""Half a gigabyte: ten times the largest store we plan for."""

RECORDS_IN_PART = 1_000
"""As in a frame: the shortest records have two hundred bytes, so an honest part has fewer."""

HEAD_BYTES = 393_216
"""Identity records as in a handshake (248 KiB), and the digest of each part (128 KiB)."""

STATEMENT = fields(
    **{"for": optional(identifier)},
    made=integer(0, 253_402_300_799),
    records=integer(0, PARTS * RECORDS_IN_PART),
    last=integer(0, PART_BYTES),
    digests=lambda value: raw_bytes(value) and len(value) <= PARTS * DIGEST_BYTES,
)


CODES = {
    "none": "no bundle at all",
    "version": "of newer software",
    "others": "sealed for somebody else, or the seal was altered",
    "cut": "it ends before its head does",
    "altered": "the head does not open, or is of no shape",
    "large": "more than a bundle may hold",
}
"""Why nothing can be read or written."""


class BundleError(Exception):
    """Nothing can be read, or written. `code` is one of `CODES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Head(NamedTuple):
    """The head of a bundle, as its writer states it. Nothing is proven before `proven_by`."""

    recipient: bytes | None
    made: int
    records: int
    last: int
    digests: bytes
    """Of all parts, joined."""
    statement: bytes
    proofs: Sequence[tuple[bytes, bytes, bytes]]
    """Identity, key, signature; home first."""
    envelopes: Sequence[bytes]
    """`identity` records of these, then of those who signed majority links of theirs."""
    sealed: bool

    @property
    def parts(self) -> int:
        """How many there are."""
        return len(self.digests) // DIGEST_BYTES

    @property
    def writer(self) -> bytes:
        """The home group of whoever says to have written it."""
        return self.proofs[0][0]

    def plain_bytes(self, number: int) -> int:
        """How long part `number`, counted from 1, is before it is sealed."""
        return self.last if number == self.parts else PART_BYTES


class Part(NamedTuple):
    """A whole part: its number, counted from 1, and the envelopes in it."""

    number: int
    envelopes: Sequence[bytes]


class Lost(NamedTuple):
    """A part that was altered or cut, or is not there."""

    number: int


class Surplus(NamedTuple):
    """More follows behind the last part; it was passed over."""


Event = Head | Part | Lost | Surplus


class State(Enum):
    """State of a reader."""

    START = "the first line, the sealed key and the length of the head"
    HEAD = "the head"
    PART = "the next part"
    END = "nothing"


class Reader:
    """Bytes in, as they come; events out. `keys`: what may open the seal."""

    def __init__(self, keys: Sequence[SealingKey]) -> None:
        self._keys = keys
        self.state = State.START
        self.waiting = bytearray()
        """Bytes that came and are no whole part yet."""
        self._key = self._start = b""
        self._wanted = START_BYTES
        self._head: Head | None = None
        self._number = 0
        self._surplus = False

    def feed(self, data: bytes) -> list[Event]:
        """Take the next bytes; gives their events. Raises `BundleError` if nothing can be read."""
        self.waiting += data
        events: list[Event] = []
        if self.state is State.START:
            _check_first(bytes(self.waiting[: len(FIRST)]))
        while self.state is not State.END and len(self.waiting) >= self._wanted:
            taken = bytes(self.waiting[: self._wanted])
            del self.waiting[: self._wanted]
            events += self._take(taken)
        if self.state is State.END and self.waiting:
            self.waiting.clear()
            if not self._surplus:
                self._surplus = True
                events.append(Surplus())
        return events

    def end(self) -> list[Event]:
        """The file is over: what is missing. Raises `BundleError` if its head is."""
        if self._head is None:
            if not self.waiting and self.state is State.START:
                raise BundleError("none")
            raise BundleError("cut")
        missing = range(self._number, self._head.parts + 1) if self.state is State.PART else ()
        self.state = State.END
        return [Lost(number) for number in missing]

    def _take(self, data: bytes) -> list[Event]:
        match self.state:
            case State.START:
                return self._on_start(data)
            case State.HEAD:
                return self._on_head(data)
            case _:
                return self._on_part(data)

    def _on_start(self, data: bytes) -> list[Event]:
        self._start = data[: len(FIRST) + WRAP_BYTES]
        try:
            self._key = unwrap_key(self._start[len(FIRST) :], self._keys)
        except CannotOpen:
            raise BundleError("others") from None
        self._wanted = int.from_bytes(data[-LENGTH_BYTES:], "big")
        if not PART_OVERHEAD_BYTES <= self._wanted <= HEAD_BYTES + PART_OVERHEAD_BYTES:
            raise BundleError("altered")
        self.state = State.HEAD
        return []

    def _on_head(self, data: bytes) -> list[Event]:
        try:
            raw = open_part(self._key, 0, data)
            head = self._head = _read_head(raw, is_open(self._start[len(FIRST) :]))
        except (CannotOpen, Malformed):
            raise BundleError("altered") from None
        self._next(head)
        return [head]

    def _next(self, head: Head) -> None:
        self._number += 1
        self.state = State.PART if self._number <= head.parts else State.END
        if self.state is State.PART:
            self._wanted = head.plain_bytes(self._number) + PART_OVERHEAD_BYTES

    def _on_part(self, data: bytes) -> list[Event]:
        number, head = self._number, self._head
        assert head is not None  # noqa: S101 - parts come behind the head
        self._next(head)
        at = (number - 1) * DIGEST_BYTES
        if digest(data) != head.digests[at : at + DIGEST_BYTES]:
            return [Lost(number)]
        try:
            return [Part(number, _unpacked(open_part(self._key, number, data)))]
        except (CannotOpen, Malformed):  # its writer made it so
            return [Lost(number)]


def _check_first(first: bytes) -> None:
    if first[: len(MAGIC)] != MAGIC[: len(first)]:
        raise BundleError("none")
    if first[len(MAGIC) :] != VERSION[: len(first[len(MAGIC) :])]:
        raise BundleError("version")


def _read_head(raw: bytes, everybody: bool) -> Head:
    value = unpack(raw, HEAD_BYTES)
    if type(value) is not list or len(value) != 3:
        raise Malformed("bundle: head")
    statement, proofs, envelopes = value
    if not raw_bytes(statement) or not are_proofs(proofs, envelopes):
        raise Malformed("bundle: head")
    said = decode(statement, HEAD_BYTES)
    check_fields("bundle", STATEMENT, said)
    recipient, made, records, last, digests = said.values()
    if len(digests) % DIGEST_BYTES or (last > 0) != (len(digests) > 0):
        raise Malformed("bundle: digests")
    if (recipient is None) != everybody:
        raise Malformed("bundle: for whom")
    found = [(id_, key, signature) for id_, key, signature in proofs]
    return Head(recipient, made, records, last, digests, statement, found, envelopes, not everybody)


def _unpacked(plain: bytes) -> list[bytes]:
    """The envelopes in a part: each with its length in front; zeros fill the rest."""
    found: list[bytes] = []
    at = 0
    while at < len(plain):
        size = int.from_bytes(plain[at : at + LENGTH_BYTES], "big")
        if not size:
            break
        at += LENGTH_BYTES + size
        if size > ENVELOPE_BYTES or at > len(plain) or len(found) == RECORDS_IN_PART:
            raise Malformed("bundle: part")
        found.append(plain[at - size : at])
    if plain.count(0, at) != len(plain) - at:
        raise Malformed("bundle: part")
    return found


def signed_by(identity: bytes, statement: bytes) -> bytes:
    """The bytes that an identity of the writer signs."""
    return encode(["bundle", identity, digest(statement)])


def proven_by(head: Head, ties: Ties) -> tuple[bytes, ...]:
    """The identities that wrote a bundle, home first; `SessionError` if its home is not proven.

    As in a handshake (§8.2): of others, those whose chain can't be checked, or that other keys
    speak for by now, are left out.
    """
    also = head.envelopes[len(head.proofs) :]
    speaks_for = with_voters(ties, also)
    proven = []
    for (id_, key, signature), envelope in zip(head.proofs, head.envelopes, strict=False):
        signed = signed_by(id_, head.statement)
        proof = prove(id_, key, signature, envelope, signed, ties, speaks_for, BUNDLE_TYPE)
        if proof is Proof.HOLDS:
            proven.append(id_)
        elif id_ == head.writer:
            raise SessionError("not-accepted")
    return tuple(proven)


class Writer:
    """Envelopes in, sealed parts out; the head, which stands in front of them, comes last.

    `key` is 32 random bytes, used once.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.plain = bytearray()
        """Content of the part that is being filled."""
        self._count = 0
        self._digests: list[bytes] = []
        self._last = 0
        self.records = 0

    def add(self, envelope: bytes) -> bytes:
        """The bytes of a part that is full now; mostly none. Raises `BundleError`."""
        size = LENGTH_BYTES + len(envelope)
        full = len(self.plain) + size > PART_BYTES or self._count == RECORDS_IN_PART
        part = self._close(bytes(self.plain).ljust(PART_BYTES, b"\0")) if full else b""
        self.plain += len(envelope).to_bytes(LENGTH_BYTES, "big") + envelope
        self._count += 1
        self.records += 1
        return part

    def finish(self) -> bytes:
        """The last part."""
        return self._close(bytes(self.plain)) if self.plain else b""

    def _close(self, plain: bytes) -> bytes:
        if len(self._digests) == PARTS:
            raise BundleError("large")
        sealed = seal_part(self._key, len(self._digests) + 1, plain)
        self._digests.append(digest(sealed))
        self._last, self._count = len(plain), 0
        self.plain.clear()
        return sealed

    def head(
        self, holdings: Sequence[Holding], made: int, recipient: tuple[bytes, bytes] | None
    ) -> bytes:
        """All that stands in front of the parts. `recipient`: an id and its sealing key."""
        shown = fitting(holdings)
        said: dict[str, Any] = {
            "for": recipient[0] if recipient else None,
            "made": made,
            "records": self.records,
            "last": self._last,
            "digests": b"".join(self._digests),
        }
        statement = encode(said)
        proofs = [
            [one.id, one.key.public, one.key.sign(BUNDLE_TYPE, signed_by(one.id, statement))]
            for one in shown
        ]
        envelopes = [*(one.envelope for one in shown), *voters(shown)]
        sealed = seal_part(self._key, 0, encode([statement, proofs, envelopes]))
        wrapped = wrap_key(self._key, recipient[1] if recipient else None)
        return FIRST + wrapped + len(sealed).to_bytes(LENGTH_BYTES, "big") + sealed
