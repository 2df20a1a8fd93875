"""The first moments of a session, before the other side said anything (docs/protocol.md §8.6)."""

import pytest

from sync.events import Ended
from sync.round_limits import STALL_SECONDS
from sync.session import Session
from sync.states import State
from tests.sync.memory import friends, shake
from tests.sync.people import NOW


@pytest.mark.parametrize("side", [0, 1])
def test_a_look_before_the_first_word(side: int) -> None:
    """Whoever just came has all of its time: a tick right after the start ends nothing."""
    nodes = friends()
    session = Session(shake(*nodes)[side], nodes[side])
    session.start(NOW)
    assert session.tick(NOW) == []
    assert session.tick(NOW + STALL_SECONDS) == []
    assert session.state is State.OPENING
    assert session.tick(NOW + STALL_SECONDS + 1) == [Ended("time", by_peer=False)]
