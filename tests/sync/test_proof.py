"""Proofs of identity (docs/protocol.md §8.2): rotated, forked and majority chains; host names."""

import pytest

from crypto.hashing import digest
from crypto.signing import SigningKey
from protocol.control_state import Ties
from protocol.identity import authorise_majority, authorise_rotation, vote
from sync import proof
from sync.channel import Secure
from sync.errors import SessionError
from sync.events import Ended
from sync.handshake import Answerer
from sync.proof import IDENTITIES, Holding, Proof, fitting, host_of
from tests.sync.memory import ANNA, BERT, CARL, HOST, Node, know, shake
from tests.sync.people import Someone, entropy
from tests.sync.shaking import carry, dialler

# Keys: proof.prove

SIGNED = b"what is signed"


def proves(one: Someone, ties: Ties, envelope: bytes | None = None) -> proof.Proof:
    signature = one.key.sign(proof.HELLO_TYPE, SIGNED)
    shown = envelope or one.introduction()
    return proof.prove(one.id, one.key.public, signature, shown, SIGNED, ties)


def test_proof_rotated() -> None:
    """A newer chain than the known one counts; the older one, whoever has its key, does not."""
    before, after = Someone("rotating"), Someone("rotating")
    after.rotate()
    ties = Ties()
    assert proves(before, ties) is Proof.HOLDS
    assert proves(after, ties) is Proof.HOLDS
    node = Node(BERT)
    know(node, before)
    assert proves(after, node.ties) is Proof.HOLDS
    know(node, after)
    assert proves(before, node.ties) is Proof.BEHIND
    assert proves(after, node.ties, envelope=after.introduction()) is Proof.HOLDS


@pytest.mark.parametrize("links", [1, 2])
def test_proof_fork(links: int) -> None:
    """Two chains that differ prove nothing to who knows one of them, unless one goes on (§5.3)."""
    mine, other = Someone("forked"), Someone("forked")
    mine.rotate()
    node = Node(BERT)
    know(node, mine)
    other.name = "forked otherwise"
    payload = other.make_link("group", 1, digest(other.links[0][0]))
    rotation = SigningKey(entropy("forked", "rotation", 1))
    other.links.append(authorise_rotation(payload, rotation))
    other.number = 1
    if links == 2:
        other.rotate()
    assert proves(other, Ties()) is Proof.HOLDS
    wanted = Proof.HOLDS if links == 2 else Proof.BEHIND  # it is shown what it may not know
    assert proves(other, node.ties) is wanted


def test_proof_majority_unknown() -> None:
    """A network whose members the other does not know (§5.4) is left out; the home stands."""
    net = Someone("majority", founders=[ANNA.id, CARL.id])
    payload = net.make_link(
        "network", 1, digest(net.links[0][0]), roster=sorted([ANNA.id, CARL.id])
    )
    votes = [vote(payload, one.id, one.key) for one in (ANNA, CARL)]
    net.links.append(authorise_majority(payload, votes))
    net.number = 1
    home = Node(BERT)
    holdings = [*home.holdings(), Holding(net.id, net.key, net.introduction())]
    knows, unknowing = Node(ANNA), Node(ANNA)
    know(knows, CARL)
    for node in (knows, unknowing):
        node.ties.memory.votes.add((ANNA.id, digest(payload)))
    for node, ids in ((knows, (BERT.id, net.id)), (unknowing, (BERT.id,))):
        here = dialler(node)
        there = Answerer(holdings, home.ties, {HOST}, bytes(32), entropy("n"))
        carry(here, there)
        carry(there, here)
        here.accept()
        carry(here, there)
        there.accept()
        (near,) = carry(there, here)
        assert isinstance(near, Secure)
        assert near.peer == ids


def test_proof_host_whose_network_moved() -> None:
    """A host with the keys of any earlier link is left out, whichever chain it shows: it may know
    the decision that took the network away, and not count it yet (§6.10)."""
    net = Someone("moved", founders=[ANNA.id])
    old, before = net.key, net.introduction()
    payload = net.make_link("network", 1, digest(net.links[0][0]), roster=[ANNA.id])
    net.links.append(authorise_majority(payload, [vote(payload, ANNA.id, ANNA.key)]))
    net.number = 1
    node = Node(BERT)
    know(node, ANNA)
    know(node, net)
    after = net.introduction()
    assert proves(net, node.ties, envelope=after) is Proof.HOLDS
    net.key = old
    for shown in (before, after):
        assert proves(net, node.ties, envelope=shown) is Proof.REPLACED
    net.key = SigningKey(bytes(32))
    with pytest.raises(SessionError, match="not-accepted"):
        proves(net, node.ties, envelope=after)


def test_home_unknown_chain() -> None:
    """If it is the home that can't be checked, nobody is there."""
    net = Someone("majority", founders=[CARL.id])
    payload = net.make_link("network", 1, digest(net.links[0][0]), roster=[CARL.id])
    net.links.append(authorise_majority(payload, [vote(payload, CARL.id, CARL.key)]))
    net.number = 1
    holding = Holding(net.id, net.key, net.introduction())
    here = dialler(to=net)
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


def test_voters_that_show_nothing_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger's junk must not be checked again for each of sixteen proofs."""
    looked: list[bytes] = []
    real = proof.verify
    monkeypatch.setattr(proof, "verify", lambda raw: looked.append(raw) or real(raw))
    junk = tuple(ANNA.say("identity", {"links": CARL.links}, name="0" * 64) for _ in range(20))
    holdings = [*Node(BERT).holdings()]
    for n in range(IDENTITIES - 1):
        net = Someone(f"made up {n}", founders=[CARL.id])
        payload = net.make_link("network", 1, digest(net.links[0][0]), roster=[CARL.id])
        net.links.append(authorise_majority(payload, [vote(payload, CARL.id, CARL.key)]))
        net.number = 1
        holdings.append(Holding(net.id, net.key, net.introduction(), junk))
    here, there = dialler(Node(ANNA)), Answerer(holdings, Ties(), {HOST}, bytes(32), entropy("n"))
    carry(here, there)
    carry(there, here)
    here.accept()
    carry(here, there)
    there.accept()
    carry(there, here)
    assert len(looked) <= IDENTITIES + len(junk) + 1  # and the one that dials


def test_keys_of_who_is_frozen() -> None:
    """Where two chains contradict each other the key before them counts, and it is the one that
    was proven: not that of the chain shown, which goes on. A session by it is as good as any."""
    mine, other = Someone("frozen"), Someone("frozen")
    key = mine.key
    mine.rotate()
    other.name = "frozen otherwise"
    rotation = SigningKey(entropy("frozen", "rotation", 1))
    payload = other.make_link("group", 1, digest(other.links[0][0]))
    other.links.append(authorise_rotation(payload, rotation))
    other.number = 1
    node = Node(BERT)
    know(node, mine)
    know(node, other)
    assert node.ties.successions[mine.id].frozen
    here = dialler(node, to=mine)
    shown = Holding(mine.id, key, mine.introduction())
    there = Answerer([shown], Ties(), {HOST}, bytes(32), entropy("n"))
    carry(here, there)
    carry(there, here)
    here.accept()
    carry(here, there)
    there.accept()
    (near,) = carry(there, here)
    assert isinstance(near, Secure)
    assert near.keys == {mine.id: key.public}
