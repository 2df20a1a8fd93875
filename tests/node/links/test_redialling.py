"""How long a node waits before it dials somebody again, by how the last session ended."""

import pytest

from node.links.dial_plan import (
    AGAIN_LONGEST,
    AGAIN_WAIT,
    FIRST_WAIT,
    LASTED_SECONDS,
    LONGEST_WAIT,
    Target,
)


@pytest.mark.parametrize(
    ("code", "waits"),
    [("connection", [1, 1, 1, 1]), ("shutdown", [1, 1, 1, 1]), ("busy", [1, 2, 4, 8])],
)
def test_busy_peer_is_left_in_peace(code: str, waits: list[int]) -> None:
    """Each session came as far as a round, and ended by `code`."""
    target = Target("https://beta.example", None, bytes(32))
    waited = []
    for _ in waits:
        target.talked(code)
        waited.append(target.over(code, 1.0) / FIRST_WAIT)
    assert waited == waits


def test_unreachable_peer_is_tried_less_and_less_often() -> None:
    target = Target("https://beta.example", None, bytes(32))
    waits = [target.over("unreachable", 1.0) for _ in range(20)]
    assert waits[:4] == [FIRST_WAIT * 2**n for n in range(4)]
    assert waits[-1] == LONGEST_WAIT
    assert target.over("connection", LONGEST_WAIT + 1) == FIRST_WAIT


def test_each_who_says_to_be_at_an_address_has_a_turn() -> None:
    others = tuple((None, bytes([n]) * 32) for n in range(3))
    target = Target("https://beta.example", *others[0], others)
    expected = []
    for code in ("unreachable", "replaced", "busy", "connection"):
        expected.append(target.expected[0])
        target.over(code, 1.0)
    assert expected == [0, 1, 1, 2]


def test_replaced_all_day_goes_on_trying() -> None:
    """Found by a simulated world: after 342 times in a row the wait was no number any more."""
    target = Target("https://beta.example", None, bytes(32))
    waits = [target.again("replaced", 0.0) for _ in range(2_000)]
    assert waits[0] == AGAIN_WAIT * 8
    assert waits[-1] == AGAIN_LONGEST
    assert waits == sorted(waits)
    assert target.again("replaced", LASTED_SECONDS + 1) == AGAIN_WAIT


def test_changed_peer_is_dialled_at_once() -> None:
    """Three networks founded in half a minute were three sessions "replaced": 25 s of waiting."""
    target = Target("https://beta.example", None, bytes(32))
    target.again("replaced", 0.0)
    waits = [target.again("changed", 0.0) for _ in range(2_000)]
    assert waits[:5] == [AGAIN_WAIT * 2**n for n in range(1, 6)]
    assert waits[-1] == AGAIN_LONGEST
    assert target.again("changed", LASTED_SECONDS + 1) == AGAIN_WAIT
