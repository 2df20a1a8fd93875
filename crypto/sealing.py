"""Sealing bytes for several recipients, and padding that hides how long they were.

Rules:

1. The plaintext is encrypted once, under a fresh content key: XChaCha20-Poly1305-IETF, with the
   caller's context as associated data. ``box = nonce (24) || ciphertext || tag (16)``.
2. The content key is wrapped once per recipient, in their order, as a libsodium sealed box
   (80 bytes). A wrap does not show whom it is for.
3. Sealing says nothing about who sealed: the signature on the record around it does.
4. One `entropy` for one `seal`. To use it twice gives the same content key and nonce, which breaks
   the secrecy of both plaintexts.
5. A foreign key passes `accept_sealing` first; `seal` checks again.
6. `pad` before `seal`: sizes are then rungs of a ladder, 256, 512, … 65536, then each 65536.
7. `unseal` works for (wraps × keys); whoever decodes a record bounds the number of wraps.
8. XChaCha20-Poly1305 does not commit to its key: an author with ill will can craft one box that
   opens differently under two wraps. Where recipients must have read the same, compare a digest
   of the plaintext.

Sources: libsodium `crypto_box_seal`, `crypto_aead_xchacha20poly1305_ietf`; RFC 7748 for X25519.

>>> anna, berta = SealingKey(bytes(32)), SealingKey(bytes(range(32)))
>>> entropy = bytes(range(100, 156))  # in earnest: 56 random bytes
>>> wraps, box = seal(pad(b"Friday, 7 pm"), [anna.public, berta.public], b"ctx", entropy)
>>> [len(wrap) for wrap in wraps], len(box)
([80, 80], 296)
>>> unpad(unseal(wraps, box, [berta], b"ctx"))
b'Friday, 7 pm'
"""

from collections.abc import Iterator, Sequence

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_box_seal,
    crypto_box_seal_open,
    crypto_box_seed_keypair,
    crypto_scalarmult,
)
from nacl.exceptions import CryptoError as SodiumError

from crypto.errors import BadKey, CannotOpen

SEED_BYTES = 32
"""What libsodium derives an X25519 key pair from."""

PUBLIC_BYTES = 32
"""An X25519 public key: a u-coordinate, little-endian."""

CONTENT_KEY_BYTES = 32
"""An XChaCha20-Poly1305 key."""

NONCE_BYTES = 24
"""An XChaCha20 nonce: long enough to be drawn at random."""

SEAL_ENTROPY_BYTES = CONTENT_KEY_BYTES + NONCE_BYTES
"""What one `seal` consumes: the content key, then the nonce."""

TAG_BYTES = 16
"""The Poly1305 tag at the end of a box."""

WRAP_BYTES = 80
"""A sealed box of the content key: ephemeral key 32, tag 16, content key 32."""

LENGTH_BYTES = 4
"""The length in front of padded data, big-endian: more than any record can hold."""

MAX_PADDED_LENGTH = 2 ** (8 * LENGTH_BYTES) - 1
"""The longest data whose length fits into that field."""

SMALLEST_RUNG = 256
"""Most sealed records are smaller; so the shortest reply looks like a usual one."""

LARGEST_RUNG = 65536
"""Doubling on would waste up to half of a large transfer; from here on in equal steps."""

FIELD_PRIME = 2**255 - 19
"""Curve25519's prime. A u-coordinate at or above it is a second spelling of a smaller one."""

LOW_ORDER_POINTS = frozenset(
    bytes.fromhex(point)
    for point in (
        "0000000000000000000000000000000000000000000000000000000000000000",  # 0: order 2
        "0100000000000000000000000000000000000000000000000000000000000000",  # 1: order 4
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",  # order 8
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",  # order 8
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # -1: order 4, twist
    )
)
"""With these the shared secret is zero, whatever the other key. Non-canonical spellings are
refused before (https://cr.yp.to/ecdh.html#validate)."""


class SealingKey:
    """A secret X25519 key, made from a 32-byte seed. Raises `BadKey` for another size."""

    __slots__ = ("_secret", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise BadKey(f"a sealing seed has {SEED_BYTES} bytes, not {len(seed)}")
        self.seed = seed
        self.public, self._secret = crypto_box_seed_keypair(seed)

    def open_wrap(self, wrap: bytes) -> bytes:
        """The 32-byte content key in `wrap`. Raises `CannotOpen` if it is not for this key."""
        if len(wrap) != WRAP_BYTES:
            raise CannotOpen("not a wrapped key")
        try:
            return crypto_box_seal_open(wrap, self.public, self._secret)
        except SodiumError:
            raise CannotOpen("not wrapped for this key") from None

    def agree(self, public: bytes) -> bytes:
        """The 32 bytes that both sides get: X25519 (RFC 7748). Raises `BadKey` for a bad key.

        Derive from it, together with what it is for; never use it as it is.
        """
        return crypto_scalarmult(self._secret, accept_sealing(public))

    def __repr__(self) -> str:
        return f"SealingKey(public={self.public.hex()})"


def accept_sealing(public: bytes) -> bytes:
    """Return `public` if it is a key that an honest recipient can have, else raise `BadKey`.

    32 bytes, canonical (below 2**255 - 19, hence with the top bit clear), not of low order.
    """
    canonical = len(public) == PUBLIC_BYTES and int.from_bytes(public, "little") < FIELD_PRIME
    if not canonical or public in LOW_ORDER_POINTS:
        raise BadKey("not an acceptable X25519 public key")
    return public


def seal(
    plaintext: bytes, recipients: Sequence[bytes], context: bytes, entropy: bytes
) -> tuple[list[bytes], bytes]:
    """Encrypt `plaintext` so that each of `recipients` can read it: ``(wraps, box)``.

    `recipients` are X25519 public keys; wraps stand in their order. `context` is not encrypted, but
    `unseal` needs the same. `entropy` is `SEAL_ENTROPY_BYTES` fresh random bytes. Raises `BadKey`
    for an unacceptable recipient, none at all, or entropy of another size.
    """
    if len(entropy) != SEAL_ENTROPY_BYTES:
        raise BadKey(f"sealing needs {SEAL_ENTROPY_BYTES} bytes of entropy, not {len(entropy)}")
    if not recipients:
        raise BadKey("sealed for nobody, these bytes would be lost")
    key, nonce = entropy[:CONTENT_KEY_BYTES], entropy[CONTENT_KEY_BYTES:]
    wraps = [crypto_box_seal(key, accept_sealing(public)) for public in recipients]
    return wraps, nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, context, nonce, key)


def unseal(wraps: Sequence[bytes], box: bytes, keys: Sequence[SealingKey], context: bytes) -> bytes:
    """The plaintext of `box`, if one of `keys` opens one of `wraps`; else raises `CannotOpen`.

    Several keys, because records sealed before a rotation are still about. A wrap that opens to a
    key which does not fit the box is passed over: somebody's bad wrap must not hide a good one.
    """
    if len(box) >= NONCE_BYTES + TAG_BYTES:
        for content_key in _content_keys(wraps, keys):
            try:
                return crypto_aead_xchacha20poly1305_ietf_decrypt(
                    box[NONCE_BYTES:], context, box[:NONCE_BYTES], content_key
                )
            except SodiumError:
                continue
    raise CannotOpen("sealed for others, or altered")


def _content_keys(wraps: Sequence[bytes], keys: Sequence[SealingKey]) -> Iterator[bytes]:
    for wrap in wraps:
        for key in keys:
            try:
                yield key.open_wrap(wrap)
            except CannotOpen:
                continue


def pad(data: bytes) -> bytes:
    """Length (4 bytes, big-endian), `data`, zeros up to the next rung of the ladder.

    Raises `CannotOpen` for data above `MAX_PADDED_LENGTH`, which could never be opened again.

    >>> len(pad(b"")), len(pad(bytes(252))), len(pad(bytes(253))), len(pad(bytes(65536)))
    (256, 256, 512, 131072)
    """
    if len(data) > MAX_PADDED_LENGTH:
        raise CannotOpen("too long to be padded")
    framed = len(data).to_bytes(LENGTH_BYTES, "big") + data
    return framed.ljust(_rung(len(framed)), b"\0")


def unpad(padded: bytes) -> bytes:
    """The data that `pad` was given. Raises `CannotOpen` for anything `pad` would not write."""
    end = LENGTH_BYTES + int.from_bytes(padded[:LENGTH_BYTES], "big")
    if len(padded) != _rung(end) or padded.count(0, end) != len(padded) - end:
        raise CannotOpen("not padded the one right way")
    return padded[LENGTH_BYTES:end]


def _rung(size: int) -> int:
    """The smallest size of the ladder that holds `size` bytes."""
    if size > LARGEST_RUNG:
        return -(-size // LARGEST_RUNG) * LARGEST_RUNG
    return max(SMALLEST_RUNG, 1 << (size - 1).bit_length())
