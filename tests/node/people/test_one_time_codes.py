"""One-time codes for the inside view."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.app import open_core
from node.people.one_time_codes import (
    CODE_SECONDS,
    OPEN_DOORS,
    SETUP_SECONDS,
    forget_codes,
    is_good,
    make_code,
    use_code,
)
from node.people.persons import Standing, new_id, persons
from node.store.core import Core
from tests.node.world import make_home


class Clock:
    """A clock that stands still until it is turned."""

    now = 1_795_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def core(tmp_path: Path, clock: Clock) -> Iterator[Core]:
    opened = open_core(make_home(tmp_path, "Own"), clock=clock)
    with opened.transaction():
        persons(opened).add(new_id(opened), "Kim", Standing.MEMBER, clock(), key_person=True)
    yield opened
    opened.close()


def test_a_code_works_once(core: Core) -> None:
    code = make_code(core)
    assert [use_code(core, code), use_code(core, code)] == [True, False]


def test_a_code_works_for_ten_minutes(core: Core, clock: Clock) -> None:
    early, late = make_code(core), make_code(core)
    clock.now += CODE_SECONDS - 1
    assert use_code(core, early)
    clock.now += 1
    assert not use_code(core, late)


def test_looking_uses_no_code_up(core: Core, clock: Clock) -> None:
    code = make_code(core)
    assert [is_good(core, code), is_good(core, code), use_code(core, code)] == [True] * 3
    assert not is_good(core, code)


def test_code_works_for_a_day_while_nobody_is_in_the_group(core: Core, clock: Clock) -> None:
    with core.transaction():
        for one in persons(core).all():
            persons(core).remove(one.id)
    early, late = make_code(core), make_code(core)
    clock.now += SETUP_SECONDS - 1
    assert use_code(core, early)
    clock.now += 1
    assert not use_code(core, late)


def test_codes_from_before_are_forgotten(core: Core) -> None:
    code = make_code(core)
    forget_codes(core)
    assert not use_code(core, code)


@pytest.mark.parametrize("code", ["", "x", "ä" * 5000, "\udc80", "a" * 32])
def test_wrong_codes(code: str, core: Core) -> None:
    kept = core.settings.starting_with("door/")
    assert not use_code(core, code)
    assert core.settings.starting_with("door/") == kept


def test_only_digests_are_kept(core: Core) -> None:
    code = make_code(core)
    ((key, expires),) = core.settings.starting_with("door/")
    assert code not in key
    assert (len(key), expires) == (len("door/") + 64, Clock.now + CODE_SECONDS)


def test_old_codes_and_too_many_are_forgotten(core: Core, clock: Clock) -> None:
    make_code(core)
    clock.now += CODE_SECONDS
    codes = []
    for _one in range(OPEN_DOORS + 5):
        codes.append(make_code(core))
        clock.now += 1
    assert len(core.settings.starting_with("door/")) == OPEN_DOORS
    assert [use_code(core, code) for code in (codes[0], codes[-1])] == [False, True]
