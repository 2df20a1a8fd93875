"""One side of a handshake: what both have in common (docs/protocol.md §8.2).

The rules stand in `sync.handshake`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from crypto.channel import HEADER_BYTES, Exchange, Receiver, Sender
from crypto.errors import BadKey, CannotOpen
from crypto.hashing import digest, keyed
from protocol.control_state import Ties
from protocol.encoding import check_value, encode, unpack
from protocol.errors import Malformed
from protocol.fields import octets
from protocol.identity import SpeaksFor
from sync.about import WANTS, About
from sync.channel import Secure
from sync.errors import END_CODES, SessionError
from sync.events import Behind, Ended, Introduced
from sync.handshake_shapes import (
    NONCE_BYTES,
    VERSIONS,
    are_versions,
    checked_nonce,
    cut,
    want,
)
from sync.handshake_states import TABLE, State
from sync.proof import (
    HELLO_TYPE,
    IDENTITIES,
    Chains,
    Holding,
    Proof,
    VoterChains,
    are_chains,
    are_proofs,
    fitting,
    newer_chains,
    prove,
    with_voters,
)

HANDSHAKE_BYTES = 262_144
"""Bytes that a stranger may make this node hold: long chains fit."""

STRANGER_BYTES = 4_096
"""Of chains that are looked at whoever shows them: some usual ones, in 2 ms. More is looked at if
it is expected; so a stranger costs no more than that, and refusals of usual nodes take one time."""

Expects = Callable[[Sequence[bytes], bytes | None], bool]
"""Whether to go on with a node that says to be these identities, and has this code."""

HandshakeEvent = Introduced | Behind | Secure | Ended

Concerns = Callable[[AbstractSet[bytes]], AbstractSet[bytes]]
"""Which identities of this node concern a node with these: the others are not shown to it."""

NOTHING = About()


def everything(_peer: AbstractSet[bytes]) -> AbstractSet[bytes]:
    """Stands for all of them, for nodes that have nothing to keep to themselves."""
    return _Everything()


class _Everything(frozenset[bytes]):
    def __contains__(self, _one: object) -> bool:
        return True


CAN_BE_BEHIND = {
    ("dialler", State.ACCEPT),
    ("dialler", State.ALSO),
    ("answerer", State.PROOF),
    ("answerer", State.ALSO),
}
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
        concerns: Concerns,
        about: About,
        tied: Sequence[bytes],
    ) -> None:
        self._tied, self._secret = tied, entropy
        self._expects: Expects = lambda _ids, _code: True
        self._code_heard: bytes | None = None
        self._chains, self._concerns, self._about = chains, concerns, about
        self._held = frozenset(one.id for one in holdings)
        self._holdings = fitting(holdings)
        self._voters = VoterChains(self._holdings)
        self._shown: dict[bytes, Holding] = {}
        self._ties = ties
        self._exchange = Exchange(entropy)
        self._nonce = checked_nonce(nonce)
        self._mine = b""
        self._out: list[bytes] = []
        self._received = 0
        self._sender: Sender | None = None
        self._receiver: Receiver | None = None
        self._header_sent = False
        self._receive_key = b""
        self._transcript = b""
        self._tag_key = b""
        self._named: set[bytes] = set()
        self._proven: dict[bytes, tuple[bytes, bytes]] = {}
        self._voted: list[bytes] = []
        self._speaks_for: SpeaksFor = ties.speaks_for
        self._replaced: list[bytes] = []
        self._peer_home = b""
        self._peer_about = NOTHING
        self.concerned: set[bytes] = set()
        """What concerns the other side of what was held at the start, also what had no room."""
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
        if self.state not in (State.DONE, State.ENDED):
            self.state = following
        return events

    @abstractmethod
    def _step(self, message: list[Any], raw: bytes) -> list[HandshakeEvent]:
        """Take a message that this side may get in this state; gives its events."""

    def _agree(self, versions: Any, ephemeral: Any, nonce: Any, raw: bytes) -> None:
        """Keys and transcript from the other's plain message."""
        if not (octets(32)(ephemeral) and octets(NONCE_BYTES)(nonce) and are_versions(versions)):
            raise SessionError("protocol")
        if VERSIONS[-1] not in versions:  # the highest that both speak; here there is one
            raise SessionError("version")
        dialled = self.side == "dialler"
        try:
            receive, send = self._exchange.keys(ephemeral, dialled)
        except BadKey as error:
            raise SessionError("protocol") from error
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

    def _proofs(self, wanted: Sequence[Holding], what: str, *more: Any) -> list[Any]:
        """Proofs of identities that were not shown yet, and their envelopes with voters'."""
        proofs = [
            [one.id, one.key.public, one.key.sign(HELLO_TYPE, self._signed(what, one.id, *more))]
            for one in wanted
        ]
        self._shown.update({one.id: one for one in wanted})
        return [proofs, [*(one.envelope for one in wanted), *self._voters.of(wanted)]]

    def _further(self, *needed: bytes) -> list[Holding]:
        """What concerns the other side, as far as it is known, and was not shown: home first."""
        concerned = self._concerns(self._proven.keys())
        self.concerned.update(one for one in self._held if one in concerned)
        hidden = [one for one in self._holdings if one.id not in self._shown]
        wanted = cut(self._peer_about.wants)
        return [
            one
            for one in hidden
            if one.id in needed or one.id in concerned or want(one.id, self._transcript) in wanted
        ]

    def _with_wants(self) -> None:
        """Say whom this side would like to find: what it is tied to and was not shown."""
        if self._tied:
            wanted = [want(one, self._transcript) for one in self._tied if one not in self._proven]
            made_up = [want(self._secret, bytes([n])) for n in range(WANTS)]
            some = sorted(wanted)[:WANTS]
            some = sorted([*some, *made_up[len(some) :]])
            self._about = self._about._replace(wants=b"".join(some))

    def _signed(self, what: str, *fields: Any) -> bytes:
        return encode([what, self._transcript, *fields])

    def _prove(
        self, proofs: Any, envelopes: Any, needed: bytes | None, what: str, *more: Any
    ) -> list[HandshakeEvent]:
        """Check the other's proofs (rule 4); `needed` must be among them. Events: it is behind."""
        if not are_proofs(proofs, envelopes, 0):
            raise SessionError("protocol")
        ids = {one[0] for one in proofs}
        if ids & self._named or len(ids) + len(self._named) > IDENTITIES:
            raise SessionError("protocol")
        self._named |= ids
        self._check_expected(list(self._named), envelopes)
        behind = []
        also = envelopes[len(proofs) :]
        speaks_for = self._speaks_for = with_voters(self._ties, also, self._speaks_for)
        for (id_, key, signature), envelope in zip(proofs, envelopes, strict=False):
            signed = self._signed(what, id_, *more)
            proof = prove(id_, key, signature, envelope, signed, self._ties, speaks_for)
            if proof is Proof.HOLDS:
                self._proven[id_] = (key, envelope)
            elif proof is Proof.BEHIND:
                behind.append(id_)
            elif id_ == needed:
                raise SessionError("not-accepted")
            elif proof is Proof.REPLACED:
                self._replaced.append(id_)
        self._voted += also
        return self._tell_behind(behind) if behind else []

    def _check_expected(self, ids: list[bytes], shown: list[bytes]) -> None:
        """Before any chain is looked at (§8.6)."""
        if sum(map(len, shown)) > STRANGER_BYTES and not self._expects(ids, self._code_heard):
            raise SessionError("not-accepted")

    def _introduced(self, code: bytes | None = None, guest: bytes | None = None) -> Introduced:
        home = self._peer_home
        ids = sorted(self._proven, key=lambda one: one != home)  # stable: home, then as they came
        shown = [self._proven[one][1] for one in ids]
        envelopes = (*shown, *self._voted)
        replaced = tuple(self._replaced)
        keys = tuple(self._proven[one][0] for one in ids)
        return Introduced(tuple(ids), envelopes, code, replaced, guest, self._peer_about, keys)

    def _take_turn(self) -> list[HandshakeEvent]:
        """Show what concerns the other side by what is known now; who has nothing is done."""
        more = self._further()
        self.send(["also", *self._proofs(more, *self._statement())])
        return [] if more else self._finish()

    @abstractmethod
    def _statement(self) -> list[Any]:
        """What is signed with each identity: first a word, then what follows the id."""

    @abstractmethod
    def _their_statement(self) -> list[Any]:
        """The same of the other side."""

    def _hear_turn(self, proofs: Any, envelopes: Any) -> list[HandshakeEvent]:
        what, *more = self._their_statement()
        if behind := self._prove(proofs, envelopes, None, what, *more):
            return behind
        return self._take_turn() if proofs else self._finish()

    def _finish(self) -> list[HandshakeEvent]:
        self.state = State.DONE
        return [self._secure()]

    def _read_about(self, data: Any) -> None:
        try:
            self._peer_about = About.read(data)
        except Malformed as error:
            raise SessionError("protocol") from error

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
        if self._sender is None or self._receiver is None:
            raise RuntimeError("not before both sides are introduced")
        home = self._holdings[0].id
        own = tuple(sorted(self._shown, key=lambda one: one != home))
        dialled = self.side == "dialler"
        introduced = self._introduced()
        return Secure(self._sender, self._receiver, self._tag_key, dialled, own, introduced)

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
