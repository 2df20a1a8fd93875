"""Closed records (docs/protocol.md §7.12) travel from recipient to recipient."""

from protocol.ids import to_name
from protocol.sealed import OUTSIDE
from tests.sync.memory import ANNA, BERT, CARL, DORA, Link, Net, Node
from tests.sync.people import entropy, verify


def test_closed_records_pass_between_their_recipients_only() -> None:
    """§7.12: what Anna says to Bert and Carl reaches Carl through Bert, and never Dora, the host.

    The same, sealed, Dora carries.
    """
    net = Net.of("of four", DORA, ANNA, BERT, CARL)
    anna, bert, carl, dora = (Node(one) for one in (ANNA, BERT, CARL, DORA))
    net.teach(anna, bert, carl, dora)
    name = to_name(entropy("a pact"))
    closed = ANNA.seals([BERT, CARL], "signature", name, None)
    sealed = ANNA.seals([BERT, CARL], "meeting", "fest", None)
    anna.take([closed, sealed])
    links = [Link(*pair) for pair in ((anna, dora), (anna, bert), (bert, dora), (bert, carl))]
    links.append(Link(dora, carl))
    for link in links:
        link.run()
    known = {one.id: kind for one, kind in ((verify(closed), "closed"), (verify(sealed), "sealed"))}
    held = [{known[one] for one in node.ids(*OUTSIDE)} for node in (bert, carl, dora)]
    assert held == [{"closed", "sealed"}, {"closed", "sealed"}, {"sealed"}]
    crossed = [[c.record.kind for c in link.crossed if c.record.kind == "closed"] for link in links]
    assert crossed == [[], ["closed"], [], ["closed"], []]
