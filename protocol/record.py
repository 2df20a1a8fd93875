"""Records: the one way from bytes to a verified statement (docs/protocol.md §3, §4).

`verify` decodes the envelope, verifies the signature, and only then decodes the payload and checks
the shape of its kind. Whether the key may speak for the author, and every rule that needs to know
other records, is `protocol.check`'s.

>>> from crypto.signing import SigningKey
>>> key = SigningKey(bytes(32))
>>> raw = compose(key, Place(bytes(32), PUBLIC, "endpoint", "home"), Seq(0, 1, 1), 1000, 2000,
...               {"url": "https://verbund.example", "tls": None})
>>> verify(raw).content["url"]
'https://verbund.example'
>>> verify(raw[:-1] + bytes([raw[-1] ^ 1]))
Traceback (most recent call last):
    ...
protocol.errors.Forged: the signature does not fit
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from crypto.errors import BadSignature
from crypto.hashing import digest
from crypto.sealing import SealingKey
from crypto.signing import SigningKey
from crypto.signing import verify as verify_signature
from protocol.audience import PUBLIC, Audience
from protocol.encoding import ENVELOPE_BYTES, PAYLOAD_BYTES, check_value, encode, load, unpack
from protocol.errors import Forged, Malformed, ProtocolError, Unknown
from protocol.fields import check_fields
from protocol.ids import EPOCH_BYTES, ID_BYTES
from protocol.kind import LIFETIME, Epoch, Kind, Place, Seq, Statement
from protocol.kinds import CONTROL, KINDS
from protocol.sealed import CLOSED, OUTSIDE, unwrap
from protocol.unread import is_unread, kind_of

__all__ = [
    "PUBLIC",
    "Audience",
    "Place",
    "Record",
    "Seq",
    "compose",
    "reread",
    "verify",
    "verify_all",
]

VERSION = 1
RECORD_TYPE = b"verbund/record/1"
FOREVER = 253_402_300_799
"""The end of the year 9999: identity chains don't expire."""

_PUBLIC = ["public"]
FIELDS = ("author", "audience", "kind", "name", "seq", "issued", "expires", "epoch", "body")

_NAME = re.compile(r"[a-z0-9.-]{0,64}").fullmatch
_KIND = re.compile(r"[a-z][a-z-]{0,31}").fullmatch


class Record(Statement):
    """A statement with a good signature by `key`. `raw` is the envelope, `id` the record's id."""

    __slots__ = ("id", "key", "raw")

    raw: bytes
    key: bytes
    id: bytes


def verify(raw: bytes) -> Record:
    """The record in `raw`; raises `Malformed`, `Unknown` or `Forged` (§4.1)."""
    (found,) = verify_all([raw])
    if isinstance(found, ProtocolError):
        raise found
    return found


def verify_all(
    raws: Iterable[bytes], fit: Sequence[bool] | None = None
) -> list[Record | ProtocolError]:
    """The record in each of `raws`, or why there is none.

    `fit` is what `signatures_fit` said of the same bytes, where somebody asked it before. First all
    signatures, then all payloads: each loop keeps the processor's caches to itself.
    """
    raws = list(raws)
    opened = [_open(raw) for raw in raws]
    found: list[Record | ProtocolError] = []
    for raw, one, fits in zip(raws, opened, fit or _fit(opened), strict=True):
        if isinstance(one, ProtocolError):
            found.append(one)
        elif not fits:
            found.append(Forged("the signature does not fit"))
        else:
            try:
                found.append(_parse(raw, one[0], one[1]))
            except ProtocolError as error:
                found.append(error)
    return found


def signatures_fit(raws: Iterable[bytes]) -> list[bool]:
    """For each envelope whether its signature fits. Nothing else is said, or looked at."""
    return _fit([_open(raw) for raw in raws])


Opened = tuple[bytes, bytes, bytes]


def _open(raw: bytes) -> Opened | ProtocolError:
    try:
        return open_envelope(raw)
    except ProtocolError as error:
        return error


def _fit(opened: Iterable[Opened | ProtocolError]) -> list[bool]:
    found = []
    for one in opened:
        try:
            if isinstance(one, ProtocolError):
                found.append(False)
            else:
                verify_signature(one[0], RECORD_TYPE, one[1], one[2])
                found.append(True)
        except BadSignature:
            found.append(False)
    return found


def reread(raw: bytes, content: bool = True) -> Record:
    """A record that this node verified before it stored it. For nothing else: nothing is checked.

    A start reads every control record; to check them again would take a sixth of that. Without
    `content` only that of control records is decoded, for the gate.
    """
    record = Record()
    record.raw = raw
    record.key, payload, _signature = open_envelope(raw)
    record.id = digest(payload)
    record.author, audience, record.kind, record.name, seq, *rest = load(payload).values()
    record.issued, record.expires, record.epoch, record.body = rest
    record.audience = Audience.parse(audience)
    record.seq = Seq(*seq)
    record.content = None
    if (content and record.kind in KINDS) or record.kind in CONTROL:
        record.content = None if record.body is None else load(record.body)
    return record


def open_sealed(record: Record, keys: Sequence[SealingKey]) -> Statement:
    """What is inside a sealed record (§7.11); `Malformed` if it can't be opened or read."""
    inner = Statement()
    inner.author, inner.audience = record.author, record.audience
    inner.seq, inner.issued, inner.expires = record.seq, record.issued, record.expires
    inner.epoch = None
    inner.kind, inner.name, inner.body = unwrap(record, keys)
    kind = KINDS.get(inner.kind)
    if kind is None:
        raise Unknown("sealed: a kind that this software does not know")
    fits = kind.closed if record.kind == CLOSED.name else kind.inner
    if not fits or "direct" not in kind.audiences:
        raise Malformed(f"{kind.name}: not to this audience")
    if kind.one_recipient and len(inner.audience.ids) != 1:
        raise Malformed(f"{kind.name}: to one recipient")
    if type(inner.name) is not str or not _NAME(inner.name):
        raise Malformed("sealed: name")
    fill_content(inner, kind)
    return inner


def compose(
    key: SigningKey,
    place: Place,
    seq: Seq,
    issued: int,
    expires: int,
    content: dict[str, Any] | bytes | None,
    epoch: bytes | None = None,
) -> bytes:
    """The envelope of a new record; a tombstone if `content` is None. Bytes: a body as it is."""
    body = encode(content) if isinstance(content, dict) else content
    values = (
        place.author,
        place.audience.array(),
        place.kind,
        place.name,
        list(seq),
        issued,
        expires,
        epoch,
        body,
    )
    return seal_envelope(key, RECORD_TYPE, encode(dict(zip(FIELDS, values, strict=True))))


def seal_envelope(key: SigningKey, payload_type: bytes, payload: bytes) -> bytes:
    """`[1, key, payload, signature]` (§3)."""
    return encode([VERSION, key.public, payload, key.sign(payload_type, payload)])


def open_envelope(raw: bytes) -> tuple[bytes, bytes, bytes]:
    """Key, payload and signature of an envelope. Nothing is verified yet."""
    parts = unpack(raw, ENVELOPE_BYTES)
    if type(parts) is not list or not parts:
        raise Malformed("envelope: not an array")
    if type(parts[0]) is not int:
        raise Malformed("envelope: no version")
    if parts[0] != VERSION:
        check_value(parts)
        raise Unknown("envelope: another version", "unknown-version")
    if len(parts) != 4:
        raise Malformed("envelope: four elements")
    _version, key, payload, signature = parts
    if type(key) is not bytes or type(payload) is not bytes or type(signature) is not bytes:
        raise Malformed("envelope: key, payload and signature are bytes")
    if len(key) != 32 or len(signature) != 64 or len(payload) > PAYLOAD_BYTES:
        raise Malformed("envelope: a length")
    return key, payload, signature


def check_signature(key: bytes, payload_type: bytes, payload: bytes, signature: bytes) -> None:
    """Raise `Forged` unless `signature` is by `key` over these bytes of this type."""
    try:
        verify_signature(key, payload_type, payload, signature)
    except BadSignature as error:
        raise Forged("the signature does not fit") from error


def _parse(raw: bytes, key: bytes, payload: bytes) -> Record:
    value = unpack(payload)  # each value is looked at below, so no walk is needed
    if type(value) is not dict or tuple(value) != FIELDS:
        raise Malformed("record: fields")
    author, audience, kind, name, seq, issued, expires, epoch, body = value.values()
    if type(author) is not bytes or len(author) != ID_BYTES:
        raise Malformed("record: author")
    if name != "" and (type(name) is not str or not _NAME(name)):
        raise Malformed("record: name")
    if epoch is not None and (type(epoch) is not bytes or len(epoch) != EPOCH_BYTES):
        raise Malformed("record: epoch")
    if body is not None and type(body) is not bytes:
        raise Malformed("record: body")
    if type(issued) is not int or type(expires) is not int or issued < 0:
        raise Malformed("record: times")
    record = Record()
    record.raw = raw
    record.key = key
    record.id = digest(payload)
    record.author = author
    record.kind = kind
    record.name = name
    record.audience = PUBLIC if audience == _PUBLIC else Audience.parse(audience)
    record.seq = _parse_seq(seq)
    record.issued = issued
    record.expires = expires
    record.epoch = epoch
    record.body = body
    _check_kind(record)
    return record


def _parse_seq(value: Any) -> Seq:
    if type(value) is list and len(value) == 3:
        link, incarnation, counter = value
        whole = type(link) is int and type(incarnation) is int and type(counter) is int
        if whole and 0 <= link < 2**32 and incarnation >= 0 and counter >= 0:
            return Seq(link, incarnation, counter)
    raise Malformed("record: seq")


def _check_kind(record: Record) -> None:
    name = record.kind
    if type(name) is not str or not _KIND(name):
        raise Malformed("record: kind")
    kind = kind_of(name)  # §4.9
    scope, ids = record.audience
    if scope not in kind.audiences or (scope == "direct") != (name in OUTSIDE):
        raise Malformed(f"{name}: not to this audience")
    if scope == "direct" and record.author in ids:
        raise Malformed("record: the author is among the recipients")
    _check_times(record, kind)
    by_a_member = scope == "network" and record.author != ids[0]
    quotes = by_a_member if kind.epoch is Epoch.CONTENT else kind.epoch is Epoch.ALWAYS
    if (record.epoch is not None) != quotes:  # §6.3
        raise Malformed(f"{name}: epoch")
    fill_content(record, kind)


def fill_content(statement: Statement, kind: Kind) -> None:
    """Decode the body and check it, and the name, against the kind (§7)."""
    if not kind.named(statement):
        raise Malformed(f"{kind.name}: name")
    if statement.body is None:
        if not kind.erasable:
            raise Malformed(f"{kind.name}: can't be erased")
        statement.content = None
        return
    if is_unread(kind.name):
        statement.content = None
        return
    content = unpack(statement.body)
    check_fields(kind.name, kind.fields, content)
    statement.content = content
    if kind.shape is not None:
        kind.shape(statement, content)


def _check_times(record: Record, kind: Kind) -> None:  # §4.5, §4.6
    if not kind.erasable:
        if record.expires != FOREVER:
            raise Malformed(f"{kind.name}: expires at the end of the year 9999")
    elif not record.issued < record.expires <= record.issued + LIFETIME:
        raise Malformed("record: expires within 400 days after its issue")
    elif record.body is None and record.expires != record.issued + LIFETIME:
        raise Malformed("tombstone: lives 400 days from its issue")
