"""Ids, names and digests as people see them: base32, lower case, no padding (§1).

>>> to_text(bytes(16))
'aaaaaaaaaaaaaaaaaaaaaaaaaa'
>>> from_text(to_text(bytes(range(32)))) == bytes(range(32))
True
"""

import base64
import binascii

ID_BYTES = 32
"""An identity's id: a BLAKE2b-256 digest."""

EPOCH_BYTES = 16
"""A membership's epoch: random, so that two joinings never share one."""

PREFIX_CHARACTERS = 4
"""The shortest prefix a person may type for an id."""


def to_text(raw: bytes) -> str:
    """The base32 text of `raw`: 52 characters for 32 bytes, 26 for 16."""
    return base64.b32encode(raw).decode().rstrip("=").lower()


def from_text(text: str) -> bytes:
    """The bytes of a base32 text; ValueError if it is none, or not in its one form."""
    padded = text.upper() + "=" * (-len(text) % 8)
    try:
        raw = base64.b32decode(padded)
    except binascii.Error as error:
        raise ValueError("not a base32 text") from error
    if to_text(raw) != text:
        raise ValueError("not a base32 text")
    return raw


def to_name(raw: bytes) -> str:
    """Bytes in the name of a record: lower-case hexadecimal (§7)."""
    return raw.hex()


def from_name(text: str) -> bytes:
    """The bytes of such a name; ValueError if it is none, or not in its one form."""
    raw = bytes.fromhex(text)
    if raw.hex() != text:
        raise ValueError("not lower-case hexadecimal")
    return raw


def is_name(text: str, size: int) -> bool:
    """Whether `text` is the one name of some `size` bytes."""
    try:
        return len(from_name(text)) == size
    except ValueError:
        return False
