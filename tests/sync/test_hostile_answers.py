"""A dialling side whose peer breaks the rules of rounds (docs/protocol.md §8.3–§8.6)."""

import random

import pytest

from sync import frames, reconcile
from sync.events import Expected, RoundDone
from sync.frames import (
    Answer,
    Ask,
    Ids,
    Lack,
    More,
    Sent,
    Symbols,
    Want,
)
from tests.sync.memory import Link
from tests.sync.victims import (
    BOUNDS,
    PROTOCOL,
    WRONG,
    Victim,
    dialler,
    transfer_d,
)


def answer_of(victim: Victim, data: bytes, **more: object) -> Symbols:
    fields: dict[str, object] = {
        "tag": victim.tag(b"public"), "size": 100, "total": WRONG, "whole": False, "data": data
    }  # fmt: skip
    return Symbols(1, 1, (Answer(**(fields | more)),))


@pytest.mark.parametrize("cells", [0, 1, 29, 31, 300])
def test_wrong_number_of_cells(cells: int) -> None:
    victim = dialler()
    assert victim.say(answer_of(victim, bytes(10 * cells))) == [PROTOCOL]


def test_wrong_number_of_further_cells() -> None:
    for wrong in (-1, 1, 30):
        victim, end = asked_for_more()
        assert victim.say(answer_of(victim, bytes(10 * (end - 30 + wrong)))) == [PROTOCOL]


def asked_for_more() -> tuple[Victim, int]:
    """One more record there than here can't be told from cells that say two."""
    victim = dialler()
    own = victim.session.rounds.views[b"public"].cells(0, 30)
    cells = [own[0] + (2 << 96), *own[1:]]
    assert victim.say(answer_of(victim, reconcile.pack_cells(cells), size=102)) == []
    (ask,) = victim.said[-1].sets
    assert (ask.tag, ask.fresh) == (victim.tag(b"public"), False)
    return victim, ask.end


def test_sets_not_asked_for() -> None:
    victim = dialler()
    for name in (b"control", b"nothing"):
        victim = dialler()
        wrong = answer_of(victim, bytes(300), tag=victim.tag(name))
        assert victim.say(wrong) == [PROTOCOL]
    victim, end = asked_for_more()
    data = bytes(10 * (end - 30))
    public, direct = victim.tag(b"public"), victim.tag(b"direct")
    for names in ([direct], [public, direct], [public, public], []):
        victim, end = asked_for_more()
        sets = tuple(Answer(name, 1, WRONG, False, data) for name in names)
        assert victim.say(Symbols(1, 1, sets)) == [PROTOCOL]


def test_the_same_set_twice() -> None:
    victim = dialler()
    (one,) = answer_of(victim, bytes(300)).sets
    assert victim.say(Symbols(1, 1, (one, one))) == [PROTOCOL]


def test_whole_list_that_is_too_long_or_too_late() -> None:
    victim = dialler()
    long = answer_of(victim, b"short" * (reconcile.WHOLE + 1), whole=True)
    assert victim.say(long) == [PROTOCOL]
    victim, _end = asked_for_more()
    assert victim.say(answer_of(victim, b"short", whole=True)) == [PROTOCOL]


def test_symbols_of_another_round_or_stage() -> None:
    for number, stage, sets in ((2, 1, 1), (1, 0, 0), (2, 1, 0)):
        victim = dialler()
        frame = answer_of(victim, bytes(300))._replace(round=number, stage=stage)
        assert victim.say(frame if sets else frame._replace(sets=())) == [PROTOCOL]
    victim = dialler()  # a set of stage 1 in stage 0
    assert victim.say(answer_of(victim, bytes(300))._replace(stage=0)) == [PROTOCOL]


def test_wrong_totals() -> None:
    """The cells are right and the digest is not: another key, then a list, and the round ends."""
    victim = dialler()
    view = victim.session.rounds.views[b"public"]
    assert victim.say(answer_of(victim, reconcile.pack_cells(view.cells(0, 30)))) == []
    assert victim.said[-1] == More(1, 1, (Ask(victim.tag(b"public"), 30, True),))
    cells = victim.session.rounds.views[b"public"].cells(0, 30)
    assert view.is_fresh
    assert victim.say(answer_of(victim, reconcile.pack_cells(cells))) == []
    assert [type(one) for one in victim.said[-2:]] == [Ids, Want]
    assert victim.say(Sent(1, 1)) == [RoundDone(1)]


def test_lack_of_what_was_no_list() -> None:
    victim = transfer_d()
    assert victim.say(Lack(1, 1, ((victim.tag(b"public"), b"short"),))) == [PROTOCOL]


def listing() -> tuple[Victim, bytes, bytes]:
    """It sent its list. (victim, tag, the short ids)"""
    victim = dialler()
    random_ = random.Random(4)
    assert victim.say(answer_of(victim, random_.randbytes(300), size=10**6)) == [Expected(999_900)]
    (ids,) = (one for one in victim.said if isinstance(one, Ids))
    return victim, ids.tag, ids.shorts


def test_lack_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each record of a list is sent once, however often the other side says that it lacks it."""
    victim, name, shorts = listing()
    assert victim.say(*[Lack(1, 1, ((name, shorts),))] * 3) == []
    sent = [one for frame in victim.said if isinstance(frame, frames.Records) for one in frame[0]]
    assert len(sent) == len(set(sent)) == 100
    assert victim.session.outbox.waiting == 0
    monkeypatch.setattr(reconcile, "SHORTS_IN_STAGE", 101)
    victim, name, shorts = listing()
    assert victim.say(Lack(1, 1, ((name, shorts),)), Lack(1, 1, ((name, b"short"),))) == []
    assert victim.say(Lack(1, 1, ((name, b"short"),))) == [BOUNDS]


def test_sent_twice() -> None:
    victim, name, shorts = listing()
    assert victim.say(Lack(1, 1, ((name, shorts),)), Sent(1, 1)) == []
    assert victim.say(Sent(1, 1)) == [PROTOCOL]


@pytest.mark.parametrize("seed", range(20))
def test_random_cells_for_ever(seed: int) -> None:
    """A bounded number of round trips; then a list."""
    dice = random.Random(seed)
    victim = dialler()
    trips, end = 0, 30
    start = 0
    while True:
        data = b"".join(  # small enough that the estimate leaves hope
            bytes([dice.choice([0, 1, 2, 254, 255]), 0]) + dice.randbytes(8)
            for _ in range(end - start)
        )
        assert victim.say(answer_of(victim, data)) == []
        last = victim.said[-1]
        if not isinstance(last, More):
            break
        trips += 1
        start, end = (0 if last.sets[0].fresh else end), last.sets[0].end
    assert trips <= 20
    assert [type(one) for one in victim.said[-2:]] == [Ids, Want]


def test_node_is_not_changed_by_any_of_it() -> None:
    """A stage of a peer that lies takes nothing away, and the next honest session is whole."""
    victim, name, shorts = listing()
    victim.say(Lack(1, 1, ((name, shorts),)), Sent(1, 1))
    assert len(victim.node.ids("meeting")) == 100
    link = Link(victim.node, victim.other)
    link.run()
    assert victim.node.ids() == victim.other.ids()
