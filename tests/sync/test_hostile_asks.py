"""An answering side whose peer breaks the rules of rounds (docs/protocol.md §8.3–§8.6)."""

import random

import pytest

from sync import frames, reconcile
from sync.frames import (
    Ask,
    Frame,
    Ids,
    More,
    Sent,
    Settled,
    Symbols,
    Want,
)
from tests.sync.victims import (
    BOUNDS,
    PROTOCOL,
    answerer,
)


def test_asks_beyond_bounds() -> None:
    for asks in (
        [Ask(bytes(8), 40, False)],  # a set that is none
        [Ask(b"control.", 40, False)],
    ):
        assert answerer().say(More(1, 1, tuple(asks))) == [PROTOCOL]
    victim = answerer()
    control = victim.tag(b"control")
    assert victim.say(More(1, 1, (Ask(control, 40, False),))) == [PROTOCOL]  # of the other stage
    victim = answerer()
    direct = victim.tag(b"direct")
    assert victim.say(More(1, 1, (Ask(direct, 40, False),))) == [PROTOCOL]  # nothing differs there


@pytest.mark.parametrize("end", [1, 29, 30])
def test_more_that_goes_back(end: int) -> None:
    victim = answerer()
    assert victim.say(More(1, 1, (Ask(victim.tag(b"public"), end, False),))) == [PROTOCOL]


def test_more_twice() -> None:
    victim = answerer()
    ask = Ask(victim.tag(b"public"), 60, False)
    assert victim.say(More(1, 1, (ask,))) == []
    assert victim.say(More(1, 1, (ask,))) == [PROTOCOL]
    victim = answerer()
    assert victim.say(More(1, 1, (ask._replace(tag=victim.tag(b"public")),) * 2)) == [PROTOCOL]


def test_more_of_another_round_or_stage() -> None:
    for number, stage in ((2, 1), (1, 0)):
        victim = answerer()
        ask = Ask(victim.tag(b"public"), 60, False)
        assert victim.say(More(number, stage, (ask,))) == [PROTOCOL]


def test_fresh_twice_in_a_stage() -> None:
    victim = answerer()
    ask = Ask(victim.tag(b"public"), 30, True)
    assert victim.say(More(1, 1, (ask,))) == []
    assert victim.say(More(1, 1, (ask,))) == [PROTOCOL]


def test_fresh_too_often() -> None:
    """A look at a whole set in each of three stages, and no more."""
    victim = answerer()
    ask = Ask(victim.tag(b"public"), 30, True)
    for number in range(1, 5):
        if number > 1:
            assert victim.say(victim.compare(number)) == []
        events = victim.say(More(number, 1, (ask,)))
        assert events == ([] if number < 4 else [BOUNDS])
        victim.say(Want(number, 1, (), True), Settled(number))


def test_cells_of_all_sets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "SYMBOLS_IN_STAGE", 100)
    for end, ends in ((100, False), (101, True)):
        victim = answerer()
        ask = Ask(victim.tag(b"public"), end, False)
        assert victim.say(More(1, 1, (ask,))) == [BOUNDS] * ends


def test_a_cell_at_a_time() -> None:
    """The dearest way to ask: each cell is sent once, and there are no more than all."""
    victim = answerer()
    public = victim.tag(b"public")
    asks = [More(1, 1, (Ask(public, end, False),)) for end in range(31, 400)]
    assert victim.say(*asks) == []
    assert {len(one.sets[0].data) for one in victim.said[-369:] if isinstance(one, Symbols)} == {10}


def test_list_of_a_set_that_was_not_offered() -> None:
    for name in (b"control", b"direct", b"nothing"):
        victim = answerer()
        assert victim.say(Ids(1, 1, victim.tag(name), b"short", True)) == [PROTOCOL]


def test_list_that_goes_on_after_its_end() -> None:
    victim = answerer()
    part = Ids(1, 1, victim.tag(b"public"), b"short", True)
    assert victim.say(part) == []
    assert victim.say(part) == [PROTOCOL]


def test_list_that_is_never_finished() -> None:
    victim = answerer()
    part = Ids(1, 1, victim.tag(b"public"), b"short", False)
    assert victim.say(part, part, Want(1, 1, (), True)) == [PROTOCOL]


def test_more_after_a_list() -> None:
    victim = answerer()
    public = victim.tag(b"public")
    said = [Ids(1, 1, public, b"short", False), More(1, 1, (Ask(public, 60, False),))]
    assert victim.say(*said) == [PROTOCOL]


def test_short_ids_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """In lists and wants together."""
    monkeypatch.setattr(reconcile, "SHORTS_IN_STAGE", 5)
    victim = answerer()
    public = victim.tag(b"public")
    fine: list[Frame] = [
        Ids(1, 1, public, b"short" * 3, False),
        Want(1, 1, ((public, b"short" * 2),), False),
    ]
    assert victim.say(*fine) == []
    assert victim.say(Want(1, 1, ((public, b"short"),), False)) == [BOUNDS]


def test_want_of_unknown_short_ids() -> None:
    """Passed over, as what was lost meanwhile is."""
    victim = answerer()
    shorts = random.Random(1).randbytes(5 * 2_000)
    assert victim.say(Want(1, 1, ((victim.tag(b"public"), shorts),), True)) == []
    assert victim.said[-1] == Sent(1, 1)
    assert not [one for one in victim.said if isinstance(one, frames.Records)]


def test_everything_wanted_twice_over() -> None:
    """By list, by want, and again: each record is sent once."""
    victim = answerer()
    public = victim.tag(b"public")
    (answer,) = victim.said[-1].sets
    assert answer.size == 100
    view = victim.session.rounds.views[b"public"]
    want = Want(1, 1, ((public, reconcile.pack(view.shorts())),) * 2, False)
    assert victim.say(want, want, Ids(1, 1, public, b"", True), Want(1, 1, (), True)) == []
    sent = [one for frame in victim.said if isinstance(frame, frames.Records) for one in frame[0]]
    assert len(sent) == len(set(sent)) == 100
