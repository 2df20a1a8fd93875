"""Shapes of the fields in a handshake, and how whom one wants is named (docs/protocol.md §8.2)."""

from itertools import pairwise
from typing import Any

from crypto.hashing import keyed
from protocol.fields import identifier, octets
from protocol.peering import CODE_BYTES
from sync.about import WANT_BYTES

VERSIONS = (1,)
"""Of the protocol, that this software speaks, ascending."""

MOST_VERSIONS, HIGHEST_VERSION = 16, 65_536
"""Of a side: as in a descriptor (§9.1)."""

NONCE_BYTES = 32
"""Makes a transcript unique even where a broken machine draws the same ephemeral key twice."""


def sought(identity: bytes, ephemeral: bytes, nonce: bytes) -> bytes:
    """How a dialler names whom it wants: who does not know the identity can't tell which it is."""
    return keyed(identity, b"verbund/seek/1" + ephemeral + nonce)


def want(identity: bytes, transcript: bytes) -> bytes:
    """How a side says that it is tied to an identity, to nobody but whoever knows that."""
    return keyed(identity, b"verbund/wants/1" + transcript, WANT_BYTES)


def cut(wants: bytes) -> frozenset[bytes]:
    """The single ones."""
    return frozenset(wants[at : at + WANT_BYTES] for at in range(0, len(wants), WANT_BYTES))


def are_versions(value: Any) -> bool:
    """1 to 16 integers from 1 to 65,536, ascending."""
    if type(value) is not list or not 1 <= len(value) <= MOST_VERSIONS:
        return False
    if not all(type(one) is int and 1 <= one <= HIGHEST_VERSION for one in value):
        return False
    return all(a < b for a, b in pairwise(value))


def is_invited(value: Any) -> bool:
    """[identity, code]."""
    if type(value) is not list or len(value) != 2:
        return False
    return identifier(value[0]) and octets(CODE_BYTES)(value[1])


def checked_nonce(nonce: bytes) -> bytes:
    """The nonce of a side; `ValueError` for another length."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes")
    return nonce
