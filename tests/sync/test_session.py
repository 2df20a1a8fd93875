"""Sessions (docs/protocol.md §8.3–§8.6): two nodes, joined by a loop that asks the gate.

`Link` asserts on every envelope that crosses that the gate lets the receiver have it.
"""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.kinds import CONTROL
from sync import refusals
from sync.events import Ended, Refused, RoundDone
from tests.sync.memory import (
    ANNA,
    ANSWERER,
    BERT,
    CARL,
    DIALLER,
    DORA,
    EMIL,
    Link,
    Net,
    Node,
    friends,
    know,
    rested,
)
from tests.sync.people import NOW, entropy, verify

# Convergence


def test_peers() -> None:
    anna, bert = friends()
    anna.take([ANNA.group(), ANNA.endpoint()])
    bert.take([BERT.group(), BERT.meeting("fest"), BERT.seals([ANNA], "reply", "x", None)])
    link = Link(anna, bert)
    link.run()
    assert anna.ids() == bert.ids()
    assert rested(link)


def test_idle() -> None:
    """Nothing differs: one frame each way, no record."""
    anna, bert = friends()
    Link(anna, bert).run()
    link = Link(anna, bert)
    link.run()
    assert link.crossed == []
    assert link.seen(DIALLER, RoundDone) == [RoundDone(1)]
    assert link.messages == 4  # listed twice, compare, and that nothing differs
    assert rested(link)


def test_network() -> None:
    """Two members without a peering: all of the network's, whoever made it."""
    net = Net.of("bund", CARL, ANNA, BERT, DORA)
    anna, bert = Node(ANNA), Node(BERT)
    net.teach(anna, bert)
    anna.take(one.group(net.audience(), net.epochs[one.id]) for one in (ANNA, DORA))
    bert.take(one.meeting("fest", net.audience(), net.epochs[one.id]) for one in (BERT, CARL))
    bert.take([CARL.group(), CARL.seals([DORA], "reply", "x", None)])
    link = Link(bert, anna)
    link.run()
    assert anna.ids() == bert.ids()


NET = Net.of("any split", CARL, ANNA, BERT, DORA)
OTHER = Net.of("only anna's", EMIL, ANNA)
EPOCHS = NET.epochs
FACTS = [
    *(one.endpoint() for one in (ANNA, BERT, CARL, DORA)),
    *(one.group() for one in (ANNA, BERT, CARL, DORA)),
    *(one.group(NET.audience(), EPOCHS[one.id]) for one in (ANNA, BERT, CARL, DORA)),
    *(one.meeting("fest", NET.audience(), EPOCHS[one.id]) for one in (ANNA, BERT, CARL, DORA)),
    NET.network.meeting("of all", NET.audience()),
    ANNA.seals([BERT], "invitation", "fest", None),
    BERT.seals([CARL], "invitation", "fest", None),
    CARL.seals([DORA, BERT], "group", "", None),
    DORA.seals([NET.network], "reply", "fest", None),
]
SECRET = [
    ANNA.group(OTHER.audience(), OTHER.epochs[ANNA.id]),
    EMIL.meeting("secret", OTHER.audience(), OTHER.epochs[EMIL.id]),
    EMIL.seals([ANNA], "invitation", "secret", None),
    EMIL.group(),
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["dialler", "answerer", "both"]), min_size=len(FACTS), max_size=len(FACTS)
    ),
    st.lists(st.booleans(), min_size=len(NET.control), max_size=len(NET.control)),
    st.booleans(),
)
def test_any_split(where: Sequence[str], known: Sequence[bool], anna_dials: bool) -> None:
    """Any split of one set of valid records becomes the whole set on both sides, and nothing else
    crosses: what belongs to another tie of one side stays there."""
    anna, bert = Node(ANNA), Node(BERT)
    NET.teach(anna)
    OTHER.teach(anna)
    chains = [one.introduction() for one in (ANNA, CARL, DORA, NET.network)]
    mine = [one for one in NET.control if BERT.id in (verify(one).author, _member(one))]
    hers = [one for one in NET.control if ANNA.id in (verify(one).author, _member(one))]
    some = [one for one, knows in zip(NET.control, known, strict=True) if knows]
    bert.take([*chains, *mine, *hers, *some])
    anna.take(SECRET)
    nodes = (anna, bert) if anna_dials else (bert, anna)
    for fact, side in zip(FACTS, where, strict=True):
        for name, node in zip(("dialler", "answerer"), nodes, strict=True):
            if side in (name, "both"):
                node.intake([fact])
    wanted = {one for node in nodes for one in node.records}
    secret = {verify(one).id for one in (*SECRET, *OTHER.control)}
    link = Link(*nodes)
    link.run()
    assert bert.ids() == anna.ids() - secret
    assert {one.place for one in anna.records.values()} >= wanted
    assert rested(link)
    refused = len(anna.refused) + len(bert.refused)
    once = {(one.receiver, one.record.id) for one in link.crossed}
    assert len(link.crossed) - len(once) <= refused  # twice only what was refused at first
    again = Link(*nodes)
    again.run()
    assert again.crossed == []


def _member(envelope: bytes) -> bytes | None:
    record = verify(envelope)
    content = record.content or {}
    return content.get("member")


def test_later_dependency() -> None:
    """What depends on a record that arrives from elsewhere is offered again when that is there."""
    net = Net.of("late", CARL, ANNA, BERT)
    anna, bert = friends()
    net.teach(anna)
    anna.take([ANNA.meeting("fest", net.audience(), net.epochs[ANNA.id])])
    intake = bert.intake
    break_intake(bert, "unknown-key", net.control[0])  # as if a majority's keys were not known
    link = Link(anna, bert)
    link.run()
    assert bert.ids("network", "membership", "admission", "meeting") == set()
    bert.intake = intake
    bert.take([net.control[0]])
    link.handle(ANSWERER, link.sessions[ANSWERER].control_changed(NOW))
    link.run()
    assert anna.ids() == bert.ids()
    assert rested(link)


def test_applicant_learns_no_roster() -> None:
    """Who only applied gets the network's chain and charter, and no word of who is in it."""
    net = Net.of("closed", CARL, ANNA, DORA)
    hub, bert = Node(CARL, net.network), Node(BERT)
    net.teach(hub)
    hub.take([ANNA.group(), ANNA.endpoint()])
    epoch = entropy("asks", size=16)
    bert.take([net.network.introduction(), BERT.joins(net.network, epoch)])
    hub.take([BERT.introduction(), BERT.joins(net.network, epoch)])
    link = Link(bert, hub)
    link.run()
    assert {one.author for one in bert.records.values()} == {BERT.id, CARL.id, net.network.id}
    link.put(ANSWERER, net.network.admits(BERT, epoch))
    link.run()
    assert {one.author for one in bert.records.values()} == {
        one.id for one in (ANNA, BERT, CARL, DORA, net.network)
    }
    assert rested(link)


# Live records


@pytest.mark.parametrize("side", [DIALLER, ANSWERER])
def test_live_push(side: int) -> None:
    """A new record crosses once, without a round, and does not come back."""
    anna, bert = friends()
    link = Link(anna, bert)
    link.run()
    rounds, crossed = link.seen(side, RoundDone), len(link.crossed)
    author = link.nodes[side].held[0]
    link.put(side, author.meeting("fest"))
    link.run()
    assert len(link.crossed) == crossed + 1
    assert link.seen(side, RoundDone) == rounds
    assert anna.ids() == bert.ids()


def test_live_push_denied() -> None:
    """What the peer may not have is not pushed."""
    net = Net.of("not bert's", ANNA, CARL)
    anna, bert = friends()
    net.teach(anna)
    link = Link(anna, bert)
    link.run()
    crossed = len(link.crossed)
    link.put(DIALLER, ANNA.meeting("fest", net.audience(), net.epochs[ANNA.id]))
    link.put(DIALLER, CARL.seals([ANNA], "reply", "x", None))
    link.run()
    assert len(link.crossed) == crossed


def test_push_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too much to wait in a queue is found by the next round."""
    monkeypatch.setattr("sync.transfer.PUSHES", 3)
    monkeypatch.setattr("sync.transfer.WINDOW_RECORDS", 2)
    anna, bert = friends()
    link = Link(anna, bert)
    link.run()
    link.put(DIALLER, *(ANNA.meeting(f"fest-{n}") for n in range(20)))
    link.run()
    assert anna.ids() == bert.ids()


def test_refresh() -> None:
    """The answering side accepts somebody, and asks for the round in which that matters."""
    anna, bert = friends()
    know(bert, EMIL)
    bert.take([BERT.accepts(EMIL, shown=True), EMIL.accepts(BERT, shown=True), EMIL.group()])
    link = Link(bert, anna)
    link.run()
    assert anna.ids("group") == set()
    rounds = len(link.seen(DIALLER, RoundDone))
    named = ANNA.accepts(EMIL, shown=True), EMIL.accepts(ANNA, shown=True)
    link.put(ANSWERER, EMIL.introduction(), *named)
    link.run()
    assert anna.ids("group") == bert.ids("group") != set()
    assert len(link.seen(DIALLER, RoundDone)) == rounds + 1
    assert rested(link)


@pytest.mark.parametrize("shown", list(product([False, True], repeat=4)))
def test_peers_in_common(shown: tuple[bool, ...]) -> None:
    """Whom one is tied to is told only where all of them want it: nobody can try it out (§6.9)."""
    anna, bert = friends()
    ties = ((ANNA, EMIL), (EMIL, ANNA), (BERT, EMIL), (EMIL, BERT))
    for at, node in ((0, anna), (2, bert)):
        know(node, EMIL)
        for (one, other), yes in zip(ties[at : at + 2], shown[at : at + 2], strict=True):
            node.take([one.accepts(other, shown=yes)])
    bert.take([EMIL.group()])
    link = Link(bert, anna)
    link.run()
    assert (anna.ids("group") != set()) == all(shown)


def break_intake(node: Node, code: str, *bad: bytes) -> None:
    """A node that refuses some records."""
    intake = node.intake

    def altered(envelopes, proven=frozenset()):
        envelopes = list(envelopes)
        outcomes, fresh, control = intake([e for e in envelopes if e not in bad], proven)
        return [*outcomes, *((e, code) for e in envelopes if e in bad)], fresh, control

    node.intake = altered


@pytest.mark.parametrize(
    ("code", "again"),
    [("expired", False), ("against-the-rules", False), ("unknown-tie", True), ("future", True)],
)
def test_refused(code: str, again: bool) -> None:
    """Not repeated in the same session, unless other control records could make a difference."""
    anna, bert = friends()
    bad = ANNA.meeting("bad")
    anna.take([bad, ANNA.meeting("good")])
    break_intake(bert, code, bad)
    link = Link(anna, bert)
    link.run()
    assert link.seen(DIALLER, Refused)[0] == Refused((code,))
    for number in range(2):
        net = Net.of(f"new {number}", CARL, ANNA, BERT)
        net.teach(anna, bert)
        link.handle(DIALLER, link.sessions[DIALLER].control_changed(NOW))
        link.run()
    sent = [one for one in link.crossed if one.record.raw == bad]
    rounds = len(link.seen(DIALLER, RoundDone))
    assert 3 <= rounds <= 7  # and not for ever
    assert 3 <= len(sent) <= rounds if again else len(sent) == 1
    assert anna.ids() - {verify(bad).id} == bert.ids()
    assert rested(link)


def test_refused_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rubbish ends the session; records refused in good faith don't."""
    monkeypatch.setattr(refusals, "FAULTS_IN_SESSION", 3)
    for code, ends in (("malformed", True), ("not-for-you", False)):
        anna, bert = friends()
        bad = [ANNA.meeting(f"m{n}") for n in range(4)]
        anna.take(bad)
        break_intake(bert, code, *bad)
        link = Link(anna, bert)
        link.run()
        assert link.seen(ANSWERER, Ended) == [Ended("bounds", by_peer=False)] * ends
        assert link.seen(DIALLER, Ended) == [Ended("bounds", by_peer=True)] * ends


def test_refused_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Good faith has an end too."""
    monkeypatch.setattr(refusals, "REFUSALS_IN_SESSION", 3)
    anna, bert = friends()
    bad = [ANNA.meeting(f"m{n}") for n in range(4)]
    anna.take(bad)
    break_intake(bert, "not-for-you", *bad)
    link = Link(anna, bert)
    link.run()
    assert Ended in {type(one) for one in link.events[ANSWERER]}


# Revocation


def test_revoked_peering() -> None:
    """A peer that was accepted no longer is told so, and gets nothing more."""
    anna, bert = friends()
    link = Link(anna, bert)
    link.run()
    link.put(DIALLER, ANNA.accepts(BERT, stands=False))
    link.put(DIALLER, ANNA.meeting("later"), ANNA.endpoint("later"))
    link.run()
    assert bert.ids("meeting", "endpoint") == set()
    assert bert.ties.peerings[ANNA.id, BERT.id].content is None
    assert link.seen(DIALLER, Ended) == []


def test_revoked_wholly() -> None:
    """When nothing relates the two any more the session ends at once."""
    anna, bert = friends()
    link = Link(anna, bert)
    link.run()
    del anna.ties.peerings[ANNA.id, BERT.id]
    link.handle(DIALLER, link.sessions[DIALLER].control_changed(NOW))
    link.run()
    assert link.seen(DIALLER, Ended) == [Ended("revoked", by_peer=False)]
    assert link.seen(ANSWERER, Ended) == [Ended("revoked", by_peer=True)]
    assert link.sessions[DIALLER].outgoing() == []


@pytest.mark.parametrize("leaver_dials", [True, False])
def test_former_member(leaver_dials: bool) -> None:
    """After leaving: the leaver's control records and sealed ones; nothing else, either way."""
    net = Net.of("left", CARL, ANNA, BERT, DORA)
    anna, bert = Node(ANNA), Node(BERT)
    net.teach(anna, bert)
    sides = (anna, bert) if leaver_dials else (bert, anna)
    link = Link(*sides)
    leaver, stayer = (0, 1) if leaver_dials else (1, 0)
    link.run()
    bert.take([BERT.meeting("before", net.audience(), net.epochs[BERT.id])])
    link.put(leaver, ANNA.joins(net.network, net.epochs[ANNA.id], stands=False))
    link.run()
    crossed = len(link.crossed)
    link.put(leaver, ANNA.meeting("public"), ANNA.group())
    link.put(stayer, BERT.meeting("public"), DORA.endpoint(), BERT.endpoint())
    link.put(stayer, BERT.meeting("inside", net.audience(), net.epochs[BERT.id]))
    link.run()
    assert link.crossed[crossed:] == []
    receipt = BERT.seals([ANNA], "receipt", "aa" * 16, None)
    link.put(stayer, receipt)
    link.put(leaver, ANNA.endpoint("mine"))
    link.run()
    assert {one.record.kind for one in link.crossed[crossed:]} == {"sealed", "endpoint"}
    assert link.seen(leaver, Ended) == link.seen(stayer, Ended) == []
    fresh = Link(*sides)
    fresh.run()
    assert {(one.record.kind, one.record.author) for one in fresh.crossed} <= {
        (kind, ANNA.id) for kind in CONTROL
    }


def test_revoked_in_flight() -> None:
    """What was queued when the tie ended does not leave any more."""
    net = Net.of("in flight", CARL, ANNA, BERT)
    anna, bert = Node(ANNA), Node(BERT)
    net.teach(anna, bert)
    link = Link(anna, bert)
    link.run()
    session = link.sessions[DIALLER]
    meeting = ANNA.meeting("fest", net.audience(), net.epochs[ANNA.id])
    anna.take([meeting])
    anna.ties.apply(verify(ANNA.joins(net.network, net.epochs[ANNA.id], stands=False)))
    (record,) = (one for one in anna.records.values() if one.kind == "meeting")
    session.outbox.push(session.tag_of(record.id), anna.refs[record.id])
    session.tick(NOW)
    assert session.outgoing() == []
