"""A backup as one encrypted stream: written with a public key, opened only with the words.

Rules:

1. ``"verbund-backup-1\\n"``, then a libsodium sealed box (80 bytes) around a random 32-byte key,
   then a secret stream (XChaCha20-Poly1305) under that key: its 24-byte header and the chunks.
2. Each chunk holds 65,536 bytes, 65,553 encrypted, but for the last, which holds fewer (perhaps
   none) and has the stream's tag FINAL. So a cut file, one with something behind it, and chunks
   left out, repeated or in another order are all recognised.
3. The first line and the sealed box are the additional data of the first chunk.
4. Whoever has the file and not the words learns its size and nothing else; who has only the
   public key can write such a file, too: what is inside is checked like all that is from outside.

>>> import io
>>> words = SealingKey(bytes(32))
>>> stream = b"".join(seal_stream([b"what", b"ever"], words.public, bytes(range(32))))
>>> source = io.BytesIO(stream)
>>> b"".join(open_stream(source.read, words))
b'whatever'
"""

from collections.abc import Callable, Iterable, Iterator

from nacl.bindings import (
    crypto_box_seal,
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_init_push,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
)
from nacl.exceptions import CryptoError as SodiumError

from crypto.channel import FRAME_OVERHEAD_BYTES, HEADER_BYTES, KEY_BYTES
from crypto.errors import BadArchive, BadKey, CannotOpen, WrongWords
from crypto.sealing import WRAP_BYTES, SealingKey, accept_sealing

MAGIC = b"verbund-backup-"
"""How every backup begins, whatever its version."""

VERSION = b"1\n"
"""The one version that there is."""

CHUNK_BYTES = 65_536
"""Memory; and the overhead is a four-thousandth."""

HEAD_BYTES = len(MAGIC) + len(VERSION) + WRAP_BYTES


def seal_stream(parts: Iterable[bytes], public: bytes, key: bytes) -> Iterator[bytes]:
    """The archive of `parts`, piece by piece. `key` is 32 random bytes, used once."""
    accept_sealing(public)
    if len(key) != KEY_BYTES:
        raise BadKey(f"an archive key has {KEY_BYTES} bytes, not {len(key)}")
    head = MAGIC + VERSION + crypto_box_seal(key, public)
    state = crypto_secretstream_xchacha20poly1305_state()
    yield head + crypto_secretstream_xchacha20poly1305_init_push(state, key)
    extra = head
    waiting = bytearray()
    for part in parts:
        waiting += part
        while len(waiting) >= CHUNK_BYTES:
            chunk = bytes(waiting[:CHUNK_BYTES])
            del waiting[:CHUNK_BYTES]
            yield crypto_secretstream_xchacha20poly1305_push(state, chunk, extra or None)
            extra = b""
    final = crypto_secretstream_xchacha20poly1305_TAG_FINAL
    yield crypto_secretstream_xchacha20poly1305_push(state, bytes(waiting), extra or None, final)


def open_stream(read: Callable[[int], bytes], words: SealingKey) -> Iterator[bytes]:
    """What is inside, chunk by chunk; believe it only when the iteration ends without an error.

    `read(n)` gives the next n bytes, fewer only at the end. Raises `WrongWords`, or `BadArchive`.
    """
    head = read(HEAD_BYTES)
    key = _key(head, words)
    state = crypto_secretstream_xchacha20poly1305_state()
    header = read(HEADER_BYTES)
    if len(header) != HEADER_BYTES:
        raise BadArchive("the backup was cut")
    crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    extra: bytes | None = head
    while True:
        data = read(CHUNK_BYTES + FRAME_OVERHEAD_BYTES)
        try:
            chunk, tag = crypto_secretstream_xchacha20poly1305_pull(state, data, extra)
        except (SodiumError, ValueError):
            raise BadArchive("the backup was cut or altered") from None
        extra = None
        last = len(chunk) < CHUNK_BYTES
        wanted = (
            crypto_secretstream_xchacha20poly1305_TAG_FINAL
            if last
            else crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
        )
        if tag != wanted or (last and read(1)):
            raise BadArchive("the backup was cut or altered")
        yield chunk
        if last:
            return


def _key(head: bytes, words: SealingKey) -> bytes:
    start, rest = head[: len(MAGIC)], head[len(MAGIC) :]
    if start != MAGIC:
        raise BadArchive("not a backup")
    if rest[: len(VERSION)] != VERSION[: len(rest)]:
        raise BadArchive("a backup of another version")
    if len(head) != HEAD_BYTES:
        raise BadArchive("the backup was cut")
    try:
        return words.open_wrap(rest[len(VERSION) :])
    except CannotOpen:
        raise WrongWords("made for other words, or altered") from None
