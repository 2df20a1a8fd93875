"""The handshake (docs/protocol.md §8.2): who gets in, who does not, and what each learns."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from crypto.channel import HEADER_BYTES, Exchange, Receiver, Sender
from crypto.hashing import digest, keyed
from protocol.control_state import Ties
from protocol.encoding import decode, encode
from sync.about import About
from sync.channel import Secure
from sync.events import Ended, Introduced
from sync.handshake import HANDSHAKE_BYTES, Answerer, Dialler, Handshake
from sync.handshake_shapes import sought
from sync.handshake_states import TABLE, State, table
from tests.sync.memory import ANNA, BERT, CARL, HOST, Node
from tests.sync.people import entropy
from tests.sync.shaking import CODE, NET, answerer, carry, dialler, until_decision


def test_handshake() -> None:
    here, there = dialler(Node(ANNA), code=CODE), answerer(Node(BERT, NET.network))
    assert carry(here, there) == []
    (introduced,) = carry(there, here)
    assert isinstance(introduced, Introduced)
    assert (introduced.ids, introduced.code) == ((BERT.id,), None)
    assert here.accept() == []
    (introduced,) = carry(here, there)
    assert isinstance(introduced, Introduced)
    assert introduced.ids == (ANNA.id,)
    assert (introduced.code, introduced.guest) == (CODE, ANNA.id)
    assert there.accept() == []
    (near,) = carry(there, here)
    (far,) = carry(here, there)
    assert isinstance(far, Secure)
    assert isinstance(near, Secure)
    assert (near.peer, near.own, near.dialled) == ((BERT.id, NET.network.id), (ANNA.id,), True)
    assert (far.peer, far.own, far.dialled) == ((ANNA.id,), (BERT.id, NET.network.id), False)
    assert near.tag_key == far.tag_key
    assert far.decrypt(near.encrypt(b"hello")) == b"hello"
    assert near.decrypt(far.encrypt(b"hello")) == b"hello"


def test_versions_highest_common() -> None:
    """A side that speaks more is answered; one that speaks only others is told so."""
    for versions, expect in (([1, 2], []), ([2], [Ended("version", by_peer=False)])):
        there, exchange = answerer(), Exchange(bytes(32))
        seek = sought(BERT.id, exchange.public, bytes(32))
        hello = encode(["verbund", versions, exchange.public, bytes(32), seek])
        assert there.receive(hello) == expect


def test_transcript() -> None:
    """The bytes of §8.2, by hand: what another implementation must send and sign."""
    here, there = dialler(), answerer()
    (first,) = here.outgoing()
    here_exchange, there_exchange = Exchange(bytes(32)), Exchange(entropy("seed a"))
    seek = keyed(BERT.id, b"verbund/seek/1" + here_exchange.public + entropy("nonce d"))
    plain = ["verbund", [1], here_exchange.public, entropy("nonce d"), seek]
    assert first == encode(plain)
    there.receive(first)
    second, third = there.outgoing()
    assert second == encode(["verbund", [1], there_exchange.public, entropy("nonce a")])
    receive, _send = here_exchange.keys(there_exchange.public, dialled=True)
    stream = Receiver(receive, third[:HEADER_BYTES])
    name, proofs, envelopes, *rest = decode(stream.decrypt(third[HEADER_BYTES:]))
    transcript = digest(b"verbund/transcript/1" + first + second)
    signed = encode(["answer", transcript, BERT.id])
    signature = BERT.key.sign(b"verbund/hello/1", signed)
    assert (name, rest) == ("proof", [None, None, None])
    assert proofs == [[BERT.id, BERT.key.public, signature]]
    assert len(envelopes) == 1


def test_table() -> None:
    """Every state but the last ones leads on; the printed table has a line for each."""
    assert {state for _side, state in TABLE} == set(State) - {State.DONE, State.ENDED}
    assert len(table().splitlines()) == len(TABLE)


def spoilt(message: bytes) -> Sequence[bytes]:
    """Every byte changed, cut everywhere, longer, doubled."""
    step = max(1, len(message) // 150)  # the proofs have 700 bytes; their ends matter most
    places = {*range(0, len(message), step), *range(40), *range(len(message) - 40, len(message))}
    changed = [
        message[:at] + bytes([message[at] ^ 1]) + message[at + 1 :]
        for at in sorted(places & set(range(len(message))))
    ]
    return [*changed, message[:-1], message[:1], b"", message + b"\x00", message * 2]


def at_message(number: int) -> tuple[Handshake, bytes]:
    """The receiver of the message with this number of §8.2, and the message."""
    here, there = dialler(), answerer()
    (first,) = here.outgoing()
    if number == 1:
        return there, first
    there.receive(first)
    second, third = there.outgoing()
    if number == 2:
        return here, second
    here.receive(second)
    if number == 3:
        return here, third
    here.receive(third)
    here.accept()
    (fourth,) = here.outgoing()
    if number == 4:
        return there, fourth
    there.receive(fourth)
    there.accept()
    (fifth,) = there.outgoing()
    if number == 5:
        return here, fifth
    here.receive(fifth)
    return there, here.outgoing()[0]


@pytest.mark.parametrize("number", [3, 4, 5, 6])
def test_altered_encrypted(number: int) -> None:
    _receiver, message = at_message(number)
    for index in range(len(spoilt(message))):
        receiver, original = at_message(number)
        wrong = spoilt(original)[index]
        assert receiver.receive(wrong) == [Ended("protocol", by_peer=False)]
        assert receiver.state is State.ENDED
        assert receiver.receive(original) == []


@pytest.mark.parametrize("number", [1, 2])
def test_altered_plain(number: int) -> None:
    """Where it still is a message the keys or the transcript differ, and nothing opens later."""
    for wrong in spoilt(at_message(number)[1]):
        here, there = dialler(), answerer()
        first = here.outgoing()[0]
        ends = there.receive(wrong if number == 1 else first)
        for at, message in enumerate(there.outgoing()):
            ends += here.receive(wrong if number == 2 and at == 0 else message)
        assert {type(one) for one in ends} == {Ended}
        assert State.DECISION not in (here.state, there.state)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_reflected_or_repeated(number: int) -> None:
    """A message sent back to its sender, or a second time, ends it."""
    receiver, message = at_message(number)
    receiver.receive(message)
    if receiver.state not in (State.DONE, State.ENDED):
        assert receiver.receive(message) == [Ended("protocol", by_peer=False)]
    for sender in (dialler(), answerer()):
        if number == 1 and sender.side == "answerer":
            continue  # there it is what it should be
        events = sender.receive(message)
        events += sender.receive(message)
        assert events == [Ended("protocol", by_peer=False)]


def test_reflected_to_oneself() -> None:
    """Whoever dials and gets its own bytes back has reached nobody."""
    here = dialler()
    (first,) = here.outgoing()
    assert here.receive(first) == [Ended("protocol", by_peer=False)]


def test_replayed() -> None:
    """Messages of an earlier handshake with the same parties prove nothing in the next."""
    old = [at_message(number)[1] for number in (1, 4)]
    node = Node(BERT)
    there = Answerer(node.holdings(), node.ties, {HOST}, entropy("new seed"), entropy("new"))
    assert there.receive(old[0]) == []
    assert there.receive(old[1]) == [Ended("protocol", by_peer=False)]


def test_man_in_the_middle() -> None:
    """Terminates both sides, and passes on proofs that it can read: they are of another talk."""
    here, there = dialler(), answerer()
    near, far = Exchange(entropy("m1")), Exchange(entropy("m2"))
    seek = sought(BERT.id, far.public, entropy("m"))
    there.receive(encode(["verbund", [1], far.public, entropy("m"), seek]))
    second, third = there.outgoing()
    here.receive(encode(["verbund", [1], near.public, entropy("m")]))
    receive, send = far.keys(decode(second)[2], dialled=True)
    read = Receiver(receive, third[:HEADER_BYTES]).decrypt(third[HEADER_BYTES:])
    assert decode(read)[0] == "proof"
    _receive, send = near.keys(decode(here.outgoing()[0])[2], dialled=False)
    sender = Sender(send)
    assert here.receive(sender.header + sender.encrypt(read)) == [
        Ended("not-accepted", by_peer=False)
    ]
    (reply,) = here.outgoing()
    assert len(reply) < 100  # the end, and no identity


def test_wrong_host() -> None:
    here, there = dialler(host="elsewhere.example:443"), answerer()
    carry(here, there)
    carry(there, here)
    here.accept()
    assert carry(here, there) == [Ended("wrong-address", by_peer=False)]
    assert carry(there, here) == [Ended("wrong-address", by_peer=True)]


def test_wrong_expected() -> None:
    """Whoever is sought is not here: that is said, and nothing about who is."""
    here, there = dialler(to=CARL), answerer()
    assert carry(here, there) == [Ended("wrong-address", by_peer=False)]
    assert carry(there, here) == [Ended("wrong-address", by_peer=True)]
    with pytest.raises(RuntimeError):
        here.accept()


def test_another_than_expected() -> None:
    """Whoever answers proves somebody else: the dialler ends and has told nothing about itself."""
    here, there = dialler(), answerer()
    send = there.send

    def lies(message: list[Any]) -> None:
        if message[0] == "proof":
            message[1:3] = [FOREIGN], [CARL.introduction()]
        send(message)

    there.send = lies
    carry(here, there)
    assert carry(there, here) == [Ended("wrong-address", by_peer=False)]
    assert carry(here, there) == [Ended("wrong-address", by_peer=True)]


def test_refused() -> None:
    here, there = until_decision()
    assert there.refuse() == [Ended("not-accepted", by_peer=False)]
    assert carry(there, here) == [Ended("not-accepted", by_peer=True)]


def test_dialler_refuses() -> None:
    here, there = dialler(), answerer()
    carry(here, there)
    carry(there, here)
    assert here.refuse("shutdown") == [Ended("shutdown", by_peer=False)]
    assert here.refuse() == []
    assert carry(here, there) == [Ended("shutdown", by_peer=True)]


def test_end_in_the_plain() -> None:
    """Before keys are agreed on: a node that is busy says so."""
    here, there = dialler(), answerer()
    there.refuse("busy")
    assert carry(there, here) == [Ended("busy", by_peer=True)]


@pytest.mark.parametrize("value", [["end"], ["end", "so"], ["end", []], ["end", None, 1]])
def test_end_wrong(value: list[object]) -> None:
    assert dialler().receive(encode(value)) == [Ended("protocol", by_peer=False)]


@pytest.mark.parametrize(
    "value",
    [
        7, [], ["verbund"], ["verbund", 1, bytes(32), bytes(32)],
        ["verbund", [1], bytes(32), b"", bytes(32)], ["verbund", [1], bytes(32), bytes(32)],
        ["verbund", [1], bytes(32), bytes(32), bytes(32)],
        ["verbund", [1], b"", bytes(32), bytes(32)], ["proof"],
        ["also", [], []], ["(accept)"], ["accept", bytes(64)], [None], [["verbund"]],
    ],
)  # fmt: skip
@pytest.mark.parametrize("side", [dialler, answerer])
def test_hello_wrong(side: Callable[[], Handshake], value: object) -> None:
    """Also an ephemeral key of low order."""
    assert side().receive(encode(value)) == [Ended("protocol", by_peer=False)]


def test_while_deciding() -> None:
    """Nobody speaks while the other side makes up its mind, not even by the table's own word."""
    here, there = until_decision()
    here.send(["(accept)"])
    assert carry(here, there) == [Ended("protocol", by_peer=False)]


def test_too_large() -> None:
    there = answerer()
    assert there.receive(bytes(HANDSHAKE_BYTES + 1)) == [Ended("bounds", by_peer=False)]


def introduce(*changes: Callable[[list[object]], None]) -> list[object]:
    """What the answerer makes of a proof in which something was changed before it was encrypted."""
    here, there = dialler(), answerer()
    carry(here, there)
    carry(there, here)
    send = here.send

    def altered(message: list[object]) -> None:
        for change in changes:
            change(message)
        send(message)

    here.send = altered
    here.accept()
    return carry(here, there)


def setter(at: int, value: object) -> Callable[[list[object]], None]:
    return lambda message: message.__setitem__(at, value)


PROOF = [ANNA.id, ANNA.key.public, bytes(64)]
FOREIGN = [CARL.id, CARL.key.public, bytes(64)]


@pytest.mark.parametrize(
    ("at", "value", "code"),
    [
        (1, [], "protocol"),
        (1, [PROOF, PROOF], "protocol"),
        (1, [[ANNA.id, ANNA.key.public]], "protocol"),
        (1, [[ANNA.id[:5], ANNA.key.public, bytes(64)]], "protocol"),
        (1, "proofs", "protocol"),
        (1, [PROOF], "not-accepted"),
        (1, [FOREIGN], "not-accepted"),
        (2, [], "protocol"),
        (2, "envelopes", "protocol"),
        (2, [b"garbage"], "not-accepted"),
        (2, [CARL.introduction()], "not-accepted"),
        (2, [ANNA.group()], "not-accepted"),
        (3, 443, "protocol"),
        (3, None, "protocol"),
        (3, "x" * 301, "protocol"),
        (3, "elsewhere.example:443", "wrong-address"),
        (4, b"short", "protocol"),
        (4, CODE, "protocol"),
        (4, [CARL.id, CODE], "protocol"),
        (4, [ANNA.id, CODE[:15]], "protocol"),
        (5, None, "protocol"),
        (5, About(1).packed + b"x", "protocol"),
        (5, About(1).packed, "not-accepted"),
    ],
)
def test_proof_altered(at: int, value: object, code: str) -> None:
    assert introduce(setter(at, value)) == [Ended(code, by_peer=False)]


def test_proof_twice() -> None:
    """One identity, two proofs."""

    def double(message: list[object]) -> None:
        for at in (1, 2):
            message[at] = [*message[at], *message[at]]

    assert introduce(double) == [Ended("protocol", by_peer=False)]


def test_nonce_wrong() -> None:
    with pytest.raises(ValueError, match="nonce"):
        Dialler(Node(ANNA).holdings(), Ties(), BERT.id, HOST, None, bytes(32), b"short")
