"""What two nodes have in common: a set that is remembered is the one that would be found anew."""

import pytest

from protocol.control_state import Standing
from protocol.kind import LIFETIME, Place
from sync import common_view
from sync.common_view import Acquaintance
from sync.exchange_scope import CONTROL_SET, DIRECT_SET, NETWORK_SET, PUBLIC_SET, set_of
from tests.sync.memory import ANNA, BERT, CARL, Net, Node, befriend
from tests.sync.people import NOW, Someone, entropy, verify

KEY, SALT = bytes(32), bytes(16)


@pytest.fixture
def net() -> Net:
    return Net.of("hub", ANNA, BERT, CARL)


@pytest.fixture
def node(net: Net) -> Node:
    found, other = Node(ANNA, net.network), Node(BERT)
    befriend(found, other)
    net.teach(found, other)
    return found


def acquainted(node: Node) -> Acquaintance:
    return Acquaintance(node, KEY, node.own, frozenset({BERT.id}), SALT)


def anew(node: Node, raw: bytes, now: int) -> bytes | None:
    """As `Acquaintance.set_of` without a memory."""
    known = acquainted(node)
    return set_of(verify(raw), known.look(now), node.ties, now)


def test_same_as_anew(net: Net, node: Node) -> None:
    """Whoever is asked first, and however often."""
    to_all, epochs = net.audience(), net.epochs
    raws = [
        one.meeting(name, audience=to_all, epoch=epoch)
        for one in (ANNA, BERT, CARL)
        for epoch in (epochs[one.id], entropy("another", size=16))
        for name in ("a", "b")
    ]
    raws += [ANNA.meeting("p"), BERT.meeting("p"), CARL.meeting("p"), *net.control]
    known = acquainted(node)
    for now in (NOW, NOW, NOW + 1, NOW + LIFETIME, NOW):
        known.look(now)
        expected = [anew(node, raw, now) for raw in raws]
        assert [known.set_of(verify(raw), now) for raw in (*raws, *raws)] == [*expected, *expected]
    assert {NETWORK_SET + net.network.id, PUBLIC_SET, None} < set(expected)


def test_member_leaves(net: Net, node: Node) -> None:
    """What a tie allowed is over at once, without a look at what both have in common."""
    known, name = acquainted(node), NETWORK_SET + net.network.id
    meeting = verify(CARL.meeting("m", audience=net.audience(), epoch=net.epochs[CARL.id]))
    assert [known.set_of(meeting, NOW), known.set_of(meeting, NOW)] == [name, name]
    node.take([CARL.joins(net.network, net.epochs[CARL.id], stands=False)])
    assert known.set_of(meeting, NOW) is None


def test_peer_leaves(net: Net, node: Node) -> None:
    known = acquainted(node)
    meeting = verify(CARL.meeting("m", audience=net.audience(), epoch=net.epochs[CARL.id]))
    assert known.set_of(meeting, NOW) is not None
    node.take([BERT.joins(net.network, net.epochs[BERT.id], stands=False)])
    assert known.set_of(meeting, NOW) is None


def test_record_expires(net: Net, node: Node) -> None:
    """Others of its kind do not speak for what has expired."""
    known = acquainted(node)
    long, short = verify(BERT.meeting("long")), verify(BERT.meeting("short", lives=200))
    assert known.set_of(long, NOW) == known.set_of(short, NOW) == PUBLIC_SET
    assert (known.set_of(long, NOW + 100), known.set_of(short, NOW + 100)) == (PUBLIC_SET, None)


def test_sealed_records_are_asked_for_singly(node: Node) -> None:
    """Two by one author to the same recipients are not the same to the gate for ever."""
    sealed = [verify(one.accepts(other)) for one, other in ((ANNA, BERT), (BERT, ANNA))]
    known = acquainted(node)
    assert [known.set_of(one, NOW) for one in sealed] == [DIRECT_SET, DIRECT_SET]
    assert not known.groups


def test_remembers_a_bounded_number(net: Net, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common_view, "GROUPS", 3)
    known, sizes = acquainted(node), []
    for number in range(5):
        epoch = entropy("epoch", number, size=16)
        known.set_of(verify(BERT.meeting("m", net.audience(), epoch)), NOW)
        sizes.append(len(known.groups))
    assert sizes == [1, 2, 3, 1, 2]


def test_a_vote_of_who_left_reaches_the_network(net: Net) -> None:
    """It counts (§6.10, 1), and is given again if its key was called stolen (§6.7, 6). Votes of
    others are none of the business of who left, and nobody else's votes come from there."""
    host, left = Node(BERT, net.network), Node(ANNA)  # Anna founded it
    gone = ANNA.joins(net.network, net.epochs[ANNA.id], stands=False)
    for node in (host, left):
        net.teach(node)
        node.take([gone])
    content = {"network": net.network.id, "link": bytes(32), "key": bytes(32)}
    votes = {
        one: verify(one.say("vote", content | {"signature": bytes(64)}, net.audience(), "0" * 64))
        for one in (ANNA, CARL)
    }
    for node, peer in ((host, left), (left, host)):
        known = Acquaintance(node, KEY, node.own, peer.own, SALT)
        sets = {one: known.set_of(vote, NOW) for one, vote in votes.items()}
        assert sets == {ANNA: CONTROL_SET, CARL: None}


def test_new_keys_of_who_was_admitted_are_told(net: Net, node: Node) -> None:
    """With the stolen key went the membership, at who heard of it; the others have to hear, too."""
    before = verify(CARL.introduction())
    stolen = Someone("carl")
    stolen.rotate(compromised=True)
    after = verify(stolen.introduction())
    assert acquainted(node).look(NOW).circle >= {CARL.id}
    node.take([after.raw])
    node.ties.forget(Place(CARL.id, net.audience(), "membership", ""))
    known = acquainted(node)
    assert node.ties.standing(net.network.id, CARL.id, NOW) is Standing.NONE
    assert {known.set_of(one, NOW) for one in (before, after)} == {CONTROL_SET}
