"""Passwords of people: kept as Argon2id hashes, which say how they were made.

Rules:

1. 19 MiB and two passes: what OWASP's Password Storage Cheat Sheet gives as its least. More memory
   would cost an attacker more, but a node runs on a small computer as well: a Raspberry Pi 4 takes
   about a sixth of a second for one, and two at once fit beside everything else in 128 MiB.
2. A password is brought to NFC (RFC 8265 §4.2), so that "ü" is the same from every keyboard.
3. A hash that was made with other parameters still fits; one that asks for much more is refused.

libsodium draws the salt.

>>> fits(hash_password("open sesame"), "open sesame"), fits(hash_password("a"), "b")
(True, False)
"""

import unicodedata

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

PASSES = 2
MEMORY = 19 * 2**20
"""Bytes."""

MOST_MEMORY_KIB = 65_536
"""A hash that needs more was not made here."""

NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""Fits no password, and takes as long: so nobody learns whether there is such a person."""


def hash_password(password: str) -> str:
    """What is kept of it. Takes a while, and 19 MiB."""
    made: bytes = argon2id.str(_bytes(password), opslimit=PASSES, memlimit=MEMORY)
    return made.decode("ascii")


def fits(hash_: str, password: str) -> bool:
    """Whether a password is the one that was hashed. Takes as long as hashing."""
    try:
        memory = int(hash_.split("m=")[1].split(",")[0])
        if memory > MOST_MEMORY_KIB:
            return False
        return bool(argon2id.verify(hash_.encode(), _bytes(password)))
    except (CryptoError, ValueError, IndexError):
        return False


def _bytes(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")
