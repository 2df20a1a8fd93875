"""The strict MessagePack profile: one value, one encoding.

Rules (docs/protocol.md §2): shortest encodings only, no floats, no extensions, text keys that
occur once, NFC text without control characters, at most 16 levels, nothing after the value.
Encoding what was decoded and comparing the bytes checks length, order and duplicates at once,
because a decoder that lost anything can't give the same bytes back.

>>> decode(encode({"name": "Anlaufstelle", "seats": 12}))
{'name': 'Anlaufstelle', 'seats': 12}
>>> decode(bytes.fromhex("cd0001"))
Traceback (most recent call last):
    ...
protocol.errors.Malformed: not the shortest encoding, or a key twice
"""

import re
import unicodedata
from typing import Any

import msgpack

from protocol.errors import Malformed

DEPTH = 16
"""Levels of arrays and maps: the deepest kind needs 6; msgpack alone would allow 1,024."""

PAYLOAD_BYTES = 65_536
"""A payload: twice the longest meeting text in four-byte characters, sealed to 32 groups."""

ENVELOPE_BYTES = 66_000
"""A payload with its key and signature around it."""

FORBIDDEN_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
"""Control characters but line feed, surrogates, and overrides that make text lie (§2, 5)."""

_LEAVES = frozenset({int, bytes, bool, type(None)})


_pack = msgpack.Packer().pack  # one for all: making one costs more than most values


def encode(value: Any) -> bytes:
    """The bytes of `value`: None, bool, int, str, bytes, list, tuple, dict with text keys."""
    return _pack(value)  # type: ignore[no-any-return]  # msgpack ships no types


def decode(raw: bytes, limit: int = PAYLOAD_BYTES) -> Any:
    """The value of `raw`, or `Malformed`. Arrays become lists."""
    value = unpack(raw, limit)
    check_value(value)
    return value


def unpack(raw: bytes, limit: int = PAYLOAD_BYTES) -> Any:
    """Decode without looking at the values inside: for arrays whose elements a caller checks."""
    if len(raw) > limit:
        raise Malformed(f"{len(raw)} bytes, more than {limit}")
    try:
        value = msgpack.unpackb(raw)
        same = _pack(value) == raw
    except msgpack.ExtraData as error:
        raise Malformed("bytes after the value") from error
    except (RecursionError, msgpack.StackError) as error:
        raise Malformed(f"more than {DEPTH} levels") from error
    except (ValueError, TypeError, OverflowError, msgpack.UnpackException) as error:
        raise Malformed("not MessagePack, or cut off") from error
    if not same:
        raise Malformed("not the shortest encoding, or a key twice")
    return value


def load(raw: bytes) -> Any:
    """The value of bytes that were decoded strictly before they were stored. For nothing else."""
    return msgpack.unpackb(raw)


def check_value(value: Any, depth: int = 1) -> None:
    """Refuse what the profile forbids inside a decoded value."""
    kind = type(value)
    if kind is str:
        if not clean(value):
            raise Malformed("text that is not NFC, or with a forbidden character")
    elif kind is list or kind is dict:
        if depth > DEPTH:
            raise Malformed(f"more than {DEPTH} levels")
        if kind is dict and not all(type(key) is str and clean(key) for key in value):
            raise Malformed("a key that is not text")
        for one in value.values() if kind is dict else value:
            check_value(one, depth + 1)
    elif kind not in _LEAVES:
        raise Malformed("a float, an extension or another forbidden type")


def clean(text: str) -> bool:
    """Whether text is NFC and free of what §2, 5 forbids."""
    if text.isprintable():  # then it has none of the forbidden characters
        return text.isascii() or unicodedata.is_normalized("NFC", text)
    return not FORBIDDEN_TEXT.search(text) and unicodedata.is_normalized("NFC", text)
