"""A file in parts, each of which opens by itself: for bundles (docs/protocol.md §10).

Rules:

1. A random 32-byte key is used for one file. Each part is XChaCha20-Poly1305-IETF under it, with
   the part's number, 24 bytes big-endian, as the nonce: so no two have one, and a part does not
   open in another's place.
2. Parts don't depend on each other, as chunks of a secret stream do: behind one that was altered
   the next one still opens. That one is missing, or that the last one is, does not show here;
   whoever writes the parts signs how many there are, and the digest of each.
3. The key is wrapped for one recipient as a libsodium sealed box (80 bytes). Where everybody may
   read, 48 zero bytes and the key itself stand there: a sealed box never begins like that, because
   its ephemeral key would be of low order.
4. `open_part` says nothing about who wrote it: everybody who can read could have.

>>> anna = SealingKey(bytes(32))
>>> key = bytes(range(32))  # in earnest: 32 random bytes
>>> wrapped = wrap_key(key, anna.public)
>>> open_part(unwrap_key(wrapped, [anna]), 1, seal_part(key, 1, b"hello"))
b'hello'
>>> unwrap_key(wrap_key(key, None), []) == key
True
"""

from collections.abc import Sequence

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_box_seal,
)
from nacl.exceptions import CryptoError as SodiumError

from crypto.errors import BadKey, CannotOpen
from crypto.sealing import (
    CONTENT_KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    WRAP_BYTES,
    SealingKey,
    accept_sealing,
)

KEY_BYTES = CONTENT_KEY_BYTES
"""One key for one file."""

PART_OVERHEAD_BYTES = TAG_BYTES
"""By how much a sealed part is longer than what is in it."""

OPEN = bytes(WRAP_BYTES - KEY_BYTES)
"""In front of a key that everybody may have."""


def wrap_key(key: bytes, public: bytes | None) -> bytes:
    """`WRAP_BYTES` from which the holder of `public` gets `key`, or everybody if it is None.

    Raises `BadKey` for a key of another size and for an unacceptable recipient.
    """
    if len(key) != KEY_BYTES:
        raise BadKey(f"the key of a file has {KEY_BYTES} bytes, not {len(key)}")
    return OPEN + key if public is None else crypto_box_seal(key, accept_sealing(public))


def is_open(wrap: bytes) -> bool:
    """Whether everybody gets the key out of it."""
    return wrap.startswith(OPEN)


def unwrap_key(wrap: bytes, keys: Sequence[SealingKey]) -> bytes:
    """The key of the file. Raises `CannotOpen` if none of `keys` opens it."""
    if len(wrap) != WRAP_BYTES:
        raise CannotOpen("not a wrapped key")
    if is_open(wrap):
        return wrap[len(OPEN) :]
    for key in keys:
        try:
            return key.open_wrap(wrap)
        except CannotOpen:
            continue
    raise CannotOpen("sealed for others, or altered")


def seal_part(key: bytes, number: int, plain: bytes) -> bytes:
    """Part `number` of the file: `PART_OVERHEAD_BYTES` longer than `plain`."""
    return crypto_aead_xchacha20poly1305_ietf_encrypt(plain, b"", _nonce(number), key)


def open_part(key: bytes, number: int, sealed: bytes) -> bytes:
    """What is in part `number`. Raises `CannotOpen` if these bytes are not that part, whole."""
    if len(sealed) < TAG_BYTES:
        raise CannotOpen("altered or cut")
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, b"", _nonce(number), key)
    except SodiumError:
        raise CannotOpen("altered or cut") from None


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_BYTES, "big")
