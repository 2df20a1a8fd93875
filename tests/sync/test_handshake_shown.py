"""What the sides of a handshake show each other, and to whom (docs/protocol.md §8.2)."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from sync.about import About
from sync.channel import Secure
from sync.events import Ended, Introduced
from sync.handshake import Answerer, Dialler
from tests.sync.memory import ANNA, BERT, CARL, HOST, Node, know
from tests.sync.people import Someone, entropy
from tests.sync.shaking import NET, carry, dialler

Concerns = Callable[[AbstractSet[bytes]], AbstractSet[bytes]]


def only(*shown: Someone) -> Concerns:
    """A node of which only these concern anybody."""
    return lambda _peer: {one.id for one in shown}


SECOND = Someone("second net", founders=[ANNA.id])


def shake_with(
    dials: Sequence[Someone],
    answers: Sequence[Someone],
    to: Someone,
    concerns_d: Concerns,
    concerns_a: Concerns,
) -> tuple[Secure, Secure]:
    """A handshake of nodes with these identities; what it leaves the dialler, and the answerer."""
    d, a = Node(*dials), Node(*answers)
    here = Dialler(
        d.holdings(), d.ties, to.id, HOST, None, bytes(32), entropy("d"), concerns=concerns_d
    )
    there = Answerer(
        a.holdings(), a.ties, {HOST}, entropy("seed a"), entropy("a"), concerns=concerns_a
    )
    done: dict[str, Secure] = {}
    for _ in range(12):
        for sender, receiver in ((here, there), (there, here)):
            for event in carry(sender, receiver):
                assert isinstance(event, Introduced | Secure)
                if isinstance(event, Introduced):
                    receiver.accept()
                else:
                    done[receiver.side] = event
    return done["dialler"], done["answerer"]


def test_shown_is_what_concerns_the_other_side() -> None:
    """The home always, and whom the other side wanted; nothing else that is held there."""
    near, far = shake_with([ANNA, SECOND], [BERT, NET.network], BERT, only(), only())
    assert (near.peer, far.peer) == ((BERT.id,), (ANNA.id,))
    assert (near.own, far.own) == ((ANNA.id,), (BERT.id,))
    near, far = shake_with([ANNA, SECOND], [BERT, NET.network], NET.network, only(), only())
    assert near.peer == far.own == (BERT.id, NET.network.id)


def test_shown_in_turns() -> None:
    """What concerns the other side only by what it showed later is shown after that, too."""
    third = Someone("third net", founders=[BERT.id])

    def of_anna(peer: AbstractSet[bytes]) -> set[bytes]:
        return {SECOND.id} if NET.network.id in peer else set()

    def of_bert(peer: AbstractSet[bytes]) -> set[bytes]:
        return {NET.network.id} | ({third.id} if SECOND.id in peer else set())

    held = [BERT, NET.network, third]
    near, far = shake_with([ANNA, SECOND], held, BERT, of_anna, of_bert)
    assert near.peer == far.own == (BERT.id, NET.network.id, third.id)
    assert far.peer == near.own == (ANNA.id, SECOND.id)


def test_wanted_is_shown_and_says_nothing_to_others() -> None:
    """Who applied to a network finds it where it did not expect it; others see 16 numbers."""
    heard = []
    for tied in ([NET.network.id], [SECOND.id], [SECOND.id, CARL.id]):
        d, a = Node(ANNA), Node(BERT, NET.network)
        here = Dialler(
            d.holdings(), d.ties, BERT.id, HOST, None, bytes(32), entropy("d"), tied=tied
        )
        there = Answerer(
            a.holdings(), a.ties, {HOST}, entropy("seed a"), entropy("a"), concerns=only()
        )
        carry(here, there)
        carry(there, here)
        here.accept()
        (introduced,) = carry(here, there)
        assert isinstance(introduced, Introduced)
        heard.append(introduced.about.wants)
        there.accept()
        (near,) = carry(there, here)
        assert isinstance(near, Secure)
        found = (BERT.id, NET.network.id) if tied == [NET.network.id] else (BERT.id,)
        assert near.peer == found
    assert {len(one) for one in heard} == {256}


def test_about_is_heard() -> None:
    d, a = Node(ANNA), Node(BERT)
    by_d, by_a = About(1_800_000_000, ("group", "offer")), About(None, ("group",), ("x",))
    here = Dialler(d.holdings(), d.ties, BERT.id, HOST, None, bytes(32), entropy("d"), about=by_d)
    there = Answerer(a.holdings(), a.ties, {HOST}, entropy("seed a"), entropy("a"), about=by_a)
    carry(here, there)
    carry(there, here)
    here.accept()
    (introduced,) = carry(here, there)
    assert isinstance(introduced, Introduced)
    assert introduced.about == by_d
    there.accept()
    (near,) = carry(there, here)
    (far,) = carry(here, there)
    assert isinstance(near, Secure)
    assert isinstance(far, Secure)
    assert (near.about, far.about) == (by_a, by_d)


def test_seek_of_who_is_not_here_is_answered_alike() -> None:
    """Whoever guesses whom this node knows learns of one identity whether it is here: no more."""
    node = Node(BERT, NET.network)
    know(node, CARL)
    answers = []
    for wanted in (CARL, ANNA, Someone("unheard of")):
        here = dialler(to=wanted)
        there = Answerer(node.holdings(), node.ties, {HOST}, entropy("s"), entropy("n"))
        assert carry(here, there) == [Ended("wrong-address", by_peer=False)]
        second, end = there.outgoing()
        here.receive(second)
        assert here.receive(end) == [Ended("wrong-address", by_peer=True)]
        answers.append((second, len(end)))
    assert answers[1:] == answers[:-1]
