"""Whose yes lets one person act for another."""

from collections.abc import Sequence

import pytest

from node.base.errors import Problem
from node.features.acting import actions, tables
from node.features.acting.actions import begin, end, note_change, say_yes, stop
from node.people.acting import acted_for
from node.people.persons import persons
from node.people.sessions import Session, Sessions
from node.store.core import Core
from tests.node.features.roles.test_actions import people, person


def says(core: Core, by: str | None, actor: str, whom: str) -> str:
    try:
        found = say_yes(core, person(core, by), actor, whom)
    except Problem as problem:
        return problem.code
    return "stands" if found.stands else "waits"


# Emil never came in; Ada and Ben are key persons, and Cem is; Dora is a member.
@pytest.mark.parametrize(
    ("actor", "whom", "said", "expected"),
    [
        ("dora", "ben", ["dora"], ["waits"]),
        ("dora", "ben", ["dora", "dora"], ["waits", "waits"]),
        ("dora", "ben", ["dora", "ben"], ["waits", "stands"]),
        ("dora", "ben", ["ben", "dora"], ["waits", "stands"]),
        ("dora", "emil", ["ada"], ["stands"]),
        ("dora", "emil", [None], ["stands"]),
        ("dora", "ben", ["ada"], ["ask-them-first"]),
        ("dora", "ben", [None], ["ask-them-first"]),
        ("ada", "emil", ["ada"], ["waits"]),
        ("ada", "emil", ["ada", "ben"], ["waits", "stands"]),
        ("ada", "dora", ["ada", "ben"], ["waits", "ask-them-first"]),
        ("ben", "emil", ["dora"], ["not-your-business"]),
        ("dora", "dora", ["dora"], ["acts-for-oneself"]),
        ("dora", "new", ["dora"], ["no-member-here"]),
        ("gone", "dora", ["dora"], ["no-member-here"]),
        ("dora", "nobody", ["dora"], ["no-such-person"]),
    ],
)
def test_whose_yes_counts(
    actor: str, whom: str, said: Sequence[str | None], expected: Sequence[str], core: Core
) -> None:
    people(core)
    assert [says(core, by, actor, whom) for by in said] == expected


def test_only_key_person_says_it_alone(core: Core) -> None:
    people(core, "ada", "emil")
    assert says(core, "ada", "ada", "emil") == "stands"


def test_nobody_acts_for_more_people_than_a_family_has(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(core)
    monkeypatch.setattr(actions, "MOST", 2)
    assert [says(core, "dora", "dora", whom) for whom in ("ada", "ben")] == ["waits"] * 2
    before = tables.agreements_of(core, "dora")
    assert says(core, "dora", "dora", "emil") == "acts-for-many"
    assert tables.agreements_of(core, "dora") == before
    assert says(core, "ben", "dora", "ben") == "stands"  # what was begun can still be agreed to


def session(core: Core, of: str) -> Session:
    sessions = Sessions(core)
    found = sessions.find(sessions.begin(of, "password", ""))
    assert found is not None
    return found


def acts_for(core: Core, one: Session) -> str:
    found = acted_for(core, one.digest)
    return found.id if found else ""


def test_session_acts_from_beginning_to_stop(core: Core) -> None:
    people(core)
    dora = session(core, "dora")
    with pytest.raises(Problem, match="may-not-act"):
        begin(core, dora.digest, "dora", "emil")
    say_yes(core, None, "dora", "emil")
    begin(core, dora.digest, "dora", "emil")
    assert (acts_for(core, dora), acts_for(core, session(core, "dora"))) == ("emil", "")
    note_change(core, "dora", "emil", "/meetings/x")
    stop(core, dora.digest, "dora")
    assert acts_for(core, dora) == ""
    found = [(one.what, one.path) for one in reversed(tables.log_of(core, "emil", 9))]
    assert found == [("agreed", ""), ("began", ""), ("changed", "/meetings/x"), ("stopped", "")]
    assert tables.log_of(core, "dora", 9) == tables.log_of(core, "emil", 9)


def test_who_acts_for_a_treasurer_or_a_key_person_has_no_such_right(core: Core) -> None:
    people(core)
    dora = session(core, "dora")
    for whom in ("emil", "cem"):  # the treasurer, and a key person
        say_yes(core, None, "dora", whom)
        begin(core, dora.digest, "dora", whom)
        found = acted_for(core, dora.digest)
        assert found is not None
        assert (found.id, found.key_person, found.treasurer) == (whom, False, False)


@pytest.mark.parametrize(
    ("by", "ends"),
    [("dora", True), ("emil", True), ("ada", True), (None, True), ("gone", False)],
)
def test_who_ends_it_and_at_once(by: str | None, ends: bool, core: Core) -> None:
    people(core)
    dora = session(core, "dora")
    say_yes(core, None, "dora", "emil")
    begin(core, dora.digest, "dora", "emil")
    if ends:
        end(core, person(core, by), "dora", "emil")
    else:
        with pytest.raises(Problem, match="not-your-business"):
            end(core, person(core, by), "dora", "emil")
    assert (acts_for(core, dora) == "") is ends


def test_it_ends_with_the_session_and_with_the_person(core: Core) -> None:
    people(core)
    say_yes(core, None, "dora", "emil")
    one, other = session(core, "dora"), session(core, "dora")
    for each in (one, other):
        begin(core, each.digest, "dora", "emil")
    Sessions(core).end(one.digest)
    assert (acts_for(core, one), acts_for(core, other)) == ("", "emil")
    with core.transaction():
        persons(core).remove("emil")
    assert acts_for(core, other) == ""
