"""The handshake: who is there, proven before anything is said (docs/protocol.md §8.2).

Rules:

1. Each side signs the transcript of both plain messages for every identity that it shows, so that
   nobody can pass proofs on from one connection to another. These messages also offer the versions
   that a side speaks: nobody in between can take one away.
2. Whoever answers proves first the one identity that the dialler seeks, and no other: it is named
   so that only who knows it finds it (`seek`). If it is not here, that is all that is said.
3. All else is said to who was accepted, and only of identities that concern the other side
   (`concerns`, the shell's to say): by the dialler when it knows that it reached whom it wanted, by
   whoever answers when it accepts, and then in turns until neither has more to show.
4. An identity counts as proven if its chain verifies (§5.2), the signature fits, and the key is
   the operational key of the latest link, of the chain shown and the one already known the longer.
   Chains that differ (§5.3) prove nothing. A chain that can't be checked yet (§5.4, `unknown-key`)
   is left out; a home must be proven.
5. Whether the other side is welcome is the shell's to decide, on `Introduced`.
6. Nothing is told about why it is not; but who proves to be what an identity was, under a key that
   counts no more, is shown the chains known here (`behind`), and the handshake ends.

`sync.handshake_states` has the states as a table. The shell brings entropy, keeps the 10 seconds
(§8.6), and carries messages; each `bytes` in and out is one WebSocket message.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from hmac import compare_digest
from typing import Any

from crypto.errors import BadSignature
from crypto.hashing import digest
from crypto.signing import verify as verify_signature
from protocol.control_state import Ties
from protocol.encoding import encode
from protocol.fields import line, octets
from sync.about import About
from sync.errors import SessionError
from sync.handshake_shapes import VERSIONS, is_invited, sought
from sync.handshake_side import (
    HANDSHAKE_BYTES,
    NOTHING,
    STRANGER_BYTES,
    Concerns,
    Expects,
    Handshake,
    HandshakeEvent,
    everything,
)
from sync.handshake_states import State
from sync.proof import (
    HELLO_TYPE,
    HOST_CHARACTERS,
    Chains,
    Holding,
    are_proofs,
    no_chains,
)

HANDSHAKE_SECONDS = 10
"""Kept by the shell: a slow mobile link needs three."""

__all__ = [
    "HANDSHAKE_BYTES",
    "HANDSHAKE_SECONDS",
    "STRANGER_BYTES",
    "Answerer",
    "Dialler",
    "Handshake",
    "HandshakeEvent",
]


class Dialler(Handshake):
    """The side that dialled: it wants `expected`, at `host` (see `sync.proof.host_of`).

    `code` is that of an invitation (§9.3), used for the identity `guest`, else the home. `chains`
    gives the `identity` envelopes that are known of an identity, `concerns` which of this node's
    may be shown to whom; `tied` are networks that it is tied to, wherever they are. The first
    message is ready at once.
    """

    side = "dialler"

    def __init__(
        self,
        holdings: Sequence[Holding],
        ties: Ties,
        expected: bytes,
        host: str,
        code: bytes | None,
        seed: bytes,
        nonce: bytes,
        chains: Chains = no_chains,
        concerns: Concerns = everything,
        about: About = NOTHING,
        guest: bytes | None = None,
        tied: Sequence[bytes] = (),
    ) -> None:
        super().__init__(holdings, ties, seed, nonce, chains, concerns, about, tied)
        self._expected, self._host, self._code = expected, host, code
        self._guest = guest or self._holdings[0].id
        seek = sought(expected, self._exchange.public, nonce)
        self._mine = encode(["verbund", [*VERSIONS], self._exchange.public, nonce, seek])
        self._out.append(self._mine)

    def accept(self) -> list[HandshakeEvent]:
        """Message 4: who we are. The other side proved to be `expected`."""
        self._decide()
        if self._code is None:
            self._with_wants()
        home = self._holdings[0].id
        what, *more = self._statement()
        if self._code is None:
            wanted, invited = self._further(home), None
        else:  # the rest when it is known that the code was good
            needed = (home, self._guest)
            wanted = [one for one in self._holdings if one.id in needed]
            invited = [self._guest, self._code]
        proofs = self._proofs(wanted, what, *more)
        self.send(["proof", *proofs, self._host, invited, self._about.packed])
        return []

    def _statement(self) -> list[Any]:
        return ["dial", self._expected, self._host, digest(self._about.packed)]

    def _their_statement(self) -> list[Any]:
        return ["answer"]

    def _step(self, message: list[Any], raw: bytes) -> list[HandshakeEvent]:
        match self.state, message:
            case State.HELLO, [_, versions, ephemeral, nonce]:
                self._agree(versions, ephemeral, nonce, raw)
                return []
            case State.PROOF, [_, proofs, envelopes, None, None, None]:
                return self._on_proof(proofs, envelopes)
            case State.ACCEPT, [_, home, bytes(signature), proofs, envelopes, about]:
                self._read_about(about)
                return self._on_acceptance(home, signature, proofs, envelopes, digest(about))
            case State.ALSO, [_, proofs, envelopes]:
                return self._hear_turn(proofs, envelopes)
        raise SessionError("protocol")

    def _on_proof(self, proofs: Any, envelopes: Any) -> list[HandshakeEvent]:
        if not are_proofs(proofs, envelopes) or len(proofs) != 1:
            raise SessionError("protocol")
        if proofs[0][0] != self._expected:
            raise SessionError("wrong-address")
        behind = self._prove(proofs, envelopes, self._expected, "answer")
        return behind or [self._introduced()]

    def _on_acceptance(
        self, home: Any, signature: bytes, proofs: Any, envelopes: Any, about: bytes
    ) -> list[HandshakeEvent]:
        if not are_proofs(proofs, envelopes, 0):
            raise SessionError("protocol")
        if home != self._expected and (not proofs or home != proofs[0][0]):
            raise SessionError("protocol")
        if behind := self._prove(proofs, envelopes, home, "answer"):
            return behind
        self._peer_home = home
        signed = self._signed("accept", home, self._holdings[0].id, about)
        try:
            verify_signature(self._proven[home][0], HELLO_TYPE, signed, signature)
        except BadSignature as error:
            raise SessionError("not-accepted") from error
        return self._take_turn()


class Answerer(Handshake):
    """The side that was dialled. `hosts`: by which it can be reached (`sync.proof.host_of`)."""

    side = "answerer"

    def __init__(
        self,
        holdings: Sequence[Holding],
        ties: Ties,
        hosts: AbstractSet[str],
        seed: bytes,
        nonce: bytes,
        chains: Chains = no_chains,
        concerns: Concerns = everything,
        about: About = NOTHING,
        tied: Sequence[bytes] = (),
        expects: Expects | None = None,
    ) -> None:
        super().__init__(holdings, ties, seed, nonce, chains, concerns, about, tied)
        self._hosts = hosts
        self._mine = encode(["verbund", [*VERSIONS], self._exchange.public, nonce])
        self._expected, self._host, self._about_digest = b"", "", b""
        self._expects = expects or self._expects

    def accept(self) -> list[HandshakeEvent]:
        """Message 5. A link's code is the shell's to check, and to use up, before this."""
        self._decide()
        self._with_wants()
        home, about = self._holdings[0], self._about.packed
        signed = self._signed("accept", home.id, self._peer_home, digest(about))
        signature = home.key.sign(HELLO_TYPE, signed)
        proofs = self._proofs(self._further(home.id), "answer")
        self.send(["accept", home.id, signature, *proofs, about])
        return []

    def _statement(self) -> list[Any]:
        return ["answer"]

    def _their_statement(self) -> list[Any]:
        return ["dial", self._expected, self._host, self._about_digest]

    def _step(self, message: list[Any], raw: bytes) -> list[HandshakeEvent]:
        match self.state, message:
            case State.HELLO, [_, versions, ephemeral, nonce, seek] if octets(32)(seek):
                self._agree(versions, ephemeral, nonce, raw)
                self._out.append(self._mine)
                wanted = self._find(ephemeral, nonce, seek)
                self._expected = wanted.id
                self.send(["proof", *self._proofs([wanted], "answer"), None, None, None])
                return []
            case State.PROOF, [_, proofs, envelopes, host, invited, about]:
                return self._on_proof(proofs, envelopes, host, invited, about)
            case State.ALSO, [_, proofs, envelopes]:
                return self._hear_turn(proofs, envelopes)
        raise SessionError("protocol")

    def _find(self, ephemeral: bytes, nonce: bytes, seek: bytes) -> Holding:
        """The identity that is sought. All are looked at, so that time tells nothing."""
        found = [
            one for one in self._holdings if compare_digest(sought(one.id, ephemeral, nonce), seek)
        ]
        if not found:
            raise SessionError("wrong-address")
        return found[0]

    def _on_proof(
        self, proofs: Any, envelopes: Any, host: Any, invited: Any, about: Any
    ) -> list[HandshakeEvent]:
        if not are_proofs(proofs, envelopes) or not line(HOST_CHARACTERS)(host):
            raise SessionError("protocol")
        ids = {one[0] for one in proofs}
        if invited is not None and not (is_invited(invited) and invited[0] in ids):
            raise SessionError("protocol")
        self._read_about(about)
        if host not in self._hosts:
            raise SessionError("wrong-address")
        self._host, self._about_digest = host, digest(about)
        self._peer_home = proofs[0][0]
        self._code_heard = invited[1] if invited else None
        what, *more = self._their_statement()
        if behind := self._prove(proofs, envelopes, self._peer_home, what, *more):
            return behind
        guest, code = invited or (None, None)
        if guest is not None and guest not in self._proven:
            raise SessionError("not-accepted")
        return [self._introduced(code, guest)]
