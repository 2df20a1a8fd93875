"""Every frame in every state, and any frames at all (docs/protocol.md §8.3–§8.6)."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import frames
from sync.events import Ended
from sync.frames import (
    Answer,
    Ask,
    Frame,
    Ids,
    Lack,
    More,
    Sent,
    Settled,
    Symbols,
    Want,
)
from sync.states import TABLE, State
from tests.sync.people import NOW
from tests.sync.test_frames import EXAMPLES
from tests.sync.victims import (
    PROTOCOL,
    STATES,
)


def test_every_state_is_reached() -> None:
    assert STATES.keys() == TABLE.keys()
    for (side, state), make in STATES.items():
        victim = make()
        assert (victim.session.side, victim.session.state) == (side, state)


@pytest.mark.parametrize("state", STATES, ids=lambda one: f"{one[0]}-{one[1].name}")
@pytest.mark.parametrize("frame", EXAMPLES, ids=lambda one: frames.frame_name(one))
def test_every_frame_in_every_state(state: tuple[str, State], frame: Frame) -> None:
    """What the table does not have ends the session; nothing else than an end is an answer."""
    victim = STATES[state]()
    events = victim.say(frame)
    if isinstance(frame, frames.End):
        assert events == [Ended(frame.code, by_peer=True)]
    elif type(frame) not in TABLE[state]:
        assert events == [PROTOCOL]
    assert (victim.session.state is State.ENDED) == (Ended in {type(one) for one in events})


NUMBER = st.integers(1, 2)
STAGE = st.integers(0, 1)
SHORTS = st.integers(0, 40).map(lambda n: random.Random(n).randbytes(5 * n))
NAME = st.sampled_from([b"public", b"direct", b"control", b"x"])
CELLS = st.integers(0, 70).map(lambda n: random.Random(n).randbytes(10 * n))


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(sorted(STATES, key=str)), st.integers(0, 3))
def test_any_frames(data: st.DataObject, state: tuple[str, State], hints: int) -> None:
    """Plausible frames in any order: never an exception, never more than a bounded answer."""
    victim = STATES[state]()
    tag_of = NAME.map(victim.tag)
    answers = st.one_of(
        st.builds(Answer, tag_of, st.integers(0, 300), st.binary(min_size=8, max_size=8),
                  st.just(True), SHORTS),
        st.builds(Answer, tag_of, st.integers(0, 300), st.binary(min_size=8, max_size=8),
                  st.just(False), CELLS),
    )  # fmt: skip
    pairs = st.lists(st.tuples(tag_of, SHORTS), max_size=2).map(tuple)
    asks = st.builds(Ask, tag_of, st.integers(1, 200), st.booleans())
    said = st.one_of(
        st.just(victim.compare(1)), st.just(victim.compare(2)), st.just(victim.compare(1, 1)),
        st.builds(Symbols, NUMBER, STAGE, st.lists(answers, max_size=2).map(tuple)),
        st.builds(More, NUMBER, STAGE, st.lists(asks, max_size=2).map(tuple)),
        st.builds(Ids, NUMBER, STAGE, tag_of, SHORTS, st.booleans()),
        st.builds(Want, NUMBER, STAGE, pairs, st.booleans()),
        st.builds(Lack, NUMBER, STAGE, pairs), st.builds(Sent, NUMBER, STAGE),
        st.builds(Settled, NUMBER), st.builds(frames.Refresh, NUMBER),
        st.builds(frames.Get, st.integers(0, 3).map(lambda n: bytes(32 * n))),
        st.builds(frames.Have, st.integers(0, 3).map(lambda n: bytes(32 * n))),
    )  # fmt: skip
    for _ in range(12):
        if victim.session.state is State.ENDED:
            break
        before = len(victim.said)
        victim.say(data.draw(said))
        assert len(victim.said) - before <= 6 + hints
        victim.session.tick(NOW)
