"""A session that a test speaks to frame by frame, in each of its states."""

from collections.abc import Callable

import pytest

from sync import frames
from sync.events import Ended, Expected, RoundDone
from sync.frames import (
    Answer,
    Compare,
    Frame,
    Ids,
    Symbols,
    Want,
    decode_frame,
    encode_frame,
)
from sync.session import Session
from sync.sets import digests
from sync.states import State
from sync.tags import tag
from tests.sync.memory import ANNA, ANSWERER, BERT, DIALLER, friends, shake
from tests.sync.people import NOW, verify

PROTOCOL, BOUNDS = Ended("protocol", by_peer=False), Ended("bounds", by_peer=False)
WRONG = b"\xff" * 8
HELD = [verify(one.meeting(f"m-{n}")) for n in range(50) for one in (ANNA, BERT)]


class Victim:
    """A session that is spoken to by a test, frame by frame."""

    def __init__(self, side: int, records: int = 0) -> None:
        nodes = friends()
        for other in nodes:  # the peerings, so that control records do not differ
            other.take(one.raw for node in nodes for one in list(node.records.values()))
        for record in HELD[:records]:
            nodes[side].put(record)
        secures = shake(*nodes)
        self.side, self.node, self.other = side, nodes[side], nodes[1 - side]
        self.session = Session(secures[side], self.node)
        self.secure = secures[1 - side]
        self.session.start(NOW)
        self.said: list[Frame] = []
        self.heard()

    def heard(self) -> list[Frame]:
        """What it has said since."""
        new = [decode_frame(self.secure.decrypt(one)) for one in self.session.outgoing()]
        self.said += new
        return new

    def say(self, *said: Frame) -> list[object]:
        """What it makes of frames."""
        events: list[object] = []
        for frame in said:
            events += self.session.receive(self.secure.encrypt(encode_frame(frame)), NOW)
        self.heard()
        return events

    def listed(self) -> "Victim":
        """Past the opening: a dialling side begins its first round."""
        self.say(frames.Listed(b"", bytes(16)))
        return self

    def tag(self, name: bytes) -> bytes:
        return tag(self.secure.tag_key, name)

    def compare(self, round_: int = 1, stage: int = 0, public: bytes = WRONG) -> Compare:
        """Of a peer whose control records are the same, and whose public ones are not."""
        always, networks = digests(self.session.compared.sets(NOW), self.secure.tag_key)
        return Compare(round_, stage, always[:8] + public + always[16:], networks)


def dialler(records: int = 100) -> Victim:
    """It has compared, and waits for symbols."""
    return Victim(DIALLER, records).listed()


def answerer(records: int = 100) -> Victim:
    """It has sent symbols of stage 1, and waits for what is wanted."""
    victim = Victim(ANSWERER, records).listed()
    assert victim.say(victim.compare()) == []
    assert victim.session.state is State.WANTED
    return victim


def transfer_d() -> Victim:
    victim = dialler(0)
    whole = Answer(victim.tag(b"public"), 1, WRONG, True, b"short")
    assert victim.say(Symbols(1, 1, (whole,))) == [Expected(1)]
    return victim


def transfer_a() -> Victim:
    """Its window is full: `sent` waits."""
    victim = answerer()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.transfer.WINDOW_RECORDS", 10)
        assert victim.say(Ids(1, 1, victim.tag(b"public"), b"", True), Want(1, 1, (), True)) == []
    return victim


def between() -> Victim:
    victim = answerer()
    assert victim.say(Want(1, 1, (), True)) == []
    return victim


STATES: dict[tuple[str, State], Callable[[], Victim]] = {
    ("dialler", State.OPENING): lambda: Victim(DIALLER),
    ("dialler", State.COMPARING): dialler,
    ("dialler", State.TRANSFER): transfer_d,
    ("answerer", State.OPENING): lambda: Victim(ANSWERER),
    ("answerer", State.RESTING): lambda: Victim(ANSWERER).listed(),
    ("answerer", State.WANTED): answerer,
    ("answerer", State.TRANSFER): transfer_a,
    ("answerer", State.BETWEEN): between,
}


def resting_d() -> Victim:
    victim = dialler(0)
    assert victim.say(Symbols(1, 1, ())) == [RoundDone(1)]
    return victim


STATES["dialler", State.RESTING] = resting_d
