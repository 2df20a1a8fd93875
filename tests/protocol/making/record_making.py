"""How cases of `records.json` are made: payloads with what is wrong in them, and outcomes."""

from typing import Any

import msgpack

from protocol.encoding import encode
from protocol.record import FIELDS, RECORD_TYPE, seal_envelope
from tests.protocol.making.cast import EXPIRES, ISSUED, Actor
from tests.protocol.making.readable import readable

ENDPOINT = {"url": "https://verbund.example", "tls": None}

Case = dict[str, Any]


def payload_of(author: Actor, **changes: Any) -> dict[str, Any]:
    """The payload of an endpoint record, but for `changes`, which are not checked."""
    value: dict[str, Any] = {
        "author": author.id,
        "audience": ["public"],
        "kind": "endpoint",
        "name": "home",
        "seq": [0, author.incarnation, 100],
        "issued": ISSUED,
        "expires": EXPIRES,
        "epoch": None,
        "body": encode(ENDPOINT),
    }
    assert set(value) == set(FIELDS) >= set(changes)
    return value | changes


def signed(author: Actor, payload: Any) -> bytes:
    """The envelope of any value, or of any bytes, as payload. Floats and extensions pass."""
    data = payload if isinstance(payload, bytes) else msgpack.packb(payload)
    return seal_envelope(author.signing(), RECORD_TYPE, data)


def refusal(name: str, raw: bytes, code: str) -> Case:
    return {"name": name, "record": raw.hex(), "expect": code}


def fine(name: str, raw: bytes) -> Case:
    """Read with msgpack alone: what is expected does not come from what is tested."""
    payload = msgpack.unpackb(msgpack.unpackb(raw)[2])
    body = payload.pop("body")
    content = None if body is None else msgpack.unpackb(body)
    found = refusal(name, raw, "ok")
    return found | {"fields": readable(payload), "body": readable(content)}
