"""The node descriptor: who is here and how, signed (docs/protocol.md §9.1)."""

from typing import Any, NamedTuple

from crypto.signing import SigningKey
from node.keys.ring import Held
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.check import check
from protocol.control_state import Ties
from protocol.encoding import decode, encode
from protocol.errors import Forged, Malformed
from protocol.fields import (
    array,
    check_fields,
    fields,
    identifier,
    integer,
    octets,
    optional,
    origin,
    raw_bytes,
)
from protocol.kind import Place
from protocol.record import check_signature, open_envelope, seal_envelope, verify

NODE_TYPE = b"verbund/node/1"
MEDIA_TYPE = "application/vnd.verbund.node"

ENTRY_ROOM = 60_000
"""Bytes of chain and entry together: with all else they stay below what an envelope may hold."""

DESCRIPTOR = fields(
    ids=array(identifier, 16),
    urls=array(origin, 8),
    tls=optional(octets(32)),
    versions=array(integer(1, 2**16), 16),
    issued=integer(0, 253_402_300_799),
    identity=raw_bytes,
    entry=optional(raw_bytes),
)


class Descriptor(NamedTuple):
    """The description that a node publishes of itself. The home identity is `ids[0]`."""

    ids: list[bytes]
    urls: list[str]
    tls: bytes | None
    versions: list[int]
    issued: int
    identity: bytes
    entry: bytes | None = None
    """The `group` record in which the home says to everybody what it is."""

    @property
    def said(self) -> dict[str, Any] | None:
        """What the home says of itself to everybody: the fields of its `group` record."""
        return None if self.entry is None else verify(self.entry).content


def seal_descriptor(descriptor: Descriptor, key: SigningKey) -> bytes:
    """The envelope, signed by the home identity's operational key."""
    return seal_envelope(key, NODE_TYPE, encode(descriptor._asdict()))


def open_descriptor(raw: bytes) -> Descriptor:
    """A descriptor whose signature and home identity fit; a `ProtocolError` otherwise."""
    key, payload, signature = open_envelope(raw)
    check_signature(key, NODE_TYPE, payload, signature)
    value: dict[str, Any] = decode(payload)
    check_fields("descriptor", DESCRIPTOR, value)
    found = Descriptor(**value)
    if len(set(found.ids)) != len(found.ids):
        raise Malformed("descriptor: an identity twice")
    record = verify(found.identity)
    if record.kind != "identity":
        raise Malformed("descriptor: identity")
    chain = check(record, Ties(), record.issued)  # it stands by itself; clocks don't matter here
    if chain is None or found.ids[:1] != [chain.id] or chain.current.signing != key:
        raise Forged("descriptor: not by its home identity", "wrong-author")
    if found.entry is not None:
        _check_entry(found.entry, chain.id, key)
    return found


def _check_entry(raw: bytes, home: bytes, key: bytes) -> None:
    """The entry is what the home says to everybody, by the key that stands (§9.1)."""
    entry = verify(raw)
    if entry.kind != "group" or entry.audience != PUBLIC or entry.content is None:
        raise Malformed("descriptor: entry")
    if entry.author != home or entry.key != key:
        raise Forged("descriptor: an entry of another", "wrong-author")


def public_entry(core: Core, home: Held, chain: bytes) -> bytes | None:
    """The `group` record in which an identity says to everybody what it is, where there is one by
    the key that stands, and room for it beside `chain`."""
    record = core.records.at(Place(home.id, PUBLIC, "group", ""))
    if record is None or record.content is None or record.expires <= core.clock():
        return None
    fits = len(record.raw) + len(chain) <= ENTRY_ROOM
    return record.raw if fits and record.key == home.signing.public else None


def public_addresses(core: Core, identity: bytes) -> list[dict[str, Any]]:
    """Where everybody may know that an identity can be reached now: contents of `endpoint`s."""
    now, public = core.clock(), f"{PUBLIC}/"
    return [
        half.content
        for place, half in core.ties.endpoints.get(identity, {}).items()
        if half.content is not None and half.stands(now) and place.startswith(public)
    ]
