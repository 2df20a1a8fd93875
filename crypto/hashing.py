"""BLAKE2b digests (RFC 7693), plain and keyed.

Rules:

1. A digest is 32 bytes (BLAKE2b-256) everywhere; other sizes only where `keyed` derives something.
2. The size is a parameter of the hash, not a cut: 16 bytes are no prefix of 32.

>>> digest(b"abc").hex()
'bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319'
>>> len(keyed(bytes(32), b"abc", 16))
16
"""

from hashlib import blake2b

from crypto.errors import BadKey

DIGEST_BYTES = 32
"""Size of a digest: 256 bits withstand collisions up to 2**128 work, also for ids."""

MAX_KEY_BYTES = 64
"""RFC 7693 §2.1 allows no longer key."""


class Hashed:
    """The digest of what is added piece by piece, as text."""

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=DIGEST_BYTES)

    def add(self, piece: bytes) -> None:
        """What comes next."""
        self._hash.update(piece)

    @property
    def text(self) -> str:
        """In hexadecimal."""
        return self._hash.hexdigest()


def digest(data: bytes) -> bytes:
    """The 32-byte BLAKE2b-256 digest of `data`."""
    return blake2b(data, digest_size=32).digest()


def keyed(key: bytes, data: bytes, size: int = DIGEST_BYTES) -> bytes:
    """`size` bytes (1 to 64) of BLAKE2b over `data`, keyed with `key` (1 to 64 bytes).

    An empty key is refused because BLAKE2b would silently take it for "no key". Raises `BadKey`.
    """
    if not 1 <= len(key) <= MAX_KEY_BYTES:
        raise BadKey(f"a hash key has 1 to {MAX_KEY_BYTES} bytes, not {len(key)}")
    return blake2b(data, key=key, digest_size=size).digest()
