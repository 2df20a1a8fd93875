"""The handshake (docs/protocol.md §8.2): who gets in, who does not, and what each learns."""

from collections.abc import Callable, Sequence

import pytest

from crypto.channel import HEADER_BYTES, Exchange, Receiver, Sender
from crypto.hashing import digest
from crypto.signing import SigningKey
from protocol.encoding import decode, encode
from protocol.identity import authorise_majority, authorise_rotation, vote
from protocol.ties import Ties
from sync import proof
from sync.errors import SessionError
from sync.events import Ended, Introduced
from sync.handshake import (
    HANDSHAKE_BYTES,
    TABLE,
    Answerer,
    Dialler,
    Handshake,
    Secure,
    State,
    table,
)
from sync.proof import IDENTITIES, Holding, fitting, host_of
from tests.sync.memory import HOST, Net, Node, Someone, entropy, know, shake

ANNA, BERT, CARL = (Someone(name) for name in ("anna", "bert", "carl"))
NET = Net.of("bund", BERT)
CODE = bytes(range(16))


def dialler(
    node: Node | None = None, to: Someone = BERT, host: str = HOST, code: bytes | None = None
) -> Dialler:
    node = node or Node(ANNA)
    return Dialler(node.holdings(), node.ties, to.id, host, code, bytes(32), entropy("nonce d"))


def answerer(node: Node | None = None) -> Answerer:
    node = node or Node(BERT)
    return Answerer(node.holdings(), node.ties, {HOST}, entropy("seed a"), entropy("nonce a"))


def carry(sender: Handshake, receiver: Handshake) -> list[object]:
    """Deliver everything; the events of the receiver."""
    return [event for message in sender.outgoing() for event in receiver.receive(message)]


def until_decision() -> tuple[Dialler, Answerer]:
    """The answerer is to decide."""
    here, there = dialler(), answerer()
    carry(here, there)
    carry(there, here)
    here.accept()
    carry(here, there)
    return here, there


def test_handshake() -> None:
    here, there = dialler(Node(ANNA), code=CODE), answerer(Node(BERT, NET.network))
    assert carry(here, there) == []
    (introduced,) = carry(there, here)
    assert isinstance(introduced, Introduced)
    assert (introduced.ids, introduced.code) == ((BERT.id, NET.network.id), None)
    assert here.accept() == []
    (introduced,) = carry(here, there)
    assert isinstance(introduced, Introduced)
    assert (introduced.ids, introduced.code) == ((ANNA.id,), CODE)
    (far,) = there.accept()
    (near,) = carry(there, here)
    assert isinstance(far, Secure)
    assert isinstance(near, Secure)
    assert (near.peer, near.own, near.dialled) == ((BERT.id, NET.network.id), (ANNA.id,), True)
    assert (far.peer, far.own, far.dialled) == ((ANNA.id,), (BERT.id, NET.network.id), False)
    assert near.tag_key == far.tag_key
    assert far.decrypt(near.encrypt(b"hello")) == b"hello"
    assert near.decrypt(far.encrypt(b"hello")) == b"hello"


def test_transcript() -> None:
    """The bytes of §8.2, by hand: what another implementation must send and sign."""
    here, there = dialler(), answerer()
    (first,) = here.outgoing()
    here_exchange, there_exchange = Exchange(bytes(32)), Exchange(entropy("seed a"))
    assert first == encode(["verbund", 1, here_exchange.public, entropy("nonce d")])
    there.receive(first)
    second, third = there.outgoing()
    assert second == encode(["verbund", 1, there_exchange.public, entropy("nonce a")])
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
    return here, there.outgoing()[0]


@pytest.mark.parametrize("number", [3, 4, 5])
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


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
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
    here.receive(first)
    assert here.state is State.PROOF  # the same bytes are a possible hello …
    assert here.receive(first) == [Ended("protocol", by_peer=False)]  # … but prove nothing


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
    there.receive(encode(["verbund", 1, far.public, entropy("m")]))
    second, third = there.outgoing()
    here.receive(encode(["verbund", 1, near.public, entropy("m")]))
    receive, _send = far.keys(decode(second)[2], dialled=True)
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
    """Whoever answers is somebody else: the dialler ends and has told nothing about itself."""
    here, there = dialler(to=CARL), answerer()
    carry(here, there)
    assert carry(there, here) == [Ended("wrong-address", by_peer=False)]
    with pytest.raises(RuntimeError):
        here.accept()
    assert carry(here, there) == [Ended("wrong-address", by_peer=True)]
    assert there.outgoing() == []


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
        7, [], ["verbund"], ["verbund", 2, bytes(32), bytes(32)], ["verbund", 1, bytes(32), b""],
        ["verbund", 1, bytes(32), bytes(32)], ["verbund", 1, b"", bytes(32)], ["proof"],
        ["(accept)"], ["accept", bytes(64)], [None], [["verbund"]],
    ],
)  # fmt: skip
@pytest.mark.parametrize("side", [dialler, answerer])
def test_hello_wrong(side: Callable[[], Handshake], value: object) -> None:
    """Also an ephemeral key of low order."""
    assert side().receive(encode(value)) == [Ended("protocol", by_peer=False)]


def test_while_deciding() -> None:
    """Nobody speaks while the other side makes up its mind, not even by the table's own word."""
    here, there = until_decision()
    here._send(["(accept)"])
    assert carry(here, there) == [Ended("protocol", by_peer=False)]


def test_too_large() -> None:
    there = answerer()
    assert there.receive(bytes(HANDSHAKE_BYTES + 1)) == [Ended("bounds", by_peer=False)]


def introduce(*changes: Callable[[list[object]], None]) -> list[object]:
    """What the answerer makes of a proof in which something was changed before it was encrypted."""
    here, there = dialler(), answerer()
    carry(here, there)
    carry(there, here)
    send = here._send

    def altered(message: list[object]) -> None:
        for change in changes:
            change(message)
        send(message)

    here._send = altered  # type: ignore[method-assign]
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
        (3, None, "protocol"),
        (3, CARL.id, "wrong-address"),
        (4, 443, "protocol"),
        (4, "x" * 301, "protocol"),
        (5, b"short", "protocol"),
        (5, "code", "protocol"),
    ],
)
def test_proof_altered(at: int, value: object, code: str) -> None:
    assert introduce(setter(at, value)) == [Ended(code, by_peer=False)]


def test_proof_twice() -> None:
    """One identity, two proofs."""

    def double(message: list[object]) -> None:
        for at in (1, 2):
            message[at] = [*message[at], *message[at]]  # type: ignore[misc]

    assert introduce(double) == [Ended("protocol", by_peer=False)]


# Keys: proof.prove

SIGNED = b"what is signed"


def proves(one: Someone, ties: Ties, envelope: bytes | None = None) -> bool:
    signature = one.key.sign(proof.HELLO_TYPE, SIGNED)
    shown = envelope or one.introduction()
    return proof.prove(one.id, one.key.public, signature, shown, SIGNED, ties)


def test_proof_rotated() -> None:
    """A newer chain than the known one counts; the older one, whoever has its key, does not."""
    before, after = Someone("rotating"), Someone("rotating")
    after.rotate()
    ties = Ties()
    assert proves(before, ties)
    assert proves(after, ties)
    node = Node(BERT)
    know(node, before)
    assert proves(after, node.ties)
    know(node, after)
    with pytest.raises(SessionError, match="not-accepted"):
        proves(before, node.ties)
    assert proves(after, node.ties, envelope=after.introduction())


def test_proof_fork() -> None:
    """Two chains that differ: neither proves anything to who knows the other."""
    mine = Someone("forked")
    mine.rotate()
    node = Node(BERT)
    know(node, mine)
    other = Someone("forked")
    other.name = "forked otherwise"
    payload = other._link("group", 1, digest(other.links[0][0]))
    rotation = SigningKey(entropy("forked", "rotation", 1))
    other.links.append(authorise_rotation(payload, rotation))
    other.number = 1
    with pytest.raises(SessionError, match="not-accepted"):
        proves(other, node.ties)


def test_proof_majority_unknown() -> None:
    """A network whose members the other does not know (§5.4) is left out; the home stands."""
    net = Someone("majority", founders=[ANNA.id, CARL.id])
    payload = net._link("network", 1, digest(net.links[0][0]), roster=sorted([ANNA.id, CARL.id]))
    votes = [vote(payload, one.id, one.key) for one in (ANNA, CARL)]
    net.links.append(authorise_majority(payload, votes))
    net.number = 1
    home = Node(BERT)
    holdings = [*home.holdings(), Holding(net.id, net.key, net.introduction())]
    knows, unknowing = Node(ANNA), Node(ANNA)
    know(knows, CARL)
    for node, ids in ((knows, (BERT.id, net.id)), (unknowing, (BERT.id,))):
        here = dialler(node)
        there = Answerer(holdings, home.ties, {HOST}, bytes(32), entropy("n"))
        carry(here, there)
        (introduced,) = carry(there, here)
        assert isinstance(introduced, Introduced)
        assert introduced.ids == ids


def test_home_unknown_chain() -> None:
    """If it is the home that can't be checked, nobody is there."""
    net = Someone("majority", founders=[CARL.id])
    payload = net._link("network", 1, digest(net.links[0][0]), roster=[CARL.id])
    net.links.append(authorise_majority(payload, [vote(payload, CARL.id, CARL.key)]))
    net.number = 1
    holding = Holding(net.id, net.key, net.introduction())
    here = dialler()
    there = Answerer([holding], Ties(), {HOST}, bytes(32), entropy("n"))
    carry(here, there)
    assert carry(there, here) == [Ended("not-accepted", by_peer=False)]


def test_many_identities() -> None:
    """Sixteen at most, and what has no room is left out, never the home."""
    some = [Holding(bytes([n]) * 32, ANNA.key, bytes(1000)) for n in range(20)]
    assert fitting(some) == tuple(some[:IDENTITIES])
    large = [Holding(bytes([n]) * 32, ANNA.key, bytes(66_000)) for n in range(5)]
    assert fitting([*large, *some]) == (*large[:3], *some[:11])
    with pytest.raises(ValueError, match="at least one"):
        fitting([])


def test_sixteen_networks() -> None:
    """A full proof fits the handshake's bounds."""
    held = [Someone(f"net {n}", founders=[ANNA.id]) for n in range(15)]
    near, far = shake(Node(ANNA, *held), Node(BERT))
    assert far.peer == near.own == (ANNA.id, *(one.id for one in held))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Verbund.Example", "verbund.example:443"),
        ("http://verbund.example", "verbund.example:80"),
        ("https://verbund.example:8480/link", "verbund.example:8480"),
        ("http://[::1]:08480", "[::1]:8480"),
        ("HTTP://127.0.0.1:80", "127.0.0.1:80"),
    ],
)
def test_host_of(url: str, host: str) -> None:
    assert host_of(url) == host


def test_host_of_wrong() -> None:
    with pytest.raises(ValueError, match="address"):
        host_of("ftp://verbund.example")


def test_nonce_wrong() -> None:
    with pytest.raises(ValueError, match="nonce"):
        Dialler(Node(ANNA).holdings(), Ties(), BERT.id, HOST, None, bytes(32), b"short")
