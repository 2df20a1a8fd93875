"""Sessions with a peer that breaks the rules, and large ones (docs/protocol.md §8.3–§8.6)."""

import time

import pytest

from protocol.encoding import decode, encode
from protocol.record import reread
from sync import frames, round_limits
from sync.events import Ended, Received, RoundDone
from sync.exchange_scope import scope
from sync.frames import (
    Ack,
    Ask,
    Compare,
    End,
    Frame,
    Get,
    Have,
    Ids,
    Lack,
    Listed,
    More,
    Records,
    Refresh,
    Sent,
    Settled,
    Symbols,
    Want,
)
from sync.session import Session
from sync.sets import digests
from sync.states import TABLE, State, table
from sync.tags import tag
from tests.sync.memory import (
    ANNA,
    ANSWERER,
    BERT,
    CARL,
    DIALLER,
    Link,
    Net,
    Node,
    friends,
    rested,
    shake,
)
from tests.sync.people import NOW, verify

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
        data = link.sessions[side].secure.encrypt(frames.encode_frame(frame))
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


SALT, OPEN, TAG = bytes(16), bytes(24), bytes(8)
"""Digests in `OPEN`: nothing in any set."""

ALL_FRAMES: list[Frame] = [
    Refresh(1), Compare(9, 0, OPEN, b""), Compare(2, 1, OPEN, b""), Compare(1, 0, OPEN, b""),
    Symbols(1, 1, ()), More(1, 1, ()), Ids(1, 1, TAG, b"", True), Want(1, 1, (), True),
    Lack(1, 1, ()), Sent(1, 1), Settled(1), Settled(2),
    Ack(TAG, ()), Ack(b"", ((TAG, "expired"),)),
]  # fmt: skip
FINE: list[Frame] = [
    Listed(b"", SALT), Records(()), Have(b""), Get(b""), Get(bytes(32)), Ack(b"", ()),
]  # fmt: skip


def listed_again(link: Link, side: int) -> Listed:
    """What a side listed, but for the peers."""
    peer = link.nodes[1 - side].held[0].id
    return Listed(b"", link.nodes[side].kept(peer).salt)


@pytest.mark.parametrize("side", [DIALLER, ANSWERER])
@pytest.mark.parametrize("frame", ALL_FRAMES, ids=str)
def test_wrong_order(frame: Frame, side: int) -> None:
    """At rest: only what may come at any time, and a request for a round by the answering side."""
    link, _session = opened()
    fine = isinstance(frame, Refresh) and side == ANSWERER
    assert say(link, side, frame) == ([] if fine else [PROTOCOL])


@pytest.mark.parametrize("side", [DIALLER, ANSWERER])
@pytest.mark.parametrize("frame", FINE, ids=str)
def test_at_any_time(frame: Frame, side: int) -> None:
    link, _session = opened()
    said = listed_again(link, side) if isinstance(frame, Listed) else frame
    assert Ended not in {type(one) for one in say(link, side, said)}


@pytest.mark.parametrize("frame", [*ALL_FRAMES, *FINE[1:]], ids=str)
def test_before_listed(frame: Frame) -> None:
    secures = shake(*friends())
    there = Session(secures[1], friends()[1])
    there.start(NOW)
    data = secures[0].encrypt(frames.encode_frame(frame))
    assert there.receive(data, NOW) == [PROTOCOL]


def test_another_salt() -> None:
    """The key of the sets is for the whole session."""
    link, _session = opened()
    assert say(link, DIALLER, Listed(b"", SALT)) == [PROTOCOL]


def compare(link: Link, round_: int, stage: int, **wrong: bytes) -> Compare:
    """What the dialling side would say, but for some digests."""
    session = link.sessions[DIALLER]
    always, networks = digests(session.compared.sets(NOW), session.secure.tag_key)
    parts = [always[at : at + 8] for at in range(0, 24, 8)]
    for name, digest in wrong.items():
        parts[["control", "public", "direct"].index(name)] = digest
    return Compare(round_, stage, b"".join(parts), networks)


def name_of(link: Link, name: bytes) -> bytes:
    return tag(link.sessions[DIALLER].secure.tag_key, name)


WRONG = b"\xff" * 8


def test_stages_out_of_order() -> None:
    link, _session = opened()
    control = name_of(link, b"control")
    zero = compare(link, 2, 0, control=WRONG)
    one = compare(link, 2, 1, public=WRONG)
    want = Want(2, 0, (), True)
    for said in (
        [zero, zero],
        [zero, Settled(2)],
        [zero, one],
        [zero, Want(2, 1, (), True)],
        [zero, Want(1, 0, (), True)],
        [zero, want, want],
        [zero, want, More(2, 0, ())],
        [zero, want, Settled(2)],
        [zero, want, one, one],
        [zero, want, zero._replace(stage=0)],
        [zero, want, one, Want(2, 0, (), True)],
        [zero, want, one, Want(2, 1, (), True), Settled(1)],
        [zero, want, one, Want(2, 1, (), True), one],
        [zero, More(2, 0, (Ask(control, 1, False),)), Settled(2)],
        [compare(link, 3, 0)],
        [compare(link, 2, 0), Settled(2)],  # nothing differs: that is all
    ):
        link, _session = opened()
        assert say(link, DIALLER, *said)[-1] == PROTOCOL
    link, _session = opened()
    done = say(link, DIALLER, zero, want, one, Want(2, 1, (), True), Settled(2))
    assert done == [RoundDone(2)]
    link, _session = opened()
    assert say(link, DIALLER, compare(link, 2, 0)) == [RoundDone(2)]
    link, _session = opened()
    only_stage_one = [compare(link, 2, 0, public=WRONG), Want(2, 1, (), True), Settled(2)]
    assert say(link, DIALLER, *only_stage_one) == [RoundDone(2)]


def test_wanting_what_was_not_offered() -> None:
    link, _session = opened()
    wrong, want = compare(link, 2, 0, control=WRONG), Want(2, 0, ((TAG, b"short"),), True)
    assert say(link, DIALLER, wrong, want) == [PROTOCOL]
    link, _session = opened()
    public = Want(2, 0, ((name_of(link, b"public"), b"short"),), True)  # of the other stage
    assert say(link, DIALLER, wrong, public) == [PROTOCOL]


def test_a_set_named_twice() -> None:
    link, _session = opened()
    frame = compare(link, 2, 0)
    twice = frame._replace(networks=frame.networks + 2 * (TAG + WRONG))
    assert say(link, DIALLER, twice) == [PROTOCOL]
    link, _session = opened()
    open_again = frame._replace(networks=name_of(link, b"public") + WRONG)
    assert say(link, DIALLER, open_again) == [PROTOCOL]


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


def test_window_kept_by_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    """In bytes: what has no room waits for an answer, and nothing is lost."""
    monkeypatch.setattr("sync.transfer.FRAME_BYTES", 1_000)
    monkeypatch.setattr("sync.transfer.WINDOW_BYTES", 3_000)
    anna, bert = friends()
    anna.take(ANNA.meeting(f"fest-{n}") for n in range(30))
    link = Link(anna, bert)
    link.run()
    assert anna.ids() == bert.ids()


def test_pushed_and_wanted() -> None:
    """A record that is on its way is not sent again because a round asks for it as well."""
    anna, bert = friends()
    secures = shake(anna, bert)
    session = Session(secures[0], anna)
    session.known.look(NOW)
    (header,) = anna.take([ANNA.meeting("fest")])
    one = session.tag_of(header.id)
    session.outbox.push(one, header.ref)
    session.outbox.add([header.ref], Sent(1, 1))
    assert session.outbox.fill() == [Records((anna.by_ref[header.ref].raw,)), Sent(1, 1)]
    session.outbox.answered(one)
    assert session.outbox.idle


def test_gone_or_replaced() -> None:
    """What the store lost, or what is another record by now, is passed over."""
    anna, bert = friends()
    session = Session(shake(anna, bert)[0], anna)
    session.known.look(NOW)
    old, other = anna.take([ANNA.meeting("fest"), ANNA.meeting("other")])
    anna.take([ANNA.meeting("fest")])
    assert old.ref not in anna.by_ref
    anna.drop(anna.by_ref[other.ref])
    session.outbox.add([old.ref, other.ref], Sent(1, 1))
    assert session.outbox.fill() == [Sent(1, 1)]


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
    for number in range(2, 2 + 2 * round_limits.ROUNDS_AT_ONCE):
        events += say(link, DIALLER, compare(link, number, 0))
    assert events[-1] == BOUNDS
    assert len(events) == 2 * round_limits.ROUNDS_AT_ONCE


def test_rounds_wait() -> None:
    """An honest dialling side keeps the pace, and goes on later."""
    link, _session = opened()
    for _ in range(2 * round_limits.ROUNDS_AT_ONCE):
        rounds = link.sessions[DIALLER].rounds.number
        say(link, ANSWERER, Refresh(rounds))
        link.run()
    assert link.sessions[DIALLER].rounds.number == round_limits.ROUNDS_AT_ONCE
    link.now += round_limits.SPAN_SECONDS
    link.handle(DIALLER, link.sessions[DIALLER].tick(link.now))
    link.run()
    assert link.sessions[DIALLER].rounds.number == round_limits.ROUNDS_AT_ONCE + 1
    assert rested(link)


def test_refresh_of_the_past() -> None:
    """A request that crossed with a round that began meanwhile is not one for another."""
    link, _session = opened()
    say(link, ANSWERER, Refresh(0))
    assert link.sessions[DIALLER].outgoing() == []


def test_stalled() -> None:
    """A peer that owes an answer is given some time, one that owes nothing is left alone."""
    link, session = opened()
    assert session.tick(NOW + 9 * round_limits.STALL_SECONDS) == []
    link, _session = opened()
    dialler = link.sessions[DIALLER]
    anna = link.nodes[DIALLER]
    (header,) = anna.take([ANNA.meeting("fest")])
    dialler.offer([header], NOW)
    assert dialler.tick(NOW + round_limits.STALL_SECONDS) == []
    assert dialler.tick(NOW + round_limits.STALL_SECONDS + 1) == [Ended("time", by_peer=False)]


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

    def handle(self, number: int, happened) -> None:
        node, session = self.nodes[number], self.sessions[number]
        for event in happened:
            self.events[number].append(event)
            if isinstance(event, Received):
                self.flying.append(self.sessions[1 - number].outbox.flying)
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
