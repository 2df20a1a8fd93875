"""Messages that cross, while records come and go and ties change (docs/protocol.md §8.4)."""

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import reconcile
from sync.events import Ended
from tests.sync.memory import ANNA, BERT, CARL, DIALLER, Link, Net, Node, rested
from tests.sync.people import verify

NET = Net.of("interleaved", CARL, ANNA, BERT)
LATER = Net.of("later", CARL, ANNA, BERT)
MEETINGS = [
    verify(one.meeting(f"m-{n}", NET.audience(), NET.epochs[one.id]))
    for n in range(12)
    for one in (ANNA, BERT, CARL)
]


class Slow(Link):
    """Each message is carried when the test says so."""

    def __init__(self, dialler: Node, answerer: Node) -> None:
        self.queues: tuple[deque[bytes], deque[bytes]] = (deque(), deque())
        super().__init__(dialler, answerer)

    def carry(self, to: int, count: int) -> None:
        """Some of what is on the way to a side; what it says then is on the way back."""
        self.look()
        for _ in range(min(count, len(self.queues[to]))):
            message = self.queues[to].popleft()
            self.handle(to, self.sessions[to].receive(message, self.now))
        self.look()

    def look(self) -> None:
        for number, session in enumerate(self.sessions):
            self.queues[1 - number].extend(session.outgoing())

    def finish(self) -> None:
        """Until nothing is on the way."""
        for _ in range(2_000):
            for side in (0, 1):
                self.carry(side, 100)
            if not any(self.queues):
                return
        raise AssertionError("the sessions never come to rest")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("carry"), st.integers(0, 1), st.integers(1, 3)),
        st.tuples(st.just("carry"), st.integers(0, 1), st.integers(1, 3)),
        st.tuples(st.just("put"), st.integers(0, 1), st.integers(0, len(MEETINGS) - 1)),
        st.tuples(st.just("drop"), st.integers(0, 1), st.integers(0, len(MEETINGS) - 1)),
        st.tuples(st.just("ties"), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("tick"), st.integers(0, 1), st.integers(0, 11)),
    ),
    max_size=60,
)
HELD = st.sets(st.integers(0, len(MEETINGS) - 1))


@settings(max_examples=80, deadline=None)
@given(HELD, HELD, STEPS, st.booleans())
def test_any_interleaving(
    here: set[int], there: set[int], steps: list[tuple[str, int, int]], small: bool
) -> None:
    """No session ends, both come to rest, and afterwards only what was deleted meanwhile, or had to
    wait for a round, is left to the next one."""
    nodes = Node(ANNA), Node(BERT)
    NET.teach(*nodes)
    for node, numbers in zip(nodes, (here, there), strict=True):
        for number in numbers:
            node.put(MEETINGS[number])
    gone: set[bytes] = set()
    with pytest.MonkeyPatch.context() as patch:
        if small:
            patch.setattr(reconcile, "FIRST", 8)
            patch.setattr(reconcile, "WHOLE", 2)
            patch.setattr("sync.transfer.WINDOW_RECORDS", 5)
            patch.setattr("sync.rounds.SHORTS_IN_FRAME", 3)
            patch.setattr("sync.reconcile.SHORTS_IN_FRAME", 3)
        link = Slow(*nodes)
        for what, side, number in steps:
            if what == "carry":
                link.carry(side, number)
            elif what == "put":
                link.put(side, MEETINGS[number].raw)
            elif what == "drop" and MEETINGS[number].place in nodes[side].records:
                nodes[side].drop(MEETINGS[number])
                gone.add(MEETINGS[number].id)
            elif what == "ties":
                LATER.teach(nodes[side])
                link.handle(side, link.sessions[side].control_changed(link.now))
            elif what == "tick":
                link.now += number
                link.handle(side, link.sessions[side].tick(link.now))
        link.finish()
        link.now += 11
        for side, session in enumerate(link.sessions):
            link.handle(side, session.tick(link.now))
        link.finish()
        assert [one for side in (0, 1) for one in link.seen(side, Ended)] == []
        assert rested(link)
        again = Link(*nodes)
        again.run()
    assert {one.record.id for one in again.crossed} <= gone
    assert nodes[0].ids("meeting") == nodes[1].ids("meeting")
    assert again.seen(DIALLER, Ended) == []
