"""Sealed records: what goes to named identities (docs/protocol.md §7.11).

Outside, a record of kind `sealed` with a random name and a padded box; whoever carries it learns
the author, the recipients, the times and a size, and nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from crypto.errors import BadKey, CannotOpen
from crypto.hashing import digest
from crypto.sealing import WRAP_BYTES, SealingKey, pad, seal, unpad, unseal
from protocol.audience import DIRECT_IDS, Audience
from protocol.encoding import decode, encode
from protocol.errors import Malformed
from protocol.fields import array, fields, octets, raw_bytes
from protocol.ids import to_text
from protocol.kind import Kind, Statement

NAME_CHARACTERS = 26
"""16 random bytes as text."""


def _wrap_for_each(statement: Statement, content: dict[str, Any]) -> None:
    if len(content["wraps"]) != len(statement.audience.ids) + 1:
        raise Malformed("sealed: one wrap for each recipient and the author")


SEALED = Kind(
    name="sealed",
    audiences=frozenset({"direct"}),
    fields=fields(wraps=array(octets(WRAP_BYTES), DIRECT_IDS + 1), box=raw_bytes),
    limit=2_000,
    named=lambda statement: len(statement.name) == NAME_CHARACTERS,
    inner=False,
    shape=_wrap_for_each,
)


CLOSED = Kind(
    name="closed",
    audiences=frozenset({"direct"}),
    fields=SEALED.fields,
    limit=150,
    named=SEALED.named,
    confirmed=False,
    inner=False,
    shape=_wrap_for_each,
)

OUTSIDE = frozenset({SEALED.name, CLOSED.name})
"""The kinds that a record to named identities has outside."""


def outer_name(random: bytes) -> str:
    """The name of a new sealed record, from 16 random bytes."""
    return to_text(random)


def _context(author: bytes, audience: Audience, name: str) -> bytes:
    return digest(author + encode(audience.array()) + name.encode())


def wrap(
    author: bytes,
    audience: Audience,
    name: str,
    inner: tuple[str, str, bytes | None],
    sealing_key: Callable[[bytes], bytes],
    entropy: bytes,
    carriers: Mapping[bytes, bytes] = MappingProxyType({}),
) -> dict[str, Any]:
    """The content of a sealed record around `inner` = (kind, name, body).

    `sealing_key` gives an identity's sealing key; `entropy` is `crypto.sealing.SEAL_ENTROPY_BYTES`.
    `carriers` are recipients who only pass it on, each with `WRAP_BYTES` random bytes (§7.12).
    """
    kind, inner_name, body = inner
    plain = pad(encode({"kind": kind, "name": inner_name, "body": body}))
    readers = [one for one in (*audience.ids, author) if one not in carriers]
    keys = [sealing_key(one) for one in readers]
    wraps, box = seal(plain, keys, _context(author, audience, name), entropy)
    found = {**carriers, **dict(zip(readers, wraps, strict=True))}
    return {"wraps": [found[one] for one in (*audience.ids, author)], "box": box}


def unwrap(record: Statement, keys: Sequence[SealingKey]) -> tuple[str, str, bytes | None]:
    """(kind, name, body) inside a sealed record; `Malformed` if no key opens it."""
    content = record.content
    if record.kind not in OUTSIDE or content is None:
        raise Malformed("sealed: another kind, or erased")
    context = _context(record.author, record.audience, record.name)
    try:
        value = decode(unpad(unseal(content["wraps"], content["box"], keys, context)))
    except (CannotOpen, BadKey) as error:
        raise Malformed("sealed: can't be opened") from error
    if type(value) is not dict or tuple(value) != ("kind", "name", "body"):
        raise Malformed("sealed: fields")
    kind, name, body = value.values()
    if type(kind) is not str or not (body is None or type(body) is bytes):
        raise Malformed("sealed: fields")
    return kind, name, body
