"""Coming in by a link, and what a key person says to it."""

from typing import Any

import pytest

from node.base.errors import Problem
from node.features.joining import tables
from node.features.joining.arrivals import (
    READ_SECONDS,
    REPEAT_SECONDS,
    come_in,
    confirm,
    decline,
    give_contact,
    tidy,
    waiting,
)
from node.features.joining.links import find_link, make_link, take_back
from node.features.joining.types import LONGEST_CONTACT, LONGEST_NAME, LONGEST_REASON, Wish
from node.people.persons import Person, Standing, persons
from node.store.core import Core
from tests.node.features.joining.test_links import listed

LIST = ("Anna Müller", "Anna Schmidt", "Bernd Groß")


def who(core: Core, id: str) -> Person:
    found = persons(core).get(id)
    assert found is not None
    return found


def turn(core: Core, seconds: int) -> None:
    core.clock.wall.now += seconds


@pytest.mark.parametrize(
    ("wish", "standing", "state"),
    [
        (Wish(), Standing.NEWCOMER, "waiting"),
        (Wish(asks=False), Standing.MEMBER, "let-in"),
        (Wish("personal"), Standing.NEWCOMER, "waiting"),
        (Wish("personal", asks=False), Standing.MEMBER, "let-in"),
    ],
)
def test_a_new_person_comes_in(wish: Wish, standing: Standing, state: str, core: Core) -> None:
    made = make_link(core, None, wish)
    person = come_in(core, made.token, b"visit", "  Anna   Müller ")
    assert who(core, person) == Person(person, "Anna Müller", standing, False, False, core.clock())
    arrival = tables.arrival_of(core, person)
    assert arrival is not None
    assert (arrival.state, arrival.link, arrival.claims) == (state, made.link.id, None)
    assert find_link(core, made.token).used == 1


# For whom a personal link is, the name that is given, what is answered to "who are you?",
# and who that is: one of them, a newcomer (as whom they claim to be), or a question.
CASES: list[tuple[tuple[int, ...], str, int | str | None, Any]] = [
    ((0,), "Anna Müller", None, ("is", 0)),
    ((0,), "anna", None, ("is", 0)),
    ((0,), "MUELLER", None, ("is", 0)),
    ((0,), "Bernd", None, ("claims", 0)),
    ((0,), "Anna Schmidt", None, ("claims", 0)),
    ((0, 2), "Bernd", None, ("is", 2)),
    ((0, 1), "Anna", None, ("asked", (0, 1))),
    ((0, 1), "Anna Schmidt", None, ("is", 1)),
    ((0, 1), "Clara", None, ("asked", (0, 1))),
    ((0, 1), "Anna", 1, ("is", 1)),
    ((0, 1), "Clara", "", ("claims", None)),
    ((0, 1), "Anna", 2, ("refused", "no-such-person")),
    ((0, 1), "Anna", "nobody", ("refused", "no-such-person")),
]


@pytest.mark.parametrize(("people", "name", "answer", "expected"), CASES)
def test_who_comes_in_by_a_personal_link(
    people: tuple[int, ...], name: str, answer: int | str | None, expected: Any, core: Core
) -> None:
    ids = [listed(core, one) for one in LIST]
    made = make_link(core, None, Wish("personal", people=tuple(ids[one] for one in people)))
    said = ids[answer] if isinstance(answer, int) else answer
    found: Any
    try:
        person = come_in(core, made.token, b"visit", name, said)
    except Problem as problem:
        asked = problem.code == "who-are-you"
        names = {ids.index(one.id) for one in problem.values.get("people", ())}
        found = ("asked", tuple(sorted(names))) if asked else ("refused", problem.code)
        assert find_link(core, made.token).used == 0
    else:
        arrival = tables.arrival_of(core, person)
        assert arrival is not None
        if person in ids:
            found = ("is", ids.index(person))
        else:
            assert who(core, person).standing is Standing.NEWCOMER
            found = ("claims", ids.index(arrival.claims) if arrival.claims else None)
        assert len(find_link(core, made.token).people) == len(people) - (person in ids)
    assert found == expected


def test_who_is_asked_chooses_among_those_whom_the_link_is_for(core: Core) -> None:
    ids = tuple(listed(core, one) for one in LIST)
    made = make_link(core, None, Wish("personal", people=ids[:2]))
    with pytest.raises(Problem) as caught:
        come_in(core, made.token, b"visit", "Anna")
    assert caught.value.code == "who-are-you"
    assert {one.id for one in caught.value.values["people"]} == set(ids[:2])
    assert (find_link(core, made.token).used, len(persons(core).all())) == (0, len(LIST))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name-missing"),
        ("   ", "name-missing"),
        ("…!", "name-missing"),
        ("x" * (LONGEST_NAME + 1), "name-too-long"),
        ("x" * 10_000_000, "name-too-long"),
    ],
)
def test_names_that_are_none(name: str, code: str, core: Core) -> None:
    made = make_link(core, None, Wish())
    with pytest.raises(Problem, match=code):
        come_in(core, made.token, b"visit", name)
    assert (persons(core).all(), find_link(core, made.token).used) == ([], 0)


def test_link_lets_nobody_in_after_its_end(core: Core) -> None:
    once, day, back = (make_link(core, None, wish) for wish in (Wish(most=1), Wish(days=1), Wish()))
    come_in(core, once.token, b"1", "Anna")
    take_back(core, back.link.id)
    turn(core, 86_400)
    found = {}
    for n, made in enumerate((once, day, back)):
        with pytest.raises(Problem) as refused:
            come_in(core, made.token, b"later %d" % n, "Bernd")
        found[n] = refused.value.code
    assert found == {0: "invitation-used-up", 1: "invitation-over", 2: "invitation-taken-back"}
    assert len(persons(core).all()) == 1


def test_two_taps_are_one_arrival(core: Core) -> None:
    made = make_link(core, None, Wish(most=1))
    first = come_in(core, made.token, b"visit", "Anna")
    turn(core, REPEAT_SECONDS - 1)
    assert come_in(core, made.token, b"visit", "anna") == first
    assert (len(persons(core).all()), find_link(core, made.token).used) == (1, 1)


@pytest.mark.parametrize(("name", "later"), [("Bernd", 1), ("Anna", REPEAT_SECONDS)])
def test_page_that_was_used_lets_nobody_else_in(name: str, later: int, core: Core) -> None:
    made = make_link(core, None, Wish())
    come_in(core, made.token, b"visit", "Anna")
    turn(core, later)
    with pytest.raises(Problem, match="came-in-here-before"):
        come_in(core, made.token, b"visit", name)
    assert len(persons(core).all()) == 1


def test_page_left_open_for_a_week(core: Core) -> None:
    """As long as the link works, so does the page."""
    made = make_link(core, None, Wish(days=8))
    turn(core, 7 * 86_400)
    assert who(core, come_in(core, made.token, b"visit", "Anna")).name == "Anna"


def test_newcomer_is_confirmed_once(core: Core) -> None:
    made = make_link(core, None, Wish())
    person = come_in(core, made.token, b"visit", "Anna")
    give_contact(core, person, " anna@example.org ")
    ((arrival, newcomer),) = waiting(core)
    assert (arrival.contact, newcomer.id) == ("anna@example.org", person)
    confirm(core, "key", person)
    found = tables.arrival_of(core, person)
    assert found is not None
    assert (found.state, found.decided_by, found.contact) == ("let-in", "key", "")
    assert (who(core, person).standing, waiting(core)) == (Standing.MEMBER, [])
    for again in (confirm, lambda *said: decline(*said, "No")):
        with pytest.raises(Problem, match="newcomer-decided"):
            again(core, "other", person)


def test_newcomer_reads_why_not_and_is_forgotten(core: Core) -> None:
    made = make_link(core, None, Wish())
    person, other = (come_in(core, made.token, one, "Anna") for one in (b"1", b"2"))
    decline(core, "key", person, "Full\nfor now ")
    found = tables.arrival_of(core, person)
    assert found is not None
    assert (found.state, found.reason) == ("declined", "Full for now")
    turn(core, READ_SECONDS)
    tidy(core)
    assert who(core, person).name == "Anna"
    turn(core, 1)
    tidy(core)
    assert (persons(core).get(person), tables.arrival_of(core, person)) == (None, None)
    assert who(core, other).standing is Standing.NEWCOMER


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "newcomer-reason-missing"),
        (" \n", "newcomer-reason-missing"),
        ("x" * (LONGEST_REASON + 1), "reason-too-long"),
    ],
)
def test_reasons_that_are_none(reason: str, code: str, core: Core) -> None:
    person = come_in(core, make_link(core, None, Wish()).token, b"visit", "Anna")
    with pytest.raises(Problem, match=code):
        decline(core, None, person, reason)
    assert len(waiting(core)) == 1


def test_contact_is_cut(core: Core) -> None:
    person = come_in(core, make_link(core, None, Wish()).token, b"visit", "Anna")
    give_contact(core, person, "9" * 10_000_000)
    assert len(waiting(core)[0][0].contact) == LONGEST_CONTACT
