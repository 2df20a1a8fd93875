"""Targets: the two state machines, with the fuzzer between two sides that mean well.

It passes messages on, drops, doubles, swaps and spoils them, makes up others, and lets time pass.
What the sides send is their own, so that every state is reached; nothing here names a frame.
"""

from collections import deque
from functools import cache
from typing import Any

from protocol.encoding import decode, encode
from protocol.errors import CODES
from sync.channel import Secure
from sync.errors import END_CODES, SessionError
from sync.events import Announced, Ended, Introduced, Received
from sync.frames import decode_frame
from sync.handshake import Answerer, Dialler, Handshake
from sync.round_limits import STALL_SECONDS
from sync.session import Session
from sync.states import State
from tests.fuzz.source import Source, spoil
from tests.fuzz.values import good_frames
from tests.sync.memory import ANNA, BERT, CARL, HOST, Net, Node, befriend, shake
from tests.sync.people import NOW, entropy

STEPS = 200
"""What one input makes happen: more would be another input."""

ANSWERS = 5_000
"""Messages with which two sides may answer one input: more would be an endless talk."""


class Plain:
    """What a handshake leaves, but for the encryption: the fuzzer is to reach the frames."""

    def __init__(self, secure: Secure) -> None:
        self.tag_key, self.dialled, self.own = secure.tag_key, secure.dialled, secure.own
        self.peer, self.envelopes = secure.peer, secure.envelopes
        self.replaced = secure.replaced

    def encrypt(self, frame: bytes, _now: int = 0) -> bytes:
        return frame

    def decrypt(self, data: bytes) -> bytes:
        return data


@cache
def pair() -> tuple[tuple[Node, Node], tuple[Plain, Plain]]:
    """Two nodes with a network in common that each hold what the other lacks. Not changed here."""
    anna, bert = Node(ANNA), Node(BERT)
    befriend(anna, bert)
    net = Net.of("netz", BERT, ANNA, CARL)
    net.teach(anna, bert)
    for number in range(6):
        anna.take([ANNA.meeting(f"a{number}", net.audience(), net.epochs[ANNA.id])])
        bert.take([BERT.meeting(f"b{number}"), CARL.seals([ANNA], "reply", f"c{number}", None)])
    here, there = shake(anna, bert)
    return (anna, bert), (Plain(here), Plain(there))


class Talk:
    """Two sessions, and what is on the way to each."""

    def __init__(self) -> None:
        nodes, secures = pair()
        self.nodes, self.now, self.passed, self.sent = nodes, NOW, 0, 0
        self.sessions = [Session(secure, node) for secure, node in zip(secures, nodes, strict=True)]
        self.ways: tuple[deque[bytes], deque[bytes]] = (deque(), deque())
        self.waiting: tuple[deque[bytes], deque[bytes]] = (deque(), deque())
        self.announced: tuple[list[bytes], list[bytes]] = ([], [])
        self.ended = [False, False]
        for side, session in enumerate(self.sessions):
            self.hear(side, session.start(self.now))

    def hear(self, side: int, events: Any) -> None:
        """What a shell does: keep what is to be stored, and carry what is to be sent."""
        assert not (self.ended[side] and events), "it speaks after the end"
        for event in events:
            if isinstance(event, Announced):
                self.announced[side].extend(event.ids)
            if isinstance(event, Received):
                self.waiting[side].extend(event.envelopes)
            if isinstance(event, Ended):
                assert event.code in END_CODES
                late = event.by_peer or event.code != "time" or self.passed > STALL_SECONDS
                assert late, "its time was not over"
                self.ended[side] = True
        session = self.sessions[side]
        assert (session.state is State.ENDED) == self.ended[side]
        for message in session.outgoing():
            decode_frame(message)  # whatever it sends is a good frame, and within bounds
            self.ways[1 - side].append(message)
            self.sent += 1
        assert self.sent < ANSWERS, "two sides that never come to rest"

    def deliver(self, side: int, message: bytes) -> None:
        self.hear(side, self.sessions[side].receive(message, self.now))

    def step(self, source: Source) -> None:
        """One thing happens on one side."""
        side, what = source.below(2), source.below(13)
        way = self.ways[side]
        session = self.sessions[side]
        match what:
            case 0 | 1 | 2 if way:
                self.deliver(side, way.popleft())
            case 3 if way:
                self.deliver(side, encode(spoil(decode(way.popleft(), 2**20), source)))
            case 4 if way:
                self.deliver(side, way[0])  # and again later
            case 5 if way:
                way.rotate(-1)
            case 6:
                self.deliver(side, encode(spoil(source.one_of(good_frames()), source)))
            case 7:
                self.deliver(side, source.take(source.byte()))
            case 8:
                self.store(side, source)
            case 9:
                seconds = source.one_of((0, 1, 31, 300, -60))
                self.now += seconds
                self.passed += max(seconds, 0)
                self.hear(side, session.tick(self.now))
            case 10:
                node = self.nodes[side]
                records = list(node.records.values())[:: source.below(5) + 1]
                headers = map(node.header, records)
                self.hear(side, session.offer(headers, self.now, source.below(2) == 0))
            case 11:
                self.hear(side, session.control_changed(self.now, source.below(2) == 0))
            case 12:
                wanted = [*self.announced[side][:3], bytes(32)][source.below(3) :]
                self.hear(side, session.get(wanted, self.now))

    def store(self, side: int, source: Source) -> None:
        """What became of records that arrived."""
        waiting, outcomes = self.waiting[side], []
        for _ in range(min(len(waiting), source.below(8) + 1)):
            code = source.one_of([None, None, None, *CODES])
            outcomes.append((waiting.popleft(), code))
        self.hear(side, self.sessions[side].stored(outcomes, self.now))

    def settle(self) -> None:
        """Everything arrives and is stored: both sides come to rest, or end."""
        for _ in range(ANSWERS):
            busy = False
            for side in (0, 1):
                while self.ways[side]:
                    busy = True
                    self.deliver(side, self.ways[side].popleft())
                if self.waiting[side]:
                    busy = True
                    outcomes = [(one, None) for one in self.waiting[side]]
                    self.waiting[side].clear()
                    self.hear(side, self.sessions[side].stored(outcomes, self.now))
            if not busy:
                return
        raise AssertionError("two sides that never come to rest")


def sessions(data: bytes) -> None:
    """§8.3 to §8.5: whatever arrives, whenever, nothing is raised and all comes to rest."""
    source, talk = Source(data), Talk()
    for _ in range(STEPS):
        if not source:
            break
        talk.step(source)
    talk.settle()
    for side, session in enumerate(talk.sessions):
        talk.hear(side, session.end("shutdown"))


def sessions_seeds() -> list[bytes]:
    quiet = bytes([0, 0, 1, 0, 0, 0, 1, 0]) * 6
    stored = bytes([0, 0, 1, 0, 0, 8, 7, *bytes(8), 1, 8, 7, *bytes(8)]) * 6
    spoilt = [quiet[: 2 * at] + bytes([at % 2, what, 1, 1, at, 3, 1]) for at in range(12)
              for what in (3, 4, 6, 7, 9, 10, 11)]  # fmt: skip
    return [quiet, stored, *spoilt, bytes(range(200))]


# The handshake


class _Spoiling:
    """What one side says in the end, spoilt before it is encrypted."""

    source: Source
    turn = 99
    """Which of its encrypted messages, from 0; else none."""

    def _send(self, message: list[Any]) -> None:
        if self.turn == 0:
            message = spoil(message, self.source)
        self.turn -= 1
        super()._send(message)


class _Dialler(_Spoiling, Dialler):
    pass


class _Answerer(_Spoiling, Answerer):
    pass


@cache
def nodes() -> tuple[Node, Node]:
    return pair()[0]


def handshakes(data: bytes) -> None:
    """§8.2: one message of one side is spoilt inside its encryption, or on the way."""
    source = Source(data)
    anna, bert = nodes()
    liar, turn, way = source.below(2), source.below(4), source.below(4) == 0
    _Spoiling.source = source
    dialler, answerer = (
        _Dialler if liar == 0 else Dialler,
        _Answerer if liar == 1 else Answerer,
    )
    code = bytes(16) if source.below(2) else None
    here = dialler(anna.holdings(), anna.ties, BERT.id, HOST, code, entropy(1), entropy(2))
    there = answerer(bert.holdings(), bert.ties, {HOST}, entropy(3), entropy(4))
    sides: tuple[Handshake, Handshake] = (here, there)
    if not way:
        sides[liar].turn = turn
    done, accepted = [False, False], [False, False]
    for _ in range(6):
        for number, side in enumerate(sides):
            for message in side.outgoing():
                if way and number == liar:
                    message = _on_the_way(message, source)
                _hear(sides[1 - number], message, done, accepted, 1 - number)
    assert not (done[0] and not accepted[1]), "a dialler that was not accepted"
    assert not (done[1] and not accepted[0]), "an answerer whose dialler did not want it"


def _on_the_way(message: bytes, source: Source) -> bytes:
    match source.below(4):
        case 0:
            changed = spoil(message, source)
            return changed if type(changed) is bytes else b""
        case 1:
            return source.take(source.byte())
        case _:
            return message


def _hear(
    side: Handshake, message: bytes, done: list[bool], accepted: list[bool], number: int
) -> None:
    try:
        events = list(side.receive(message))
    except SessionError as error:
        raise AssertionError("a handshake never raises") from error
    for event in events:
        if isinstance(event, Introduced):
            events += side.accept()
            accepted[number] = True
        done[number] |= isinstance(event, Secure)
        assert not (isinstance(event, Ended) and event.code not in END_CODES)


def handshakes_seeds() -> list[bytes]:
    return [
        bytes([liar, turn, way, 0, 1, at, how, at])
        for liar in (0, 1) for turn in range(4) for way in (0, 1) for at in range(7)
        for how in (0, 3)
    ]  # fmt: skip
