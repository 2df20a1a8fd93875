"""One key person, or two: the rules as they run, with attacks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.base.errors import Problem
from node.features.networks.actions import found_network
from node.features.rules.actions import (
    ACTS,
    LESS,
    OPEN_SECONDS,
    begin,
    missing,
    needed,
    refuse,
    second,
    set_needed,
    waiting,
)
from node.features.rules.tables import rules
from node.people.persons import Person, Standing, persons
from node.store.core import Core
from tests.node.web.conftest import person
from tests.node.world import Clock, make_core


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def core(tmp_path: Path, clock: Clock) -> Iterator[Core]:
    made = make_core(tmp_path, clock=clock)
    yield made
    made.close()


@pytest.fixture
def keys(core: Core) -> list[Person]:
    return [person(core, name, key_person=True) for name in ("Kim", "Alex", "Robin")]


def refused(action: object, *args: object) -> str:
    with pytest.raises(Problem) as problem:
        action(*args)
    return problem.value.code


def two(core: Core, keys: list[Person], *acts: str) -> None:
    for act in acts:
        set_needed(core, keys[0].id, act, 2)


def less(act: str) -> dict[str, Any]:
    return {"act": act, "needed": 1}


def states(core: Core) -> list[str]:
    return [one.state for one in rules(core).latest(9)]


def test_one_is_enough_unless_the_group_says_two(core: Core, keys: list[Person]) -> None:
    assert {act: needed(core, act) for act in ACTS} == dict.fromkeys(ACTS, 1)
    assert needed(core, LESS) == 2
    outcome = set_needed(core, keys[0].id, "leave", 2)
    assert outcome is not None
    assert outcome.done
    assert needed(core, "leave") == 2
    assert set_needed(core, keys[0].id, "leave", 2) is None


def test_from_two_to_one_takes_two(core: Core, keys: list[Person]) -> None:
    kim, alex, _robin = keys
    two(core, keys, "leave")
    outcome = set_needed(core, kim.id, "leave", 1)
    assert outcome is not None
    assert (outcome.done, outcome.missing, needed(core, "leave")) == (False, 1, 2)
    assert refused(second, core, kim.id, outcome.request) == "act-agreed"  # nobody counts twice
    assert refused(set_needed, core, kim.id, "leave", 1) == "act-begun"
    assert second(core, alex.id, outcome.request).done
    assert (needed(core, "leave"), states(core)) == (1, ["done"])
    assert refused(second, core, alex.id, outcome.request) == "act-over"


def test_the_machine_counts_as_nobody(core: Core, keys: list[Person]) -> None:
    """Who came by its link begins what two have to want; then two persons say yes."""
    kim, alex, _robin = keys
    two(core, keys, "leave")
    outcome = set_needed(core, None, "leave", 1)
    assert outcome is not None
    assert (outcome.done, outcome.missing) == (False, 2)
    assert not second(core, kim.id, outcome.request).done
    assert second(core, alex.id, outcome.request).done


@pytest.mark.parametrize("standing", [Standing.MEMBER, Standing.NEWCOMER, Standing.FORMER])
def test_only_key_persons_count(core: Core, keys: list[Person], standing: Standing) -> None:
    two(core, keys, "leave")
    other = person(core, "Noa", standing)
    assert refused(begin, core, other.id, "leave", {}) == "not-a-key-person"
    outcome = begin(core, keys[0].id, LESS, less("leave"))
    assert refused(second, core, other.id, outcome.request) == "not-a-key-person"
    assert refused(refuse, core, other.id, outcome.request) == "not-a-key-person"
    assert refused(second, core, "nobody", outcome.request) == "not-a-key-person"


def test_who_is_no_key_person_any_more_counts_no_more(core: Core, keys: list[Person]) -> None:
    kim, alex, robin = keys
    two(core, keys, "leave")
    outcome = begin(core, kim.id, LESS, less("leave"))
    with core.transaction():
        persons(core).change(kim.id, key_person=False)
    assert not second(core, alex.id, outcome.request).done
    assert second(core, robin.id, outcome.request).done


def test_one_is_enough_while_there_is_one(core: Core) -> None:
    kim = person(core, "Kim", key_person=True)
    assert refused(set_needed, core, kim.id, "leave", 2) == "too-few-key-persons"
    alex = person(core, "Alex", key_person=True)
    set_needed(core, kim.id, "leave", 2)
    with core.transaction():
        persons(core).change(alex.id, key_person=False)
    assert begin(core, kim.id, LESS, less("leave")).done  # and all members can read it
    assert states(core) == ["done"]


def test_refused_taken_back_and_over(core: Core, keys: list[Person], clock: Clock) -> None:
    kim, alex, _robin = keys
    two(core, keys, "leave", "found", "apply")
    one, other, late = (begin(core, kim.id, LESS, less(a)) for a in ("leave", "found", "apply"))
    refuse(core, alex.id, one.request)
    refuse(core, kim.id, other.request)
    assert refused(second, core, alex.id, one.request) == "act-over"
    clock.now += OPEN_SECONDS
    assert waiting(core) == []
    assert refused(second, core, alex.id, late.request) == "act-over"
    begin(core, kim.id, LESS, less("leave"))
    assert sorted(states(core)) == ["back", "over", "refused", "waiting"]
    assert needed(core, "leave") == 2


def test_what_is_no_act(core: Core, keys: list[Person]) -> None:
    for act, count in (("dance", 2), ("leave", 0), ("leave", 3), (LESS, 1)):
        assert refused(set_needed, core, keys[0].id, act, count) == "no-such-act"
    with pytest.raises(ValueError, match="no act"):
        begin(core, keys[0].id, "dance", {})


def test_real_act_waits_and_is_done_once(core: Core, keys: list[Person]) -> None:
    kim, alex, robin = keys
    two(core, keys, "found", "leave")
    before = set(core.own)
    outcome = begin(core, kim.id, "found", {"fields": {"name": "Netz"}, "shown": "Netz"})
    assert (outcome.done, set(core.own)) == (False, before)
    assert second(core, alex.id, outcome.request).done
    (network,) = set(core.own) - before
    assert refused(second, core, robin.id, outcome.request) == "act-over"
    left = begin(core, kim.id, "leave", {"network": network.hex(), "shown": "Netz"})
    now = core.clock()
    assert core.ties.is_member(network, core.home_id, now)
    assert second(core, robin.id, left.request).done
    assert not core.ties.is_member(network, core.home_id, now)


def test_what_fails_is_told_and_not_repeated(core: Core, keys: list[Person]) -> None:
    kim, alex, _robin = keys
    two(core, keys, "leave")
    network = found_network(core, core.home_id, {"name": "Netz"})
    outcome = begin(core, kim.id, "leave", {"network": bytes(32).hex(), "shown": "Fort"})
    with pytest.raises(Problem):
        second(core, alex.id, outcome.request)
    assert states(core) == ["failed"]
    assert core.ties.is_member(network, core.home_id, core.clock())


def test_missing_is_counted_anew(core: Core, keys: list[Person]) -> None:
    two(core, keys, "leave")
    outcome = begin(core, keys[0].id, LESS, less("leave"))
    found = rules(core).get(outcome.request)
    assert found is not None
    assert missing(core, found) == 1
