"""Ed25519 signatures over a payload type and a payload.

Rules:

1. Bytes are signed, never objects, and always together with their type: what is signed is the
   DSSE v1 pre-authentication encoding (`pae`) of both. So no signature can be lifted from one kind
   of message to another.
2. Only libsodium verifies. Implementations of Ed25519 disagree on edge cases; libsodium is strict:
   no cofactor, S < L, canonical A, neither A nor R of small order.
3. A foreign key passes `accept_public` before it is first believed. It refuses keys outside the
   main subgroup, for which two verifiers might disagree and which several signatures might fit.
   This needs PyNaCl ≥ 1.6.2: before (CVE-2025-69277) libsodium let some mixed-order points pass.
4. `verify` returns nothing or raises, so that no caller can forget to look at the result.

Sources: RFC 8032; DSSE v1 (https://github.com/secure-systems-lab/dsse, protocol.md).

>>> key = SigningKey(bytes(range(32)))
>>> signature = key.sign(b"application/x-example", b"hello")
>>> verify(key.public, b"application/x-example", b"hello", signature)
>>> verify(key.public, b"application/x-other", b"hello", signature)
Traceback (most recent call last):
crypto.errors.BadSignature: the signature does not fit
>>> pae(b"http://example.com/HelloWorld", b"hello world")
b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
"""

from nacl.bindings import (
    crypto_core_ed25519_is_valid_point,
    crypto_sign,
    crypto_sign_open,
    crypto_sign_seed_keypair,
)
from nacl.exceptions import BadSignatureError

from crypto.errors import BadKey, BadSignature

SEED_BYTES = 32
"""An Ed25519 private key as in RFC 8032 §5.1.5."""

PUBLIC_BYTES = 32
"""An Ed25519 public key: a compressed point."""

SIGNATURE_BYTES = 64
"""An Ed25519 signature: R and S."""


def pae(payload_type: bytes, payload: bytes) -> bytes:
    """The DSSE v1 pre-authentication encoding: what is really signed. Unambiguous."""
    return b"DSSEv1 %d %b %d %b" % (len(payload_type), payload_type, len(payload), payload)


class SigningKey:
    """A secret Ed25519 key, made from a 32-byte seed. Raises `BadKey` for another size."""

    __slots__ = ("_secret", "public")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise BadKey(f"a signing seed has {SEED_BYTES} bytes, not {len(seed)}")
        self.public, self._secret = crypto_sign_seed_keypair(seed)

    @property
    def seed(self) -> bytes:
        """The 32 bytes that the key was made from: the secret itself."""
        return self._secret[:SEED_BYTES]

    def sign(self, payload_type: bytes, payload: bytes) -> bytes:
        """The 64-byte signature over `pae(payload_type, payload)`. The same each time."""
        return crypto_sign(pae(payload_type, payload), self._secret)[:SIGNATURE_BYTES]

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public.hex()})"


def verify(public: bytes, payload_type: bytes, payload: bytes, signature: bytes) -> None:
    """Return if `signature` was made by the key `public` over this type and payload.

    Raises `BadSignature`, also for a key or signature of the wrong size. Called for every record
    that arrives, hence one expression that copies the payload once, instead of using `pae`.
    """
    # Sizes first: libsodium takes a bare pointer to the key, and a signature of another size would
    # shift the border between signature and message.
    if len(public) != 32 or len(signature) != 64:
        raise BadSignature("the signature does not fit")
    try:
        crypto_sign_open(
            b"%bDSSEv1 %d %b %d %b"
            % (signature, len(payload_type), payload_type, len(payload), payload),
            public,
        )
    except BadSignatureError:
        raise BadSignature("the signature does not fit") from None


def accept_public(public: bytes) -> bytes:
    """Return `public` if it is a key that an honest signer can have, else raise `BadKey`.

    32 bytes, canonically encoded, on the curve, in the main subgroup, not of small order.
    """
    if len(public) != PUBLIC_BYTES or not crypto_core_ed25519_is_valid_point(public):
        raise BadKey("not an acceptable Ed25519 public key")
    return public
