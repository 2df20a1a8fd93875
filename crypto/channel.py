"""The encrypted channel of one session between two nodes.

Rules:

1. Each side makes an `Exchange` from a fresh seed for each session and forgets it afterwards; who
   steals a node's lasting keys later cannot read what was recorded before.
2. The two directions have different keys (libsodium `crypto_kx`: X25519, then BLAKE2b over the
   secret and both public keys; whoever dialled is its client). A frame cannot be sent back to
   whoever sent it.
3. The exchange alone proves nobody's identity: the handshake signs both public keys.
4. Frames are a libsodium secret stream (XChaCha20-Poly1305): encrypted, numbered, and chained, so
   that an altered, cut, dropped, repeated or reordered one does not open. The tag REKEY, in which
   both ends replace the key by one from which it can't be computed, is for sessions that last; the
   stream's other tags are refused.
5. After `CannotOpen` the session is over. (The receiver's state has not moved; nothing is lost by
   ending, and nothing is gained by waiting for the right frame over a broken link.)
6. That the last frames are missing cannot be seen here: the session says when it ends.

>>> here, there = Exchange(bytes(32)), Exchange(bytes(range(32)))
>>> receive, send = here.keys(there.public, dialled=True)
>>> there.keys(here.public, dialled=False) == (send, receive)
True
>>> sender = Sender(send)
>>> receiver = Receiver(send, sender.header)  # the key is `receive` over there
>>> receiver.decrypt(sender.encrypt(b"hello"))
b'hello'
"""

from nacl.bindings import (
    crypto_kx_client_session_keys,
    crypto_kx_seed_keypair,
    crypto_kx_server_session_keys,
    crypto_secretstream_xchacha20poly1305_ABYTES,
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_init_push,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
    crypto_secretstream_xchacha20poly1305_TAG_REKEY,
)
from nacl.exceptions import CryptoError as SodiumError

from crypto.errors import BadKey, CannotOpen
from crypto.sealing import accept_sealing

_MESSAGE = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_REKEY = crypto_secretstream_xchacha20poly1305_TAG_REKEY

SEED_BYTES = 32
"""What libsodium derives an ephemeral key pair from."""

KEY_BYTES = 32
"""The key of one direction."""

HEADER_BYTES = 24
"""What a sender draws at the start, and a receiver needs."""

FRAME_OVERHEAD_BYTES: int = crypto_secretstream_xchacha20poly1305_ABYTES
"""By how much an encrypted frame is longer than the frame: tag byte 1, Poly1305 tag 16."""


class Exchange:
    """An ephemeral X25519 key pair, made from a 32-byte seed; raises `BadKey` for another size."""

    __slots__ = ("_secret", "public")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise BadKey(f"an exchange seed has {SEED_BYTES} bytes, not {len(seed)}")
        self.public, self._secret = crypto_kx_seed_keypair(seed)

    def keys(self, peer_public: bytes, dialled: bool) -> tuple[bytes, bytes]:
        """The keys ``(receive, send)``, 32 bytes each. `dialled`: this side opened the link.

        Raises `BadKey` for a peer's key that is not canonical or of low order.
        """
        accept_sealing(peer_public)  # the same curve, the same traps
        session_keys = crypto_kx_client_session_keys if dialled else crypto_kx_server_session_keys
        return session_keys(self.public, self._secret, peer_public)

    def __repr__(self) -> str:
        return f"Exchange(public={self.public.hex()})"


class Sender:
    """The sending end of one direction. Send `header` first, in the clear."""

    __slots__ = ("_state", "header")

    def __init__(self, key: bytes) -> None:
        self._state = crypto_secretstream_xchacha20poly1305_state()
        self.header = crypto_secretstream_xchacha20poly1305_init_push(self._state, _checked(key))

    def encrypt(self, frame: bytes, rekey: bool = False) -> bytes:
        """The next frame, encrypted: `FRAME_OVERHEAD_BYTES` longer than `frame`.

        `rekey`: what comes after it has another key.
        """
        tag = _REKEY if rekey else _MESSAGE
        return crypto_secretstream_xchacha20poly1305_push(self._state, frame, None, tag)


class Receiver:
    """The receiving end of one direction.

    `header` comes from the sender. Raises `BadKey` or, for a header that is none, `CannotOpen`.
    """

    __slots__ = ("_state",)

    def __init__(self, key: bytes, header: bytes) -> None:
        if len(header) != HEADER_BYTES:
            raise CannotOpen("not the header of a stream")
        self._state = crypto_secretstream_xchacha20poly1305_state()
        crypto_secretstream_xchacha20poly1305_init_pull(self._state, header, _checked(key))

    def decrypt(self, data: bytes) -> bytes:
        """The next frame, under the key of the one before.

        Raises `CannotOpen` unless `data` is exactly what was sent next.
        """
        frame, rekeyed = self.open(data)
        if rekeyed:
            raise CannotOpen("a frame with a tag that has no place here")
        return frame

    def open(self, data: bytes) -> tuple[bytes, bool]:
        """The next frame, and whether what comes after it has another key. Raises `CannotOpen`."""
        try:
            frame, tag = crypto_secretstream_xchacha20poly1305_pull(self._state, data)
        except SodiumError:
            raise CannotOpen("a frame that does not open") from None
        if tag not in (_MESSAGE, _REKEY):
            raise CannotOpen("a frame with a tag that this protocol does not use")
        return frame, tag == _REKEY


def _checked(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise BadKey(f"a channel key has {KEY_BYTES} bytes, not {len(key)}")
    return key
