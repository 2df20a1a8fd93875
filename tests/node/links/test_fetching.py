"""Which announced records a node asks for, and of whom (docs/protocol.md §8.4)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.links import fetching
from node.links.fetching import AWAITED, FAILED, OTHERS, PATIENCE_SECONDS, REMEMBERED, Fetching

X, Y, Z = (bytes([n]) * 32 for n in range(3))
LATE = PATIENCE_SECONDS + 0.1

Step = Callable[[Fetching[str]], Any]


def says(link: str, *ids: bytes, at: float = 0) -> Step:
    return lambda node: node.announced(link, ids, at)


def stored(*ids: bytes) -> Step:
    return lambda node: node.stored(ids)


def late(at: float) -> Step:
    return lambda node: node.late(at)


def gone(link: str, at: float = 1) -> Step:
    return lambda node: node.gone(link, at)


def many(first: int, count: int) -> list[bytes]:
    return [number.to_bytes(32, "big") for number in range(first, first + count)]


@pytest.mark.parametrize(
    ("steps", "answer", "idle"),
    [
        pytest.param([says("a", X)], [X], False, id="nobody else has it: ask"),
        pytest.param([says("a", X, X)], [X], False, id="named twice: asked for once"),
        pytest.param([says("a", X), says("b", X)], [], False, id="asked for already"),
        pytest.param([says("a", X), says("b", X, Y)], [Y], False, id="what is new of two"),
        pytest.param([stored(X), says("a", X)], [], True, id="stored lately"),
        pytest.param([says("a", X), stored(X)], None, True, id="it came"),
        pytest.param([says("a", X), stored(X), late(9)], {}, True, id="nothing to ask after that"),
        pytest.param([says("a", X), late(PATIENCE_SECONDS - 0.1)], {}, False, id="in time still"),
        pytest.param([says("a", X), late(LATE)], {}, True, id="late, and nobody else has it"),
        pytest.param([says("a", X), late(LATE), says("b", X)], [X], False, id="who comes then"),
        pytest.param(
            [says("a", X), says("b", X), late(LATE)], {"b": [X]}, False, id="late: the next one"
        ),
        pytest.param(
            [says("a", X), says("b", X), late(LATE), late(LATE + 1)], {}, False,
            id="the next one has its time too",
        ),
        pytest.param(
            [says("a", X), says("b", X), says("c", X), late(LATE), late(3 * LATE)], {"c": [X]},
            False, id="and the one after that",
        ),
        pytest.param([says("a", X), gone("a")], {}, True, id="hung up, nobody else has it"),
        pytest.param([says("a", X), says("b", X), gone("a")], {"b": [X]}, False, id="hung up"),
        pytest.param([says("a", X), says("b", X), gone("b")], {}, False, id="who was not asked"),
        pytest.param(
            [says("a", X), says("b", X), gone("b"), late(LATE)], {}, True, id="is not asked later"
        ),
        pytest.param(
            [says("a", X, Y, Z), says("b", Y), says("c", Z), gone("a")], {"b": [Y], "c": [Z]},
            False, id="each of its own",
        ),
        pytest.param([says("a", X), says("a", X), late(LATE)], {}, True, id="not the same again"),
        pytest.param(
            [says("a", X), *[says("a", X)] * OTHERS, says("b", X), late(LATE)], {"b": [X]}, False,
            id="who repeats itself takes no place of others",
        ),
        pytest.param(
            [says("a", X), *[says("b", X)] * OTHERS, says("c", X), gone("b"), late(LATE)],
            {"c": [X]}, False, id="nor does the second",
        ),
    ],
)  # fmt: skip
def test_rules(steps: list[Step], answer: Any, idle: bool) -> None:
    """What the last step gives, and whether anything is awaited then."""
    node: Fetching[str] = Fetching()
    *before, last = steps
    for step in before:
        step(node)
    assert (last(node), node.idle) == (answer, idle)


def test_remembered_is_bounded() -> None:
    """The oldest is forgotten; what was stored again is not old."""
    node: Fetching[str] = Fetching()
    first, *rest = many(0, REMEMBERED)
    node.stored([first, *rest])
    node.stored([first])
    node.stored(many(REMEMBERED, 1))
    assert node.announced("a", [first, rest[0], rest[1]], 0) == [rest[0]]
    assert len(node.known) == REMEMBERED


def test_awaited_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is over the bound is asked for all the same, of everybody who has it."""
    assert AWAITED > 10_000
    monkeypatch.setattr(fetching, "AWAITED", 2)
    node: Fetching[str] = Fetching()
    assert node.announced("a", [X, Y, Z], 0) == [X, Y, Z]
    assert node.announced("b", [X, Z], 0) == [Z]
    assert len(node.awaited) == 2
    assert node.late(LATE) == {"b": [X]}


def test_others_are_bounded() -> None:
    node: Fetching[str] = Fetching()
    for number in range(2 * OTHERS):
        node.announced(f"link {number}", [X], 0)
    assert len(node.awaited[X].others) == OTHERS


def test_many_that_announce_and_send_nothing() -> None:
    """They come before the one who has it: it is asked in the end, and from then on at once."""
    node: Fetching[str] = Fetching()
    liars, now = [f"liar {number}" for number in range(40)], 0.0
    waited = []
    for id_ in many(0, 3 * FAILED):
        for one in liars:
            node.announced(one, [id_], now)
        began, asked = now, node.announced("honest", [id_], now) == [id_]
        while not asked:
            now += LATE
            asked = "honest" in node.late(now)
        waited.append(now - began)
        node.came("honest", [id_])
        node.stored([id_])
    assert waited[0] > 0
    assert waited[-1] == 0
    assert sum(waited) < len(liars) * (FAILED + 1) * LATE


def test_late_sender_is_waited_for_again() -> None:
    node: Fetching[str] = Fetching()
    some = many(0, FAILED)
    node.announced("slow", some, 0)
    node.late(LATE)
    node.announced("slow", [X], LATE)
    assert node.announced("b", [X], LATE) == [X], "slow let us wait"
    node.announced("slow", [Y], LATE)
    node.came("slow", [Y])
    node.announced("slow", [Z], LATE)
    assert node.announced("b", [Z], LATE) == []
    node.announced("d", [many(50, 1)[0]], 0)
    node.late(2 * LATE + 1)
    node.gone("d", 9)
    assert "d" not in node.failed


LINKS = st.sampled_from("abcd")
IDS = st.lists(st.sampled_from([X, Y, Z]), max_size=4)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("announced"), LINKS, IDS),
            st.tuples(st.just("stored"), st.none(), IDS),
            st.tuples(st.just("came"), LINKS, IDS),
            st.tuples(st.just("gone"), LINKS, st.none()),
            st.tuples(st.just("late"), st.none(), st.none()),
        ),
        max_size=40,
    )
)
def test_any_order(steps: list[tuple[str, str, list[bytes]]]) -> None:
    """At any time each awaited record is asked of one link that announced it and is still there;
    and of no link twice, unless it announced it again."""
    node: Fetching[str] = Fetching()
    now, said, asked = 0.0, set[tuple[str, bytes]](), set[tuple[str, bytes]]()
    held: set[bytes] = set()
    for what, link, ids in steps:
        now += 1
        fresh: dict[str, list[bytes]] = {}
        if what == "announced":
            for id_ in ids:
                said.add((link, id_))
                if id_ not in node.awaited or node.awaited[id_].link != link:
                    asked.discard((link, id_))
            fresh = {link: node.announced(link, ids, now)}
        elif what == "stored":
            node.stored(ids)
            held |= set(ids)
        elif what == "came":
            node.came(link, ids)
        elif what == "gone":
            said = {one for one in said if one[0] != link}
            asked = {one for one in asked if one[0] != link}
            fresh = node.gone(link, now)
        else:
            fresh = node.late(now)
        pairs = [(one, id_) for one, some in fresh.items() for id_ in some]
        assert len(pairs) == len(set(pairs))
        assert set(pairs) <= said - asked
        assert not {id_ for _one, id_ in pairs} & held
        asked |= set(pairs)
    node.late(now + 100)
    for _ in range(len("abcd")):
        now += 100
        node.late(now + 100)
    assert node.idle
