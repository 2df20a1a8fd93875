"""Sessions (docs/protocol.md §8.3–§8.5): two nodes, joined by a loop that asks the gate.

`Link` asserts on every envelope that crosses that the gate lets the receiver have it.
"""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.encoding import decode, encode
from protocol.kinds import CONTROL
from protocol.record import reread
from sync import frames, pace, refusals
from sync.circle import scope
from sync.events import Ended, Received, Refused, RoundDone
from sync.frames import Ack, Compare, End, Frame, Ids, Listed, Records, Refresh, Sent, Settled, Want
from sync.reconcile import tag
from sync.session import Session
from sync.states import TABLE, State, table
from tests.sync.memory import NOW, Link, Net, Node, Someone, befriend, entropy, know, shake, verify

ANNA, BERT, CARL, DORA, EMIL = (Someone(n) for n in ("anna", "bert", "carl", "dora", "emil"))
DIALLER, ANSWERER = 0, 1


def friends() -> tuple[Node, Node]:
    anna, bert = Node(ANNA), Node(BERT)
    befriend(anna, bert)
    return anna, bert


def rested(link: Link) -> bool:
    """Both sides have nothing to do, and took the same rounds."""
    rounds = [link.seen(side, RoundDone) for side in (DIALLER, ANSWERER)]
    return rounds[0] == rounds[1] and {one.state for one in link.sessions} == {State.RESTING}


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
    """Nothing differs: one round, two comparisons, no record."""
    anna, bert = friends()
    Link(anna, bert).run()
    link = Link(anna, bert)
    link.run()
    assert link.crossed == []
    assert link.seen(DIALLER, RoundDone) == [RoundDone(1)]
    assert link.messages == 7  # listed twice, compare and ids for each stage, settled
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
    bert.intake = intake  # type: ignore[method-assign]
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
    bert.take([BERT.accepts(EMIL), EMIL.group()])
    link = Link(bert, anna)
    link.run()
    assert anna.ids("group") == set()
    rounds = len(link.seen(DIALLER, RoundDone))
    link.put(ANSWERER, EMIL.introduction(), ANNA.accepts(EMIL))
    link.run()
    assert anna.ids("group") == bert.ids("group") != set()
    assert len(link.seen(DIALLER, RoundDone)) == rounds + 1
    assert rested(link)


# Refusals


def break_intake(node: Node, code: str, *bad: bytes) -> None:
    """A node that refuses some records."""
    intake = node.intake

    def altered(envelopes, proven=frozenset()):  # type: ignore[no-untyped-def]
        envelopes = list(envelopes)
        outcomes, fresh, control = intake([e for e in envelopes if e not in bad], proven)
        return [*outcomes, *((e, code) for e in envelopes if e in bad)], fresh, control

    node.intake = altered  # type: ignore[method-assign]


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
    receipt = BERT.seals([ANNA], "receipt", "a" * 26, None)
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
    refs = anna.content(net.audience(), NOW)
    session._outbox.push(session._short(refs[0].id), refs[0].ref)
    session._pump()
    assert session.outgoing() == []


# Bounds, order, garbage


def opened() -> tuple[Link, Session]:
    """A link at rest, and the side that is spoken to."""
    anna, bert = friends()
    link = Link(anna, bert)
    link.run()
    return link, link.sessions[ANSWERER]


def say(link: Link, side: int, *said: Frame) -> list[object]:
    """What the other side makes of frames that its peer should perhaps not send."""
    events: list[object] = []
    for frame in said:
        data = link.sessions[side]._secure.encrypt(frames.encode_frame(frame))
        events += link.sessions[1 - side].receive(data, NOW)
    return events


PROTOCOL, BOUNDS = Ended("protocol", by_peer=False), Ended("bounds", by_peer=False)


def test_garbage() -> None:
    for garbage in (b"", b"\x00", bytes(100), bytes(frames.MESSAGE_BYTES)):
        _link, session = opened()
        assert session.receive(garbage, NOW) == [PROTOCOL]
        assert session.state is State.ENDED
        assert session.receive(garbage, NOW) == []
        assert session.offer([], NOW) == session.stored([], NOW) == session.tick(NOW) == []
        assert session.control_changed(NOW) == session.end("shutdown") == []


ALL_FRAMES: list[Frame] = [
    Listed(b""), Refresh(1), Compare(9, 0, ()), Compare(2, 1, ()), Compare(1, 0, ()),
    Ids(1, 1, (), True), Want(1, 1, b"", True), Sent(1, 1), Settled(1), Settled(2),
    Ack(bytes(8), ()), Ack(b"", ((bytes(8), "expired"),)),
]  # fmt: skip


@pytest.mark.parametrize("side", [DIALLER, ANSWERER])
@pytest.mark.parametrize("frame", ALL_FRAMES, ids=str)
def test_wrong_order(frame: Frame, side: int) -> None:
    """At rest: only a list of peers, and a request for a round from the answering side."""
    link, _session = opened()
    fine = isinstance(frame, Listed) or (isinstance(frame, Refresh) and side == ANSWERER)
    assert say(link, side, frame) == ([] if fine else [PROTOCOL])


@pytest.mark.parametrize("frame", ALL_FRAMES[1:], ids=str)
def test_before_listed(frame: Frame) -> None:
    secures = shake(*friends())
    there = Session(secures[1], friends()[1])
    there.start(NOW)
    data = secures[0].encrypt(frames.encode_frame(frame))
    assert there.receive(data, NOW) == [PROTOCOL]


def test_stages_out_of_order() -> None:
    for said in (
        [Compare(2, 0, ()), Compare(2, 0, ())],
        [Compare(2, 0, ()), Settled(2)],
        [Compare(2, 0, ()), Compare(2, 1, ()), Compare(2, 1, ())],
        [Compare(2, 0, ()), Compare(2, 1, ()), Settled(1)],
        [Compare(3, 0, ())],
    ):
        link, _session = opened()
        assert say(link, DIALLER, *said)[-1] == PROTOCOL
    link, _session = opened()
    done = say(link, DIALLER, Compare(2, 0, ()), Compare(2, 1, ()), Settled(2))
    assert done == [RoundDone(2)]


def test_wanting_what_was_not_offered() -> None:
    link, session = opened()
    named = (tag(session._secure.tag_key, b"control"), 0, 0)
    assert say(link, DIALLER, Compare(2, 0, (named,)), Want(2, 0, bytes(8), True)) == [PROTOCOL]


def test_window_kept_by_receiver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records without end, which the store has not answered for yet."""
    monkeypatch.setattr("sync.transfer.WINDOW_RECORDS", 3)
    link, _session = opened()
    events = say(link, DIALLER, *(Records((b"record %d" % n,)) for n in range(4)))
    assert events == [*(Received((b"record %d" % n,)) for n in range(3)), BOUNDS]


def test_window_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.transfer.WINDOW_BYTES", 100)
    link, _session = opened()
    assert say(link, DIALLER, Records((bytes(60),)), Records((bytes(61),)))[1:] == [BOUNDS]


def test_record_twice_at_a_time() -> None:
    link, _session = opened()
    assert say(link, DIALLER, Records((b"record",)), Records((b"record",)))[1:] == [PROTOCOL]


def test_garbage_records() -> None:
    """Envelopes that are none are refused one by one, and acknowledged as such."""
    link, _session = opened()
    say_events = say(link, DIALLER, Records((b"garbage", bytes(70))))
    assert say_events == [Received((b"garbage", bytes(70)))]
    events = link.sessions[ANSWERER].stored(
        [(b"garbage", "malformed"), (bytes(70), "malformed")], NOW
    )
    assert events == []
    assert link.sessions[ANSWERER].state is State.RESTING


def test_end() -> None:
    link, session = opened()
    assert session.end("shutdown") == [Ended("shutdown", by_peer=False)]
    link.run()
    assert link.seen(DIALLER, Ended) == [Ended("shutdown", by_peer=True)]
    assert say(opened()[0], DIALLER, End("replaced")) == [Ended("replaced", by_peer=True)]


def test_too_many_rounds() -> None:
    """A dialling side that does nothing but compare."""
    link, _session = opened()
    events: list[object] = []
    for number in range(2, 2 + 2 * pace.ROUNDS_AT_ONCE):
        stages = (Compare(number, 0, ()), Compare(number, 1, ()), Settled(number))
        events += say(link, DIALLER, *stages)
    assert events[-1] == BOUNDS
    assert len(events) == 2 * pace.ROUNDS_AT_ONCE


def test_rounds_wait() -> None:
    """An honest dialling side keeps the pace, and goes on later."""
    link, _session = opened()
    for _ in range(2 * pace.ROUNDS_AT_ONCE):
        rounds = link.sessions[DIALLER]._round
        say(link, ANSWERER, Refresh(rounds))
        link.run()
    assert link.sessions[DIALLER]._round == pace.ROUNDS_AT_ONCE
    link.now += pace.SPAN_SECONDS
    link.handle(DIALLER, link.sessions[DIALLER].tick(link.now))
    link.run()
    assert link.sessions[DIALLER]._round == pace.ROUNDS_AT_ONCE + 1
    assert rested(link)


def test_refresh_of_the_past() -> None:
    """A request that crossed with a round that began meanwhile is not one for another."""
    link, _session = opened()
    say(link, ANSWERER, Refresh(0))
    assert link.sessions[DIALLER].outgoing() == []


def test_stalled() -> None:
    """A peer that owes an answer is given some time, one that owes nothing is left alone."""
    link, session = opened()
    assert session.tick(NOW + 9 * pace.STALL_SECONDS) == []
    link, _session = opened()
    dialler = link.sessions[DIALLER]
    anna = link.nodes[DIALLER]
    (header,) = anna.take([ANNA.meeting("fest")])
    dialler.offer([header], NOW)
    assert dialler.tick(NOW + pace.STALL_SECONDS) == []
    assert dialler.tick(NOW + pace.STALL_SECONDS + 1) == [Ended("time", by_peer=False)]


def test_table() -> None:
    """The printed table has a line for each state that a side can be in."""
    assert len(table().splitlines()) == len(TABLE)
    assert {state for _side, state in TABLE} == set(State) - {State.ENDED}


# Size


def test_twenty_thousand() -> None:
    """Through windows of 5,000 in both directions at once, and fast."""
    net = Net.of("large", CARL, ANNA, BERT)
    anna, bert = Node(ANNA), Node(BERT)
    net.teach(anna, bert)
    for node, author in ((anna, ANNA), (bert, BERT)):
        one = verify(author.meeting("fest", net.audience(), net.epochs[author.id]))
        fill(node, one.raw, 10_000)
    started = time.perf_counter()
    link = Quick(anna, bert)
    link.run()
    assert anna.ids() == bert.ids()
    assert len(anna.ids()) > 20_000
    assert max(link.flying) == frames.WINDOW_RECORDS
    assert time.perf_counter() - started < 20


def fill(node: Node, like: bytes, count: int) -> None:
    """Many records, without the cost of signing each: the session does not look at signatures."""
    version, key, payload, signature = decode(like)
    fields = decode(payload)
    for number in range(count):
        fields["name"] = f"m-{number}"
        fields["seq"] = [0, 1, 1_000_000 + number]
        record = reread(encode([version, key, encode(fields), signature]))
        node.put(record)


class Quick(Link):
    """Stores without verifying, and watches the window."""

    def __init__(self, dialler: Node, answerer: Node) -> None:
        self.flying: list[int] = []
        super().__init__(dialler, answerer)

    def handle(self, number: int, happened) -> None:  # type: ignore[no-untyped-def]
        node, session = self.nodes[number], self.sessions[number]
        for event in happened:
            self.events[number].append(event)
            if isinstance(event, Received):
                self.flying.append(self.sessions[1 - number]._outbox.flying)
                for record in map(reread, event.envelopes):
                    node.put(record)
                self.handle(number, session.stored(((e, None) for e in event.envelopes), self.now))


def test_scope_mark() -> None:
    """Nothing new, the same mark; a new tie anywhere near, another one."""
    anna, bert = friends()
    own, peer = anna.own, bert.own
    before = scope(anna.ties, own, peer, frozenset(), NOW)
    assert scope(anna.ties, own, peer, frozenset(), NOW + 1).mark == before.mark
    net = Net.of("mark", CARL, ANNA, BERT)
    net.teach(anna)
    after = scope(anna.ties, own, peer, frozenset(), NOW)
    assert after.mark != before.mark
    assert after.networks == (net.network.id,)
