"""Set reconciliation (docs/protocol.md §8.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import reconcile
from sync.errors import SessionError
from sync.reconcile import Asking, Index, Summary, answer, short, tag

SHORTS = st.sets(st.integers(0, 2**64 - 1), max_size=30)
SETS = st.dictionaries(st.sampled_from([b"setone..", b"settwo.."]), SHORTS)


def index(shorts: set[int]) -> Index:
    return Index({one: one + 1 for one in shorts})


@given(SETS, SETS)
def test_reconcile_finds_all(here: dict[bytes, set[int]], there: dict[bytes, set[int]]) -> None:
    """What both name and what differs, whole; nothing else."""
    asking = Asking({name: index(shorts) for name, shorts in here.items()})
    others = {name: index(shorts) for name, shorts in there.items()}
    for part in answer(others, asking.compare()):
        asking.hear(part)
    both = here.keys() & there.keys()
    assert set(asking.lacking) == set().union(*(there[n] - here[n] for n in both))
    assert set(asking.giving()) == set().union(*(here[n] - there[n] for n in both))
    assert asking.equal == all(here[n] == there[n] for n in both)


@given(SHORTS, SHORTS)
def test_summary(kept: set[int], gone: set[int]) -> None:
    """Adding and removing in any order gives what building anew gives."""
    summary = Summary()
    for one in [*gone, *kept]:
        summary.add(one)
    for one in gone:
        summary.remove(one)
    anew = Summary()
    for one in kept:
        anew.add(one)
    assert summary == anew


def test_answer_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """No part names more than a frame holds; together they name everything once."""
    monkeypatch.setattr(reconcile, "SHORTS_IN_FRAME", 4)
    sets = {b"setone..": index(set(range(9))), b"settwo..": index(set(range(20, 25)))}
    parts = list(answer(sets, [(b"settwo..", 0, 0), (b"setone..", 0, 0)]))
    assert [sum(len(shorts) for _name, shorts in part) for part in parts] == [4, 4, 4, 2]
    named = [one for part in parts for _name, shorts in part for one in shorts]
    assert sorted(named) == [*range(9), *range(20, 25)]


@pytest.mark.parametrize("size", [0, 4, 8])
def test_answer_parts_exact(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """A set that fills its parts, and an empty one, are named all the same."""
    monkeypatch.setattr(reconcile, "SHORTS_IN_FRAME", 4)
    asking = Asking({b"setone..": index({99})})
    for part in answer({b"setone..": index(set(range(size)))}, asking.compare()):
        asking.hear(part)
    assert (set(asking.lacking), set(asking.giving())) == (set(range(size)), {99})


def test_asking_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "SHORTS_IN_STAGE", 5)
    asking = Asking({b"setone..": index({1})})
    asking.hear([(b"setone..", [1, 2, 3]), (b"another.", range(100))])
    with pytest.raises(SessionError, match="bounds"):
        asking.hear([(b"setone..", [3, 3, 3])])


def test_short_keyed() -> None:
    """Another session, other short ids: nobody chooses records that collide for others."""
    assert short(bytes(32), b"id") != short(bytes(31) + b"1", b"id")
    assert tag(bytes(32), b"id") == short(bytes(32), b"id").to_bytes(8, "big")
