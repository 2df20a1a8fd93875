"""One stage of a round between two honest sides (docs/protocol.md §8.4, §8.5)."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import reconcile
from sync.sketch import SetKey
from tests.protocol.making.naive import record_id
from tests.sync.pairs import FRESH, KEY, TWINS, Side, Stage, tag_of

SETS = st.dictionaries(st.sampled_from(["one", "two", "three"]), st.sets(st.integers(0, 40)))


def ran(dialler: dict[str, Iterable[int]], answerer: dict[str, Iterable[int]]) -> Stage:
    return Stage(Side(dialler), Side(answerer)).run()


def apart(here: dict[str, Iterable[int]], there: dict[str, Iterable[int]]) -> list[int]:
    """What only `here` has, of the sets that both name."""
    both = here.keys() & there.keys()
    return sorted(one for name in both for one in set(here[name]) - set(there[name]))


def shifted(sets: dict[str, set[int]]) -> dict[str, Iterable[int]]:
    """Other records in each set."""
    return {name: {1_000 * len(name) + one for one in held} for name, held in sets.items()}


@given(SETS, SETS, st.sampled_from([(30, 60), (4, 0), (8, 3)]))
def test_any_small_sets(
    here: dict[str, set[int]], there: dict[str, set[int]], sizes: tuple[int, int]
) -> None:
    """What both name and what differs, whole; nothing else. As lists, cells, or both."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reconcile, "FIRST", sizes[0])
        patch.setattr(reconcile, "WHOLE", sizes[1])
        d, a = shifted(here), shifted(there)
        stage = ran(d, a)
    assert (sorted(stage.d_gives), sorted(stage.a_gives)) == (apart(d, a), apart(a, d))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 700), st.integers(0, 700), st.integers(0, 4_000), st.integers(0, 10**6))
def test_any_large_sets(d: int, a: int, both: int, first: int) -> None:
    common = range(first, first + both)
    mine = {"one": [*common, *range(first + both, first + both + d)]}
    theirs = {"one": [*common, *range(first + both + d, first + both + d + a)]}
    stage = ran(mine, theirs)
    assert (sorted(stage.d_gives), sorted(stage.a_gives)) == (
        apart(mine, theirs),
        apart(theirs, mine),
    )
    assert len(stage.asked) <= 6
    assert not stage.asked or stage.asked[0][0].fresh is False


def test_few_differences_cost_one_answer() -> None:
    stage = ran({"one": range(3, 5_000)}, {"one": range(4_998)})
    assert (stage.asked, stage.cells) == ([], reconcile.FIRST)
    assert (sorted(stage.d_gives), sorted(stage.a_gives)) == ([4_998, 4_999], [0, 1, 2])


def test_some_differences_cost_about_two_cells_each() -> None:
    for seed in range(10):
        first = 10_000 * seed
        stage = ran(
            {"one": range(first, first + 5_000)}, {"one": range(first + 100, first + 5_100)}
        )
        assert 200 < stage.cells < 1_000
        assert 1 <= len(stage.asked) <= 3
        assert len(stage.d_gives) == len(stage.a_gives) == 100


def test_nothing_here_gets_everything() -> None:
    """An empty list, after the first cells."""
    stage = ran({"one": []}, {"one": range(5_000)})
    assert (stage.cells, stage.listed, stage.asked) == (reconcile.FIRST, [tag_of("one")], [])
    assert (len(stage.a_gives), stage.asking.awaited) == (5_000, 5_000)


def test_nothing_there_gets_everything() -> None:
    stage = ran({"one": range(5_000)}, {"one": []})
    assert (stage.cells, stage.listed, len(stage.d_gives)) == (0, [], 5_000)


def test_list_where_it_is_shorter() -> None:
    stage = ran({"one": range(100)}, {"one": range(50, 2_000)})
    assert stage.listed == [tag_of("one")]
    assert (sorted(stage.d_gives), len(stage.a_gives)) == (list(range(50)), 1_900)


def test_list_where_a_set_would_need_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "SYMBOLS", 64)
    stage = ran({"one": range(2_000)}, {"one": range(100, 2_100)})
    assert stage.listed == [tag_of("one")]
    assert (len(stage.d_gives), len(stage.a_gives)) == (100, 100)


def test_list_where_all_sets_would_need_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of what the other side allows, also where each set by itself would not need it: first
    answers and fresh ones come on top."""
    monkeypatch.setattr(reconcile, "SYMBOLS_IN_STAGE", 1_200)
    sets = {name: 10_000 * at for at, name in enumerate(("one", "two", "three", "four"))}
    stage = ran(
        {name: range(at, at + 2_000) for name, at in sets.items()},
        {name: range(at + 40, at + 2_040) for name, at in sets.items()},
    )
    assert 0 < len(stage.listed) < 4
    assert stage.cells <= 600
    assert (len(stage.d_gives), len(stage.a_gives)) == (160, 160)


def test_list_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """No part is longer than a frame allows; the last one says so; an empty list is one part."""
    monkeypatch.setattr(reconcile, "SHORTS_IN_FRAME", 4)
    for size, parts in ((0, [0]), (3, [3]), (4, [4]), (9, [4, 4, 1])):
        stage = Stage(Side({"one": range(size)}), Side({"one": range(100, 2_000)}))
        assert stage.asking.hear(stage.answering.first(stage.theirs)) == []
        said = list(stage.asking.lists())
        assert [len(shorts) // 5 for _name, shorts, _last in said] == parts
        assert [last for _name, _shorts, last in said] == [False] * (len(parts) - 1) + [True]
        assert sum(parts) == size


# Two records with one short id

ONE, OTHER = TWINS
REST = range(200)


def test_twins() -> None:
    shorts = [SetKey(key).shorts(record_id(one)[:16]) for key in (KEY, FRESH) for one in TWINS]
    assert shorts[0] == shorts[1]
    assert shorts[2] != shorts[3]


@pytest.mark.parametrize(
    ("here", "there", "fresh", "d_gives", "a_gives"),
    [
        pytest.param([ONE], [OTHER], 0, [], [], id="nothing seems to differ, until another day"),
        pytest.param([ONE], [ONE, OTHER], 0, [], [ONE, OTHER], id="both are sent: one too many"),
        pytest.param([ONE, OTHER], [ONE], 1, [OTHER], [], id="another key"),
        pytest.param([ONE, OTHER], [ONE, 500], 1, [OTHER], [500], id="and what differs besides"),
    ],
)
def test_twins_in_a_set(
    here: list[int], there: list[int], fresh: int, d_gives: list[int], a_gives: list[int]
) -> None:
    stage = ran({"one": [*REST, *here]}, {"one": [*REST, *there]})
    assert sum(ask.fresh for asks in stage.asked for ask in asks) == fresh
    assert (sorted(stage.d_gives), sorted(stage.a_gives)) == (d_gives, a_gives)
    assert stage.listed == []


def test_more_under_the_other_key() -> None:
    """Cells are asked for under the first key, under the other one anew, and then further ones."""
    rest, others = range(3_000), list(range(5_000, 5_080))
    stage = ran({"one": [*rest, ONE, OTHER]}, {"one": [*rest, ONE, *others]})
    asks = [ask for asks in stage.asked for ask in asks]
    at = next(n for n, ask in enumerate(asks) if ask.fresh)
    assert 0 < at < len(asks) - 1
    assert asks[at + 1].end > asks[at].end == reconcile.FIRST
    assert (stage.d_gives, sorted(stage.a_gives), stage.listed) == ([OTHER], others, [])


@pytest.mark.parametrize("side", ["dialler", "answerer"])
def test_twins_on_one_side_only(side: str) -> None:
    """No cell with both is ever pure: in the end it goes by list, which has them both."""
    with_, without = {"one": [*REST, *TWINS]}, {"one": list(REST)}
    stage = ran(with_, without) if side == "dialler" else ran(without, with_)
    assert stage.listed == [tag_of("one")]
    given = stage.d_gives if side == "dialler" else stage.a_gives
    assert sorted(given) == [ONE, OTHER]
    assert stage.cells < 1_000


def test_no_other_key_left() -> None:
    """Three stages of the session had one: this one goes by list, and that list tells no more."""
    dialler, answerer = Side({"one": [*REST, *TWINS]}), Side({"one": [*REST, ONE, 500]})
    stage = Stage(dialler, answerer, fresh=b"").run()
    assert stage.listed == [tag_of("one")]
    assert (stage.d_gives, stage.a_gives) == ([], [500])


def test_refused_are_no_difference() -> None:
    """What the other side refused is in neither cells, digests nor lists."""
    for sizes in (20, 200):
        dialler = Side({"one": range(sizes)}, refused=range(3))
        answerer = Side({"one": range(3, sizes + 4)}, refused=range(sizes, sizes + 4))
        stage = Stage(dialler, answerer).run()
        assert (stage.answered, stage.d_gives, stage.a_gives) == ([[]], [], [])
