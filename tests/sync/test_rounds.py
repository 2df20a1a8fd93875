"""Rounds between two nodes (docs/protocol.md §8.4, §8.5): symbols, more, lists, fresh keys.

`small` makes first answers so short that a hundred records need everything.
"""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync import reconcile, rounds
from sync.decoder import Decoder, UndecodableError
from sync.events import Ended, Expected, Received, RoundDone
from sync.frames import Frame, Ids, Lack, More, Refresh, Symbols, Want, encode_frame
from sync.index import Kept, View
from sync.session import Session
from tests.sync.memory import ANNA, ANSWERER, BERT, CARL, DIALLER, Link, Net, Node, friends, rested
from tests.sync.people import NOW, entropy, verify

MEETINGS = [verify(one.meeting(f"m-{n}")) for n in range(60) for one in (ANNA, BERT)]


@pytest.fixture
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reconcile, "FIRST", 8)
        patch.setattr(reconcile, "WHOLE", 3)
        patch.setattr(reconcile, "GENEROUS", 1.5)  # a list is never shorter than what is asked
        yield


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[Frame]:
    """All frames that both sides say."""
    frames: list[Frame] = []

    def watched(frame: Frame) -> bytes:
        frames.append(frame)
        return encode_frame(frame)

    monkeypatch.setattr("sync.session.encode_frame", watched)
    return frames


def holding(node: Node, numbers: Sequence[int] | range) -> None:
    for number in numbers:
        node.put(MEETINGS[number])


def equal(link: Link) -> bool:
    one, other = link.nodes
    return one.ids("meeting") == other.ids("meeting") and rested(link)


def meetings(link: Link) -> list[bytes]:
    """What crossed, in order."""
    return [one.record.id for one in link.crossed if one.record.kind == "meeting"]


def kinds(said: list[Frame]) -> set[type[Frame]]:
    return {type(one) for one in said}


SIDES = st.lists(
    st.sampled_from(["dialler", "answerer", "both", "none"]), min_size=120, max_size=120
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SIDES, st.booleans(), st.sampled_from([0.2, 1.0, 2.2]))
def test_any_split(small: None, where: Sequence[str], anna_dials: bool, generous: float) -> None:
    """Whatever the estimate is worth: both have everything, each record crossed once."""
    nodes = friends() if anna_dials else friends()[::-1]
    for name, node in zip(("dialler", "answerer"), nodes, strict=True):
        holding(node, [n for n, side in enumerate(where) if side in (name, "both")])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reconcile, "GENEROUS", generous)
        link = Link(*nodes)
        link.run()
    assert equal(link)
    crossed = [one.record.id for one in link.crossed]
    assert len(crossed) == len(set(crossed))
    assert {MEETINGS[n].id for n, side in enumerate(where) if side != "none"} <= nodes[0].ids()
    again = Link(*nodes)
    again.run()
    assert (again.crossed, again.messages) == ([], 4)


@pytest.mark.parametrize(
    ("dialler", "answerer", "needed", "not_needed"),
    [
        (range(100), range(1, 100), {Symbols, Want}, {More, Ids, Lack}),
        (range(114), range(6, 120), {Symbols, More, Want}, {Ids, Lack}),
        (range(0), range(90), {Symbols, Ids, Want}, {More, Lack}),
        (range(10), range(5, 120), {Symbols, Ids, Want, Lack}, set()),
        (range(90), range(0), {Symbols, Want}, {More, Ids, Lack}),
    ],
    ids=["symbols", "more", "empty list", "list", "whole"],
)
def test_each_way(
    small: None,
    said: list[Frame],
    dialler: range,
    answerer: range,
    needed: set[type[Frame]],
    not_needed: set[type[Frame]],
) -> None:
    """Which frames it takes, and that both sides then have everything."""
    nodes = friends()
    Link(*nodes).run()
    del said[:]
    for node, numbers in zip(nodes, (dialler, answerer), strict=True):
        holding(node, numbers)
    link = Link(*nodes)
    link.run()
    assert equal(link)
    assert kinds(said) >= needed
    assert not kinds(said) & not_needed
    assert len(meetings(link)) == len(set(dialler) ^ set(answerer))


def undecodable(patch: pytest.MonkeyPatch, *, always: bool = False) -> None:
    """What is decoded contradicts itself: under the kept key, or under any."""
    fresh: list[object] = []
    feed, freshen = Decoder.feed, View.freshen

    def altered(self: Decoder, symbols: bytes, own: Sequence[int]) -> None:
        if always or self._key not in fresh:
            raise UndecodableError
        feed(self, symbols, own)

    def noted(self: View, key: bytes) -> None:
        freshen(self, key)
        fresh.append(self.key)

    patch.setattr(Decoder, "feed", altered)
    patch.setattr(View, "freshen", noted)


def test_fresh_key(small: None, said: list[Frame], monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = friends()
    holding(nodes[0], range(100))
    holding(nodes[1], range(3, 103))
    undecodable(monkeypatch)
    link = Link(*nodes)
    link.run()
    assert equal(link)
    fresh = [ask.fresh for one in said if isinstance(one, More) for ask in one.sets]
    assert fresh[0] is True
    assert Ids not in kinds(said)
    assert len(meetings(link)) == 6


def test_fresh_key_in_vain(small: None, said: list[Frame], monkeypatch: pytest.MonkeyPatch) -> None:
    """Once for a set in a stage; then by list."""
    nodes = friends()
    holding(nodes[0], range(100))
    holding(nodes[1], range(3, 103))
    undecodable(monkeypatch, always=True)
    link = Link(*nodes)
    link.run()
    assert equal(link)
    fresh = [ask.fresh for one in said if isinstance(one, More) for ask in one.sets]
    assert fresh == [True]
    assert {Ids, Lack} <= kinds(said)
    assert len(meetings(link)) == 6


def test_fresh_keys_end(small: None, said: list[Frame], monkeypatch: pytest.MonkeyPatch) -> None:
    """An honest dialling side uses three in a session, and then lists."""
    nodes = friends()
    undecodable(monkeypatch, always=True)
    link = Link(*nodes)
    link.run()
    for number in range(5):
        holding(nodes[1], range(20 * number, 20 * number + 20))
        asked = Refresh(link.sessions[DIALLER].rounds.number)
        data = link.sessions[ANSWERER].secure.encrypt(encode_frame(asked))
        link.handle(DIALLER, link.sessions[DIALLER].receive(data, NOW))
        link.run()
    fresh = [ask.fresh for one in said if isinstance(one, More) for ask in one.sets]
    assert fresh == [True] * 3
    assert equal(link)
    assert link.seen(ANSWERER, Ended) == []


# Between sessions


@pytest.mark.parametrize("restarts", [(), (0,), (1,), (0, 1)], ids=str)
def test_kept_from_session_to_session(small: None, restarts: tuple[int, ...]) -> None:
    """In turns in both roles; records came, went and expired in between; a peer that restarts has
    another salt."""
    nodes = friends()
    short_lived = [verify(BERT.meeting(f"short-{n}", lives=600 + n)) for n in range(10)]
    holding(nodes[0], range(50))
    for turn in range(6):
        numbers = range(turn * 10, 60 + turn * 10)
        for node in nodes:
            for record in [one for one in node.records.values() if one in MEETINGS]:
                if MEETINGS.index(record) not in numbers:
                    node.drop(record)
        holding(nodes[turn % 2], [n for n in numbers if n % 3])
        for record in short_lived[turn : turn + 2]:
            nodes[1].put(record)
        for which in restarts if turn % 2 else ():
            peer = nodes[1 - which].held[0].id
            nodes[which].kept_for[peer] = Kept(entropy("salt", turn, which, size=16))
        kept = [nodes[n].kept(nodes[1 - n].held[0].id).last for n in (0, 1)]
        link = Link(*(nodes if turn % 2 else nodes[::-1]))
        link.run()
        assert equal(link)
        for which, before in enumerate(kept):
            after = nodes[which].kept(nodes[1 - which].held[0].id).last
            assert turn == 0 or (after is before) == (not (restarts and turn % 2))


def test_expired_in_between(small: None) -> None:
    """What expired on one side a second earlier is no difference that comes back."""
    nodes = friends()
    for node in nodes:
        holding(node, range(40))
        for number in range(10):
            node.put(verify(ANNA.meeting(f"short-{number}", lives=200)))
    first = Link(*nodes)
    first.run()
    later = Later(*nodes)
    later.run()
    assert later.crossed == []
    assert later.messages == 4


class Later(Link):
    """A session when the short-lived records are no more."""

    def __init__(self, dialler: Node, answerer: Node) -> None:
        super().__init__(dialler, answerer)

    def handle(self, number: int, happened) -> None:
        self.now = NOW + 150
        super().handle(number, happened)


# In the middle of a stage


@pytest.mark.parametrize("step", range(14))
@pytest.mark.parametrize("side", [DIALLER, ANSWERER])
def test_changes_in_the_middle(small: None, step: int, side: int) -> None:
    """Records come and go while a stage is under way: nothing breaks, and the next session has
    nothing left to do but for what was deleted."""
    nodes = friends()
    holding(nodes[0], range(70))
    holding(nodes[1], range(20, 100))
    link = Link(*nodes)
    for _ in range(step):
        link.step()
    gone = [MEETINGS[n] for n in range(30, 40)]
    for record in gone:
        if record.place in nodes[side].records:
            nodes[side].drop(record)
    author = nodes[side].held[0]
    link.put(side, *(author.meeting(f"new-{step}-{n}") for n in range(8)))
    link.put(side, CARL.introduction())
    link.run()
    assert link.seen(DIALLER, Ended) == link.seen(ANSWERER, Ended) == []
    assert rested(link)
    again = Link(*nodes)
    again.run()
    assert {one.record.id for one in again.crossed} <= {one.id for one in gone}
    assert equal(again)


# Digests that never become equal


@pytest.mark.parametrize("side", [DIALLER, ANSWERER])
def test_record_denied_at_the_last_moment_ends_no_round(
    small: None, said: list[Frame], monkeypatch: pytest.MonkeyPatch, side: int
) -> None:
    """The set has it, the gate does not let it go: a round ends all the same, and another one
    begins only when control records change."""
    nodes = friends()
    holding(nodes[side], range(40))
    denied = {MEETINGS[n].id for n in range(30)}
    permits = Session.permits
    monkeypatch.setattr(
        Session, "permits", lambda self, record: record.id not in denied and permits(self, record)
    )
    link = Link(*nodes)
    link.run()
    assert rested(link)
    assert len(link.seen(DIALLER, RoundDone)) <= 2
    assert nodes[side].ids() - denied <= nodes[1 - side].ids()
    before = len(said)
    for _ in range(20):
        for number, session in enumerate(link.sessions):
            link.handle(number, session.tick(NOW))
        link.run()
    assert len(said) == before


def test_refused_in_both_directions(small: None, said: list[Frame]) -> None:
    """What either side refused for good is in nobody's digest any more."""
    nodes = friends()
    holding(nodes[0], range(80))
    holding(nodes[1], range(5, 85))
    for number, node in enumerate(nodes):
        node.intake = refusing(node, range(5) if number else range(80, 85))
    link = Link(*nodes)
    link.run()
    assert len(meetings(link)) == 10
    assert [sorted(node.refused) for node in nodes] == [["expired"] * 5] * 2
    for number in range(2):
        Net.of(f"again {number}", CARL, ANNA, BERT).teach(*nodes)
        link.handle(DIALLER, link.sessions[DIALLER].control_changed(NOW))
        link.run()
    assert len(meetings(link)) == 10
    assert [one for one in said if isinstance(one, Symbols)][-1].sets == ()


def refusing(node: Node, numbers: range):
    bad, intake = {MEETINGS[n].raw for n in numbers}, node.intake

    def altered(envelopes, proven=frozenset()):
        envelopes = list(envelopes)
        outcomes, fresh, control = intake([e for e in envelopes if e not in bad], proven)
        refused = [(e, "expired") for e in envelopes if e in bad]
        node.refused += ["expired"] * len(refused)
        return [*outcomes, *refused], fresh, control

    return altered


# In parts


def test_wants_in_parts(said: list[Frame], monkeypatch: pytest.MonkeyPatch) -> None:
    """No frame names more short ids than it may; the last `want` alone says that it is the last."""
    monkeypatch.setattr("sync.rounds.SHORTS_IN_FRAME", 4)
    monkeypatch.setattr("sync.reconcile.SHORTS_IN_FRAME", 4)
    for listed in (False, True):
        nodes = friends()
        Link(*nodes).run()
        del said[:]
        holding(nodes[0], range(10) if listed else range(0))
        holding(nodes[1], range(20, 120) if listed else range(20, 30))
        link = Link(*nodes)
        link.run()
        assert equal(link)
        for kind in (Want, Lack):
            sizes = [
                sum(len(shorts) for _tag, shorts in one.sets) // 5
                for one in said
                if isinstance(one, kind)
            ]
            expected = {(Want, False): [4, 4, 2], (Want, True): [0], (Lack, True): [4, 4, 2]}
            assert sizes == expected.get((kind, listed), [])
        assert [one.last for one in said if isinstance(one, Want)][-1:] == [True]
        assert sum(one.last for one in said if isinstance(one, Want)) == 1


@given(
    st.lists(st.tuples(st.sampled_from([b"one.....", b"two....."]), st.integers(0, 30)), max_size=6)
)
def test_framed(pairs: list[tuple[bytes, int]]) -> None:
    """All short ids, in order, in parts that are full but for the last."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "SHORTS_IN_FRAME", 7)
        named = [(name, bytes(range(5 * count))) for name, count in pairs]
        parts = list(rounds.framed(named))
    sizes = [sum(len(shorts) // 5 for _name, shorts in part) for part in parts]
    assert all(size == 7 for size in sizes[:-1])
    assert all(0 < size <= 7 for size in sizes)
    for name in (b"one.....", b"two....."):
        joined = b"".join(s for part in parts for one, s in part if one == name)
        assert joined == b"".join(shorts for one, shorts in named if one == name)


def test_expected(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many records are to come, told once in a stage that has some, before they come."""
    monkeypatch.setattr("sync.transfer.WINDOW_RECORDS", 4)
    nodes = friends()
    Link(*nodes).run()
    holding(nodes[0], range(20, 90))
    holding(nodes[1], range(100))
    link = Link(*nodes)
    link.run()
    assert link.seen(DIALLER, Expected) == [Expected(30)]
    kinds_ = [type(one) for one in link.events[DIALLER]]
    assert kinds_.index(Expected) < kinds_.index(Received)
