"""Sessions (docs/protocol.md §8.3–§8.5): two nodes, joined by a loop."""

from sync.events import RoundDone
from tests.sync.memory import Link, Net, Node, Someone, befriend

ANNA, BERT, CARL, DORA = (Someone(name) for name in ("anna", "bert", "carl", "dora"))


def test_two_peers() -> None:
    anna, bert = Node(ANNA), Node(BERT)
    befriend(anna, bert)
    anna.take([ANNA.group(), ANNA.endpoint()])
    bert.take([BERT.group(), BERT.meeting("fest")])
    link = Link(anna, bert)
    link.run()
    assert anna.ids() == bert.ids()
    assert link.seen(0, RoundDone)[-1].round == link.seen(1, RoundDone)[-1].round


def test_a_network() -> None:
    net = Net.of("bund", CARL, ANNA, BERT)
    anna, bert = Node(ANNA), Node(BERT)
    net.teach(anna, bert)
    anna.take([ANNA.group(net.audience(), net.epochs[ANNA.id])])
    link = Link(bert, anna)
    link.run()
    assert anna.ids() == bert.ids()
