"""A handshake by hand, by the letter of docs/protocol.md §8.2: nothing of `sync` is asked.

A secret stream begins with 24 random bytes, the header; all else follows from it and the key. So a
stream *to be sent* can be begun with a header from a label, as a receiver begins one: the same
bytes each time, and still libsodium's own.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from nacl.bindings import (
    crypto_kx_client_session_keys,
    crypto_kx_seed_keypair,
    crypto_kx_server_session_keys,
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
)

from crypto.hashing import digest, keyed
from crypto.signing import SigningKey
from protocol.encoding import encode
from tests.protocol.making.cast import ISSUED, Actor, made

HELLO = b"verbund/hello/1"
HOST = "verbund.example:8480"

D_ABOUT = encode({"time": ISSUED, "kinds": ["group", "identity"], "features": [], "wants": b""})
A_ABOUT = encode(
    {"time": ISSUED + 2, "kinds": ["group", "identity", "meeting"], "features": [], "wants": b""}
)
"""What each side says about itself."""


class Held(NamedTuple):
    """What a side shows of one identity, and the key with which it signs."""

    id: bytes
    key: SigningKey
    envelope: bytes


def held(actor: Actor) -> Held:
    """The latest key and a new `identity` record."""
    return Held(actor.id, actor.signing(), actor.introduction())


class Stream:
    """One direction. The first message has the header in front."""

    def __init__(self, key: bytes, header: bytes) -> None:
        self._state = crypto_secretstream_xchacha20poly1305_state()
        crypto_secretstream_xchacha20poly1305_init_pull(self._state, header, key)
        self._front = header

    def push(
        self, plain: bytes, tag: int = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
    ) -> bytes:
        """The next message."""
        front, self._front = self._front, b""
        box: bytes = crypto_secretstream_xchacha20poly1305_push(self._state, plain, None, tag)
        return front + box


class Talk:
    """Both sides of one handshake: D dials, A answers. Another `label`, another handshake."""

    def __init__(self, wanted: bytes, label: str = "") -> None:
        self.d_seed, self.a_seed = made(f"seed D{label}"), made(f"seed A{label}")
        self.d_nonce, self.a_nonce = made(f"nonce D{label}"), made(f"nonce A{label}")
        self.d_public, self.d_secret = crypto_kx_seed_keypair(self.d_seed)
        self.a_public, self.a_secret = crypto_kx_seed_keypair(self.a_seed)
        self.second = encode(["verbund", [1], self.a_public, self.a_nonce])
        self.offer([1], wanted)
        keys = crypto_kx_client_session_keys(self.d_public, self.d_secret, self.a_public)
        assert keys[::-1] == crypto_kx_server_session_keys(
            self.a_public, self.a_secret, self.d_public
        )
        self.a_to_d, self.d_to_a = keys
        self.tag_key = keyed(self.d_to_a, b"verbund/tags/1")
        self.d = Stream(self.d_to_a, made(f"header D{label}", 24))
        self.a = Stream(self.a_to_d, made(f"header A{label}", 24))

    def offer(self, versions: list[int], wanted: bytes) -> None:
        """Message 1, and the transcript that follows from it."""
        seek = keyed(wanted, b"verbund/seek/1" + self.d_public + self.d_nonce)
        self.first = encode(["verbund", versions, self.d_public, self.d_nonce, seek])
        self.transcript = digest(b"verbund/transcript/1" + self.first + self.second)

    def signed(self, what: str, *fields: Any) -> bytes:
        """The payload that is signed as `verbund/hello/1`."""
        return encode([what, self.transcript, *fields])

    def answer(self, one: Held) -> list[Any]:
        """A's proof of one identity."""
        return _proof(one, self.signed("answer", one.id))

    def dial(
        self, one: Held, expected: bytes, host: str = HOST, about: bytes = D_ABOUT
    ) -> list[Any]:
        """D's proof of one identity."""
        return _proof(one, self.signed("dial", one.id, expected, host, digest(about)))

    def third(self, one: Held) -> list[Any]:
        """Message 3."""
        return ["proof", [self.answer(one)], [one.envelope], None, None, None]

    def fourth(
        self,
        holdings: Sequence[Held],
        expected: bytes,
        host: str = HOST,
        invited: list[bytes] | None = None,
        about: bytes = D_ABOUT,
    ) -> list[Any]:
        """Message 4."""
        proofs = [self.dial(one, expected, host, about) for one in holdings]
        envelopes = [one.envelope for one in holdings]
        return ["proof", proofs, envelopes, host, invited, about]

    def fifth(
        self, home: Held, theirs: bytes, more: Sequence[Held] = (), about: bytes = A_ABOUT
    ) -> list[Any]:
        """Message 5."""
        signed = self.signed("accept", home.id, theirs, digest(about))
        proofs = [self.answer(one) for one in more]
        envelopes = [one.envelope for one in more]
        return ["accept", home.id, home.key.sign(HELLO, signed), proofs, envelopes, about]

    def also(self, *proofs: list[Any], of: Sequence[Held] = ()) -> list[Any]:
        """Message 6, or a later one."""
        return ["also", list(proofs), [one.envelope for one in of]]


def _proof(one: Held, signed: bytes) -> list[Any]:
    return [one.id, one.key.public, one.key.sign(HELLO, signed)]


Change = Callable[[list[Any]], None]
"""Spoils a message before it is encoded."""
