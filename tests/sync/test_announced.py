"""What came from elsewhere is announced, and sent to whoever asks (docs/protocol.md §8.4)."""

import pytest

from sync import frames
from sync.events import Announced, Ended, Received, RoundDone
from sync.frames import decode_frame, encode_frame
from sync.session import Session
from sync.states import State
from tests.sync.memory import (
    ANNA,
    ANSWERER,
    BERT,
    CARL,
    DIALLER,
    EMIL,
    Link,
    Net,
    Node,
    friends,
    rested,
    shake,
)
from tests.sync.people import NOW, verify


class Quiet(Link):
    """Its shells ask for nothing by themselves."""

    def handle(self, number: int, happened) -> None:
        happened = list(happened)
        announced = [one for one in happened if isinstance(one, Announced)]
        self.events[number].extend(announced)
        super().handle(number, [one for one in happened if one not in announced])


def members(kind: type[Link] = Link) -> Link:
    """Anna and Bert, in a network with Carl, whose records come from elsewhere."""
    net = Net.of("bund", CARL, ANNA, BERT)
    anna, bert = Node(ANNA), Node(BERT)
    net.teach(anna, bert)
    link = kind(anna, bert)
    link.run()
    assert rested(link)
    del link.crossed[:]
    return link


def ids(count: int) -> tuple[list[bytes], list[bytes]]:
    """(envelopes, ids) of records that come from elsewhere."""
    raw = [CARL.meeting(f"m-{number}") for number in range(count)]
    return raw, [verify(one).id for one in raw]


def asks(link: Link, side: int, *wanted: bytes) -> None:
    link.handle(side, link.sessions[side].get(wanted, NOW))
    link.run()


SIDES = pytest.mark.parametrize("side", [DIALLER, ANSWERER])


@SIDES
def test_crosses_once(side: int) -> None:
    """Announced, asked for, sent; it does not come back, and needs no round."""
    link = members()
    rounds = len(link.seen(DIALLER, RoundDone))
    raw, named = ids(3)
    link.put(side, *raw)
    link.run()
    assert link.seen(1 - side, Announced) == [Announced(tuple(named))]
    assert link.seen(side, Announced) == []
    assert [one.record.id for one in link.crossed] == named
    assert len(link.seen(DIALLER, RoundDone)) == rounds
    assert rested(link)


@SIDES
def test_not_asked_for(side: int) -> None:
    """Nothing crosses; the next session finds it."""
    link = members(Quiet)
    raw, named = ids(2)
    link.put(side, *raw)
    link.run()
    assert link.seen(1 - side, Announced) == [Announced(tuple(named))]
    assert link.crossed == []
    assert link.sessions[side].is_quiet
    again = Link(*link.nodes)
    again.run()
    assert sorted(one.record.id for one in again.crossed) == sorted(named)


@SIDES
def test_own_and_eager_ones_are_sent_at_once(side: int) -> None:
    link = members(Quiet)
    author = link.nodes[side].held[0]
    link.put(side, author.meeting("own"))
    (header,) = link.nodes[side].take([CARL.meeting("another")])
    link.handle(side, link.sessions[side].offer([header], NOW, eager=True))
    link.run()
    assert [one.record.author for one in link.crossed] == [author.id, CARL.id]
    assert link.seen(1 - side, Announced) == []


def test_both_announce_it() -> None:
    """Who announced a record has it: it is not offered, nor announced to them."""
    link = members(Quiet)
    raw, _named = ids(1)
    link.put(DIALLER, *raw)
    link.run()
    link.put(ANSWERER, *raw)
    link.run()
    assert (link.crossed, link.seen(DIALLER, Announced)) == ([], [])


@SIDES
def test_asked_for_twice(side: int) -> None:
    """Sent once, however often it is asked for."""
    link = members(Quiet)
    raw, named = ids(1)
    link.put(side, *raw)
    link.run()
    asks(link, 1 - side, *named * 3)
    asks(link, 1 - side, *named)
    assert [one.record.id for one in link.crossed] == named
    assert rested(link)


@SIDES
def test_never_announced(side: int) -> None:
    """Whatever is asked for: only what was announced is sent, and it begins no round."""
    link = members(Quiet)
    own = [one.id for one in link.nodes[side].records.values()]
    rounds = len(link.seen(DIALLER, RoundDone))
    asks(link, 1 - side, *own, bytes(32))
    assert link.crossed == []
    assert len(link.seen(DIALLER, RoundDone)) == rounds
    assert rested(link)


@SIDES
def test_gate_at_the_time_of_asking(side: int) -> None:
    """The tie ended after it was announced: it does not leave any more."""
    net = Net.of("ends", CARL, ANNA, BERT)
    anna, bert = Node(ANNA), Node(BERT)
    net.teach(anna, bert)
    link = Quiet(anna, bert)
    link.run()
    meeting = CARL.meeting("inside", net.audience(), net.epochs[CARL.id])
    link.put(side, meeting)
    link.run()
    del link.crossed[:]
    node, session = link.nodes[side], link.sessions[side]
    leaver = link.nodes[1 - side].held[0]
    node.ties.apply(verify(leaver.joins(net.network, net.epochs[leaver.id], stands=False)))
    session.control_changed(NOW)
    asks(link, 1 - side, verify(meeting).id)
    assert verify(meeting).id not in {one.record.id for one in link.crossed}


@SIDES
def test_gone_or_replaced_when_asked_for(side: int) -> None:
    link = members(Quiet)
    raw, named = ids(2)
    link.put(side, *raw)
    link.run()
    node = link.nodes[side]
    node.drop(node.records[verify(raw[0]).place])
    node.take([CARL.meeting("m-1")])
    asks(link, 1 - side, *named)
    assert link.crossed == []
    assert rested(link)


@SIDES
def test_forgotten(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than is remembered: what is asked for too late is found by a round."""
    monkeypatch.setattr("sync.transfer.ANNOUNCED", 3)
    link = members(Quiet)
    raw, named = ids(10)
    link.put(side, *raw)
    link.run()
    rounds = len(link.seen(DIALLER, RoundDone))
    asks(link, 1 - side, *named[-3:])
    assert len(link.seen(DIALLER, RoundDone)) == rounds
    assert len(link.crossed) == 3
    asks(link, 1 - side, *named[:7])
    assert len(link.seen(DIALLER, RoundDone)) == rounds + 1
    assert sorted(one.record.id for one in link.crossed) == sorted(named)
    assert rested(link)


@SIDES
def test_more_asked_for_than_may_wait(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.transfer.PUSHES", 2)
    link = members(Quiet)
    raw, named = ids(10)
    link.put(side, *raw)
    link.run()
    asks(link, 1 - side, *named)
    assert sorted(one.record.id for one in link.crossed) == sorted(named)
    assert rested(link)


@SIDES
def test_ids_that_the_peer_has_are_bounded(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """After many records some are announced again: that costs their ids, and no record."""
    link = members()
    raw, named = ids(6)
    link.put(side, *raw[:5])
    link.run()
    node, session = link.nodes[side], link.sessions[side]
    headers = [node.header(node.records[verify(one).place]) for one in raw[:5]]
    session.offer(headers, NOW)
    assert session.outgoing() == []
    monkeypatch.setattr("sync.transfer.SEEN", 2)
    link.put(side, raw[5])
    link.run()
    session.offer(headers, NOW)
    (message,) = session.outgoing()
    assert link.sessions[1 - side].receive(message, NOW) == [Announced(tuple(named[:5]))]
    assert len(link.crossed) == 6


def test_announced_in_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """No frame names more than it may, either way."""
    monkeypatch.setattr("sync.session.IDS_IN_FRAME", 4)
    link = members()
    raw, named = ids(10)
    link.put(DIALLER, *raw)
    link.run()
    assert [len(one.ids) for one in link.seen(ANSWERER, Announced)] == [4, 4, 2]
    assert sorted(one.record.id for one in link.crossed) == sorted(named)


def test_not_while_opening_or_over() -> None:
    anna, bert = friends()
    session = Session(shake(anna, bert)[0], anna)
    session.start(NOW)
    (header,) = anna.take([ANNA.meeting("fest")])
    before = len(session.outgoing())
    assert (before, session.offer([header], NOW), session.outgoing()) == (1, [], [])
    session.end("shutdown")
    session.outgoing()
    assert session.get([bytes(32)], NOW) == session.offer([header], NOW) == []
    assert session.outgoing() == []


@SIDES
def test_record_on_its_way_is_not_announced(side: int) -> None:
    """Nor what the other side is just sending."""
    link = members(Quiet)
    raw, named = ids(1)
    session = link.sessions[side]
    data = link.sessions[1 - side].secure.encrypt(encode_frame(frames.Records((raw[0],))))
    assert session.receive(data, NOW) == [Received((raw[0],))]
    (header,) = link.nodes[side].take(raw)
    session.offer([header], NOW)
    session.stored([(raw[0], None)], NOW)
    session.offer([header], NOW)
    link.nodes[1 - side].take(raw)
    said = [decode_frame(link.sessions[1 - side].secure.decrypt(one)) for one in session.outgoing()]
    assert {type(one) for one in said} == {frames.Ack}
    assert header.id == named[0]


def test_denied_is_not_announced() -> None:
    """Not even its id: what the other side may not have, it does not hear of."""
    net = Net.of("not bert's", ANNA, CARL)
    anna, bert = friends()
    net.teach(anna)
    link = Link(anna, bert)
    link.run()
    link.put(DIALLER, CARL.meeting("secret", net.audience(), net.epochs[CARL.id]))
    link.put(DIALLER, CARL.seals([ANNA], "reply", "x", None), EMIL.introduction())
    link.run()
    assert link.seen(ANSWERER, Announced) == []
    assert bert.ids("meeting", "sealed") <= anna.ids()


def test_session_of_a_hostile_asker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for ever for what is not there costs rounds at their pace, and no more."""
    monkeypatch.setattr("sync.transfer.ANNOUNCED", 1)
    link = members(Quiet)
    link.put(ANSWERER, *ids(4)[0])
    link.run()
    for _ in range(100):
        asks(link, DIALLER, bytes(32))
    assert len(link.seen(DIALLER, RoundDone)) < 40
    assert [one for one in link.events[ANSWERER] if isinstance(one, Ended)] == []
    assert link.sessions[DIALLER].state is State.RESTING
