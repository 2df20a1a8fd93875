"""Roles as a policy: who may change what, and what needs two."""

from collections.abc import Mapping
from typing import Any

import pytest

from node.base.errors import Problem
from node.features.roles import tables
from node.features.roles.actions import SECOND_SECONDS, change_role, code_for, withdraw
from node.features.roles.types import Change
from node.features.ways.actions import come_back, note
from node.features.ways.types import Shown
from node.people.persons import Person, Standing, persons
from node.people.sessions import Sessions
from node.store.core import Core

PEOPLE: Mapping[str, Mapping[str, Any]] = {
    "ada": {"key_person": True},
    "ben": {"key_person": True},
    "cem": {"key_person": True},
    "dora": {},
    "emil": {"treasurer": True},
    "new": {"standing": Standing.NEWCOMER},
    "gone": {"standing": Standing.FORMER},
}
NEVER_IN = {"emil", "cem"}


def people(core: Core, *names: str, never_in: set[str] = NEVER_IN) -> None:
    with core.transaction():
        for name in names or PEOPLE:
            said = {"standing": Standing.MEMBER, **PEOPLE[name]}
            persons(core).add(name, name.title(), made=core.clock(), **said)
            if name not in never_in:
                note(core, name, "link-used", name)


def person(core: Core, id: str | None) -> Person | None:
    return persons(core).get(id) if id else None


def result(core: Core, by: str | None, whom: str, change: Change) -> str:
    try:
        return change_role(core, person(core, by), whom, change)
    except Problem as problem:
        return problem.code


@pytest.mark.parametrize(
    ("by", "whom", "change", "expected"),
    [
        ("ada", "dora", "key", "done"),
        (None, "dora", "key", "done"),
        ("ada", "new", "key", "no-member-here"),
        ("ada", "gone", "key", "no-member-here"),
        ("ada", "nobody", "key", "no-such-person"),
        ("ada", "ada", "no-key", "done"),
        ("ada", "ben", "no-key", "begun"),
        (None, "ben", "no-key", "done"),
        ("ada", "dora", "no-key", "done"),  # who has none keeps none
        ("ada", "dora", "treasurer", "done"),
        ("ada", "ada", "treasurer", "done"),
        ("ada", "emil", "no-treasurer", "done"),
        (None, "emil", "no-treasurer", "done"),
        ("ada", "gone", "treasurer", "no-member-here"),
    ],
)
def test_who_changes_what(
    by: str | None, whom: str, change: Change, expected: str, core: Core
) -> None:
    people(core)
    assert result(core, by, whom, change) == expected
    after = person(core, whom)
    if after is not None and expected == "done":
        has = after.treasurer if change.endswith("treasurer") else after.key_person
        assert has is not change.startswith("no-")


@pytest.mark.parametrize("by", ["ada", None])
def test_last_key_person_who_can_come_in_stays(by: str | None, core: Core) -> None:
    people(core, "ada", "cem", "dora")  # Cem never came in: he can't act for anybody
    assert result(core, by, "ada", "no-key") == "last-key-person"
    assert result(core, by, "dora", "key") == "done"
    assert result(core, by, "ada", "no-key") == "done"


def test_two_can_not_throw_each_other_out(core: Core) -> None:
    people(core, "ada", "ben")
    assert result(core, "ada", "ben", "no-key") == "third-key-person"


def test_key_is_taken_by_two_others(core: Core) -> None:
    people(core, never_in=set())
    assert result(core, "ada", "ben", "no-key") == "begun"
    assert result(core, "ada", "ben", "no-key") == "waits"
    ben = person(core, "ben")
    assert ben is not None
    assert ben.key_person
    assert result(core, "cem", "ben", "no-key") == "done"
    ben = person(core, "ben")
    assert ben is not None
    assert not ben.key_person
    ((entry,), begun) = tables.log_of(core, "ben", 9), tables.open_seconds(core)
    assert (entry.what, entry.by, entry.second, begun) == ("no-key", "ada", "cem", [])


def test_what_is_begun_is_over_after_a_week_or_when_it_is_withdrawn(core: Core) -> None:
    people(core, never_in=set())
    assert result(core, "ada", "ben", "no-key") == "begun"
    core.clock.wall.now += SECOND_SECONDS
    assert result(core, "cem", "ben", "no-key") == "begun"
    withdraw(core, "ben", "no-key")
    assert result(core, "ada", "ben", "no-key") == "begun"


def test_what_somebody_began_who_has_no_key_any_more_counts_for_nothing(core: Core) -> None:
    people(core, never_in=set())
    assert result(core, "dora", "ben", "no-key") == "begun"  # pages ask for the right first
    assert result(core, "ada", "ben", "no-key") == "begun"
    assert result(core, "cem", "ben", "no-key") == "done"


def code(core: Core, by: str | None, whom: str) -> str:
    try:
        found = code_for(core, person(core, by), whom)
    except Problem as problem:
        return problem.code
    return "code" if isinstance(found, Shown) else found


@pytest.mark.parametrize(
    ("by", "whom", "expected"),
    [
        ("ada", "emil", "code"),  # never came in
        (None, "emil", "code"),
        ("ada", "dora", "begun"),  # was inside
        (None, "dora", "code"),
        ("ada", "ben", "begun"),
        ("ada", "ada", "not-about-oneself"),
        ("ada", "gone", "no-such-person"),
        ("ada", "nobody", "no-such-person"),
        ("ada", "new", "begun"),
    ],
)
def test_who_reads_out_a_code_for_whom(
    by: str | None, whom: str, expected: str, core: Core
) -> None:
    people(core)
    assert code(core, by, whom) == expected


def test_two_key_persons_let_somebody_in_again(core: Core) -> None:
    people(core)
    assert [code(core, by, "dora") for by in ("ada", "ada", "ben", "ada")] == [
        "begun",
        "waits",
        "code",
        "code",
    ]
    (entry, *_more) = tables.log_of(core, "dora", 9)
    assert (entry.what, entry.by, entry.second) == ("readmit", "ada", "ben")


@pytest.mark.parametrize(
    ("there", "whom", "by"), [(("ada", "dora"), "dora", "ada"), (("ada", "ben"), "ben", "ada")]
)
def test_one_alone_lets_in_again_while_there_is_no_other(
    there: tuple[str, ...], whom: str, by: str, core: Core
) -> None:
    people(core, *there)
    assert code(core, by, whom) == "code"
    assert [one.what for one in tables.log_since(core, 0, 9)] == ["alone-readmit"]


def test_who_was_let_in_again_is_in_alone(core: Core) -> None:
    people(core)
    thief = Sessions(core).begin("dora", "password", "")
    found = code_for(core, None, "dora")
    assert isinstance(found, Shown)
    assert come_back(core, found.text).how == "readmission"
    assert Sessions(core).find(thief) is None
    assert [one.what for one in tables.log_since(core, 0, 9)] == ["keeper-readmit"]
