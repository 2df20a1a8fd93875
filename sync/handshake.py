"""The handshake: who is there, proven before anything is said (docs/protocol.md §8.2).

Rules:

1. Each side signs the transcript of both plain messages for every identity that it holds, so that
   nobody can pass proofs on from one connection to another.
2. Whoever answers proves itself first. The dialler ends without a word about itself unless the
   identity that it wants is among those proven.
3. An identity counts as proven if its chain verifies (§5.2), the signature fits, and the key is
   the operational key of the latest link, of the chain shown and the one already known the longer.
   Chains that differ (§5.3) prove nothing. A chain that can't be checked yet (§5.4, `unknown-key`)
   is left out; a home must be proven.
4. Whether the other side is welcome is the shell's to decide, on `Introduced`.
5. Nothing is told about why it is not; but who proves to be what an identity was, under a key that
   counts no more, is shown the chains known here (`behind`), and the handshake ends.

`sync.handshake_states` has the states as a table. The shell brings entropy, keeps the 10 seconds
(§8.6), and carries messages; each `bytes` in and out is one WebSocket message.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from crypto.channel import HEADER_BYTES, Exchange, Receiver, Sender
from crypto.errors import BadKey, BadSignature, CannotOpen
from crypto.hashing import digest, keyed
from crypto.signing import verify as verify_signature
from protocol.control_state import Ties
from protocol.encoding import check_value, encode, unpack
from protocol.errors import Malformed
from protocol.fields import identifier, line, octets
from protocol.peering import CODE_BYTES
from sync.channel import Secure
from sync.errors import END_CODES, SessionError
from sync.events import Behind, Ended, Introduced
from sync.handshake_states import TABLE, State
from sync.proof import (
    HELLO_TYPE,
    HOST_CHARACTERS,
    Chains,
    Holding,
    Proof,
    are_chains,
    are_proofs,
    fitting,
    newer_chains,
    no_chains,
    prove,
    voters,
    with_voters,
)

NONCE_BYTES = 32
"""Makes a transcript unique even where a broken machine draws the same ephemeral key twice."""

HANDSHAKE_BYTES = 262_144
"""Bytes that a stranger may make this node hold: long chains fit."""

HANDSHAKE_SECONDS = 10
"""Kept by the shell: a slow mobile link needs three."""


STRANGER_BYTES = 4_096
"""Of chains that are looked at whoever shows them: some usual ones, in 2 ms. More is looked at if
it is expected; so a stranger costs no more than that, and refusals of usual nodes take one time."""

Expects = Callable[[Sequence[bytes], bytes | None], bool]
"""Whether to go on with a node that says to be these identities, and has this code."""

HandshakeEvent = Introduced | Behind | Secure | Ended

CAN_BE_BEHIND = {("dialler", State.ACCEPT), ("answerer", State.PROOF)}
"""States in which a side has proved something and waits for the answer."""


class Handshake(ABC):
    """Common part of `Dialler` and `Answerer`; use one of them."""

    side: str

    def __init__(
        self,
        holdings: Sequence[Holding],
        ties: Ties,
        entropy: bytes,
        nonce: bytes,
        chains: Chains,
    ) -> None:
        self._chains = chains
        self._expects: Expects = lambda _ids, _code: True
        self._holdings = fitting(holdings)
        self._ties = ties
        self._exchange = Exchange(entropy)
        self._mine = encode(["verbund", 1, self._exchange.public, _nonce(nonce)])
        self._out: list[bytes] = []
        self._received = 0
        self._sender: Sender | None = None
        self._receiver: Receiver | None = None
        self._header_sent = False
        self._receive_key = b""
        self._transcript = b""
        self._tag_key = b""
        self._introduced: Introduced | None = None
        self._peer_home_key = b""
        self.state = State.HELLO

    # For the shell

    def outgoing(self) -> list[bytes]:
        """Messages to send now, in order; each is given once."""
        out, self._out = self._out, []
        return out

    def receive(self, data: bytes) -> list[HandshakeEvent]:
        """Take the next message; gives its events. Never raises."""
        if self.state in (State.DONE, State.ENDED):
            return []
        try:
            self._received += len(data)
            if self._received > HANDSHAKE_BYTES:
                raise SessionError("bounds")
            return self._take(self._open(data), data)
        except SessionError as error:
            return self._fail(error.code)

    @abstractmethod
    def accept(self) -> list[HandshakeEvent]:
        """The other side is welcome. To be called once, after `Introduced`."""

    def refuse(self, code: str = "not-accepted") -> list[HandshakeEvent]:
        """End the handshake, at any time before it is done."""
        return self._fail(code)

    # Within

    def _take(self, message: list[Any], raw: bytes) -> list[HandshakeEvent]:
        name = message[0]
        if name == "end":
            return self._ended_by_peer(message)
        if name == "behind" and (self.side, self.state) in CAN_BE_BEHIND:
            return self._left_behind(message)
        expected, following = TABLE[self.side, self.state]
        if name != expected:
            raise SessionError("protocol")
        events = self._step(message, raw)
        self.state = State.ENDED if self.state is State.ENDED else following
        return events

    @abstractmethod
    def _step(self, message: list[Any], raw: bytes) -> list[HandshakeEvent]:
        """Take a message that this side may get in this state; gives its events."""

    def _agree(self, message: list[Any], raw: bytes) -> None:
        """Keys and transcript from the other's plain message."""
        match message:
            case ["verbund", 1, bytes(ephemeral), bytes(nonce)] if len(nonce) == NONCE_BYTES:
                dialled = self.side == "dialler"
                try:
                    receive, send = self._exchange.keys(ephemeral, dialled)
                except BadKey as error:
                    raise SessionError("protocol") from error
            case _:
                raise SessionError("protocol")
        both = self._mine + raw if dialled else raw + self._mine
        self._transcript = digest(b"verbund/transcript/1" + both)
        self._tag_key = keyed(send if dialled else receive, b"verbund/tags/1")
        self._sender, self._receive_key = Sender(send), receive

    def _open(self, data: bytes) -> list[Any]:
        """The array in a message, decrypted if keys are there. Its elements are not looked at."""
        try:
            if self._receive_key:
                data = self._decrypt(data)
            message = unpack(data, HANDSHAKE_BYTES)
            check_value(message)
        except (CannotOpen, Malformed) as error:
            raise SessionError("protocol") from error
        if type(message) is not list or not message:
            raise SessionError("protocol")
        return message

    def _decrypt(self, data: bytes) -> bytes:
        if self._receiver is None:
            self._receiver = Receiver(self._receive_key, data[:HEADER_BYTES])
            data = data[HEADER_BYTES:]
        return self._receiver.decrypt(data)

    def send(self, message: list[Any]) -> None:
        """Put a message on its way, encrypted as soon as both sides have keys."""
        data = encode(message)
        if self._sender is not None:
            data = self._sender.encrypt(data)
            if not self._header_sent:
                data = self._sender.header + data
                self._header_sent = True
        self._out.append(data)

    def _send_proof(self, statement: list[Any], *tail: Any) -> None:
        """Signatures by all own identities over `[what, transcript, id, …]`."""
        what, *more = statement
        proofs = [
            [one.id, one.key.public, one.key.sign(HELLO_TYPE, self._signed(what, one.id, *more))]
            for one in self._holdings
        ]
        shown = [one.envelope for one in self._holdings]
        self.send(["proof", proofs, [*shown, *voters(self._holdings)], *tail])

    def _signed(self, what: str, *fields: Any) -> bytes:
        return encode([what, self._transcript, *fields])

    def _introduction(
        self, proofs: Any, envelopes: Any, code: bytes | None, what: str, *more: Any
    ) -> list[HandshakeEvent]:
        """Check the other's proofs (rule 3)."""
        if not are_proofs(proofs, envelopes):
            raise SessionError("protocol")
        self._check_expected([one[0] for one in proofs], envelopes, code)
        proven, behind, replaced = [], [], []
        also = envelopes[len(proofs) :]
        speaks_for = with_voters(self._ties, also)
        for number, ((id_, key, signature), envelope) in enumerate(
            zip(proofs, envelopes, strict=False)
        ):
            signed = self._signed(what, id_, *more)
            proof = prove(id_, key, signature, envelope, signed, self._ties, speaks_for)
            if proof is Proof.HOLDS:
                proven.append((id_, envelope))
            elif proof is Proof.BEHIND:
                behind.append(id_)
            elif number == 0:
                raise SessionError("not-accepted")
            elif proof is Proof.REPLACED:
                replaced.append(id_)
        if behind:
            return self._tell_behind(behind)
        self._peer_home_key = proofs[0][1]
        ids, shown = zip(*proven, strict=True)
        self._introduced = Introduced(ids, (*shown, *also), code, tuple(replaced))
        return [self._introduced]

    def _check_expected(self, ids: list[bytes], shown: list[bytes], code: bytes | None) -> None:
        """Before any chain is looked at (§8.6)."""
        if sum(map(len, shown)) > STRANGER_BYTES and not self._expects(ids, code):
            raise SessionError("not-accepted")

    def _tell_behind(self, behind: list[bytes]) -> list[HandshakeEvent]:
        if not (envelopes := newer_chains(behind, self._chains)):
            raise SessionError("not-accepted")
        self.send(["behind", envelopes])
        self.state = State.ENDED
        return [Ended("not-accepted", by_peer=False)]

    def _left_behind(self, message: list[Any]) -> list[HandshakeEvent]:
        if len(message) != 2 or not are_chains(message[1]):
            raise SessionError("protocol")
        self.state = State.ENDED
        return [Behind(tuple(message[1])), Ended("not-accepted", by_peer=True)]

    def _secure(self) -> Secure:
        if self._sender is None or self._receiver is None or self._introduced is None:
            raise RuntimeError("not before both sides are introduced")
        own = tuple(one.id for one in self._holdings)
        dialled = self.side == "dialler"
        return Secure(self._sender, self._receiver, self._tag_key, dialled, own, self._introduced)

    def _decide(self) -> None:
        if self.state is not State.DECISION:
            raise RuntimeError("nobody waits for a decision")
        self.state = TABLE[self.side, self.state][1]

    def _fail(self, code: str) -> list[HandshakeEvent]:
        if self.state in (State.DONE, State.ENDED):
            return []
        self.send(["end", code])
        self.state = State.ENDED
        return [Ended(code, by_peer=False)]

    def _ended_by_peer(self, message: list[Any]) -> list[HandshakeEvent]:
        if len(message) != 2 or type(message[1]) is not str or message[1] not in END_CODES:
            raise SessionError("protocol")
        self.state = State.ENDED
        return [Ended(message[1], by_peer=True)]


class Dialler(Handshake):
    """The side that dialled: it wants `expected`, at `host` (see `sync.proof.host_of`).

    `code` is that of an invitation (§9.3). `chains` gives the `identity` envelopes that are known
    of an identity. The first message is ready at once.
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
    ) -> None:
        super().__init__(holdings, ties, seed, nonce, chains)
        self._expected, self._host, self._code = expected, host, code
        self._out.append(self._mine)

    def accept(self) -> list[HandshakeEvent]:
        """Message 4: who we are. The other side proved to be `expected`."""
        self._decide()
        statement = ["dial", self._expected, self._host]
        self._send_proof(statement, self._expected, self._host, self._code)
        return []

    def _step(self, message: list[Any], raw: bytes) -> list[HandshakeEvent]:
        match self.state, message:
            case State.HELLO, _:
                self._agree(message, raw)
                return []
            case State.PROOF, [_, proofs, envelopes, None, None, None]:
                events = self._introduction(proofs, envelopes, None, "answer")
                if self._introduced and self._expected not in self._introduced.ids:
                    raise SessionError("wrong-address")
                return events
            case State.ACCEPT, [_, bytes(signature)]:
                self._check_acceptance(signature)
                return [self._secure()]
        raise SessionError("protocol")

    def _check_acceptance(self, signature: bytes) -> None:
        theirs = self._introduced.ids[0] if self._introduced else b""
        signed = self._signed("accept", theirs, self._holdings[0].id)
        try:
            verify_signature(self._peer_home_key, HELLO_TYPE, signed, signature)
        except BadSignature as error:
            raise SessionError("not-accepted") from error


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
        expects: Expects | None = None,
    ) -> None:
        super().__init__(holdings, ties, seed, nonce, chains)
        self._hosts = hosts
        self._expects = expects or self._expects

    def accept(self) -> list[HandshakeEvent]:
        """Message 5. A link's code is the shell's to check, and to use up, before this."""
        self._decide()
        home, theirs = self._holdings[0], self._introduced.ids[0] if self._introduced else b""
        signature = home.key.sign(HELLO_TYPE, self._signed("accept", home.id, theirs))
        self.send(["accept", signature])
        return [self._secure()]

    def _step(self, message: list[Any], raw: bytes) -> list[HandshakeEvent]:
        match self.state, message:
            case State.HELLO, _:
                self._agree(message, raw)
                self._out.append(self._mine)
                self._send_proof(["answer"], None, None, None)
                return []
            case State.PROOF, [_, proofs, envelopes, expected, host, code]:
                self._check_address(expected, host, code)
                return self._introduction(proofs, envelopes, code, "dial", expected, host)
        raise SessionError("protocol")

    def _check_address(self, expected: Any, host: Any, code: Any) -> None:
        shapes = (identifier(expected), line(HOST_CHARACTERS)(host))
        if not all(shapes) or not (code is None or octets(CODE_BYTES)(code)):
            raise SessionError("protocol")
        if host not in self._hosts or all(expected != one.id for one in self._holdings):
            raise SessionError("wrong-address")


def _nonce(nonce: bytes) -> bytes:
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes")
    return nonce
