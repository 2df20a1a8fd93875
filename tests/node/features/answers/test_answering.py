"""Who may answer what, until when, and for how many."""

from typing import Any

import pytest

from node.base.errors import Problem
from node.features.answers import answering, tables
from node.features.answers.answering import (
    answer_as_person,
    answer_by_link,
    find,
    seats_left,
    take_back_as_person,
    take_back_by_link,
    token_of,
)
from node.features.answers.occasions import occasion
from node.features.answers.organising import (
    close,
    end_link,
    erase_now,
    make_link,
    meeting_of_link,
    own_occasion,
    put_back,
    strike,
)
from node.features.answers.types import Answer, Occasion, Said, TakenBack
from node.features.answers.views import coming, given, summary
from node.features.meetings.actions import cancel, edit_meeting
from node.people.persons import Person
from node.store.core import Core
from tests.node.features.answers.conftest import Meet, known, later, wall

YES, MAYBE, NO = Said("yes", name="Ute"), Said("maybe", name="Ute"), Said("no", name="Ute")


def refused(act: Any, *said: Any) -> str:
    """The code by which it is refused; nothing if it is not."""
    try:
        act(*said)
    except Problem as problem:
        return problem.code
    return ""


def one_of(core: Core, id: str) -> Occasion:
    found = occasion(core, id)
    assert found is not None
    return found


# When it can be answered

WHEN = [
    # what happened          a person               without an account     and takes it back
    ("nothing", "", "", ""),
    ("closed", "", "answering-closed", ""),
    ("over", "answering-over", "answering-over", ""),
    ("cancelled", "answering-cancelled", "answering-cancelled", ""),
]


@pytest.mark.parametrize(("what", "person", "outside", "back"), WHEN)
def test_until_when_it_is_answered(
    core: Core, meet: Meet, member: Person, what: str, person: str, outside: str, back: str
) -> None:
    id_ = meet()
    answer_by_link(core, id_, "before", YES)
    answer_as_person(core, id_, member.id, Said("no"))
    if what == "closed":
        close(core, id_, closed=True)
    if what == "over":
        later(core, 51)
    if what == "cancelled":
        cancel(core, core.home_id, known(core, id_), "Regen")
    assert refused(answer_as_person, core, id_, member.id, Said("yes")) == person
    assert refused(answer_by_link, core, id_, "new", YES) == outside
    changed = "" if what == "closed" else outside  # who has answered still changes it
    assert refused(answer_by_link, core, id_, "before", NO) == changed
    assert refused(take_back_by_link, core, "before") == back
    assert take_back_as_person(core, id_, member.id)


# Seats

SEATS = [
    # seats, groups' and others' people, who asks for how many, and what is said
    (None, 5_000, "yes", 50, ""),
    (10, 8, "yes", 2, ""),
    (10, 8, "yes", 3, "answers-few-left"),
    (10, 10, "yes", 1, "answers-full"),
    (10, 10, "maybe", 50, ""),
    (10, 10, "no", 50, ""),
]


@pytest.mark.parametrize(("capacity", "taken", "answer", "people", "code"), SEATS)
def test_seats_are_not_given_twice(
    core: Core, meet: Meet, capacity: int | None, taken: int, answer: str, people: int, code: str
) -> None:
    id_ = meet(capacity=capacity)
    answer_by_link(core, id_, "first", YES._replace(people=taken))
    said = Said(answer, people, name="Kim")
    assert refused(answer_by_link, core, id_, "second", said) == code


def test_who_has_seats_keeps_them_or_fewer_but_not_more(core: Core, meet: Meet) -> None:
    id_ = meet(capacity=6)
    answer_by_link(core, id_, "a", YES._replace(people=4))
    answer_by_link(core, id_, "b", YES._replace(people=2))
    edit_meeting(core, core.home_id, known(core, id_), {"capacity": 3})
    shown = summary(core, one_of(core, id_))
    assert (shown.left, shown.over) == (0, 3)
    assert refused(answer_by_link, core, id_, "a", YES._replace(people=5)) == "answers-few-left"
    assert refused(answer_by_link, core, id_, "a", YES._replace(people=4, note="x")) == ""
    assert refused(answer_by_link, core, id_, "a", YES._replace(people=1)) == ""
    answer_by_link(core, id_, "b", NO)
    assert seats_left(core, one_of(core, id_)) == 2


def test_a_seat_that_becomes_free_is_free(core: Core, meet: Meet) -> None:
    id_ = meet(capacity=1)
    answer_by_link(core, id_, "a", YES)
    assert refused(answer_by_link, core, id_, "b", YES) == "answers-full"
    take_back_by_link(core, "a")
    assert refused(answer_by_link, core, id_, "b", YES) == ""
    assert refused(answer_by_link, core, id_, "a", YES) == "answers-full"


# Links

TOKENS = ["", "x", "\x00", "\u202e", "a" * 39, "a" * 101, "a" * 10_000_000, "%00", "'; --"]


@pytest.mark.parametrize("token", TOKENS)
def test_foreign_link_finds_nothing(core: Core, meet: Meet, token: str) -> None:
    id_ = meet()
    answer_by_link(core, id_, "a" * 40, YES)
    make_link(core, id_)
    assert refused(find, core, token) == "answer-unknown"
    assert refused(take_back_by_link, core, token) == "answer-unknown"
    assert refused(meeting_of_link, core, token) == "answering-link-unknown"
    assert len(tables.of_meeting(core, id_)) == 1


def test_no_secret_is_kept(core: Core, meet: Meet) -> None:
    id_ = meet()
    token = token_of("browser", "page", "Ute")
    answer_by_link(core, id_, token, YES)
    link = make_link(core, id_)
    held = "".join(map(str, core.db.all("select * from answers, answers_rules")))
    assert token not in held
    assert link not in held
    assert (len(token), len(link)) == (52, 52)  # 256 bits


def test_form_sent_twice_is_one_answer_and_another_name_is_another(core: Core, meet: Meet) -> None:
    id_ = meet()
    for name in ("Ute", " ute ", "Kim"):
        answer_by_link(core, id_, token_of("b", "p", name), Said("yes", name=name.strip()))
    assert sorted(one.name for one in tables.of_meeting(core, id_)) == ["Kim", "ute"]
    assert token_of("b", "p", "Ute") != token_of("b", "other", "Ute") != token_of("c", "p", "Ute")


def test_link_of_a_meeting_ends(core: Core, meet: Meet) -> None:
    id_ = meet("private")
    first = make_link(core, id_)
    second = make_link(core, id_)
    assert refused(meeting_of_link, core, first) == "answering-link-unknown"
    assert meeting_of_link(core, second).id == id_
    end_link(core, id_)
    assert refused(meeting_of_link, core, second) == "answering-link-unknown"


# Taking back, changing


def test_what_is_taken_back_leaves_nothing_of_what_was_typed(core: Core, meet: Meet) -> None:
    id_ = meet()
    said = Said("yes", 3, "Vegan", "name", "Ute Geheim", "ute@example.org")
    answer_by_link(core, id_, "a", said)
    assert take_back_by_link(core, "a")
    found = find(core, "a")
    assert isinstance(found, TakenBack)
    held = "".join(map(str, core.db.all("select * from answers_taken_back")))
    assert not [word for word in ("Ute", "Vegan", "example") if word in held]
    assert tables.of_meeting(core, id_) == []
    assert not take_back_by_link(core, "a")  # twice is once
    answer_by_link(core, id_, "a", MAYBE)  # and the same link answers again
    again = find(core, "a")
    assert isinstance(again, Answer)
    assert again.answer == "maybe"
    assert tables.taken_back_of(core, id_) == []


def test_same_answer_again_is_no_news(core: Core, meet: Meet, key: Person) -> None:
    id_ = meet()
    first = answer_by_link(core, id_, "a", YES)
    assert answer_by_link(core, id_, "a", YES) == first


def test_moved_meeting_keeps_answers_and_asks_again(core: Core, meet: Meet, member: Person) -> None:
    id_ = meet()
    answer_as_person(core, id_, member.id, Said("yes"))
    edit_meeting(core, core.home_id, known(core, id_), {"text": "Mit Musik"})
    assert summary(core, one_of(core, id_)).moved == 0
    edit_meeting(core, core.home_id, known(core, id_), {"starts": wall(core, 72)})
    one = one_of(core, id_)
    assert (summary(core, one).moved, summary(core, one).sums.yes) == (1, 1)
    assert [each.moved for each in given(core, one)] == [True]
    answer_as_person(core, id_, member.id, Said("yes"))
    assert summary(core, one).moved == 0


# Floods


def test_flood_ends_at_a_number_for_each_meeting(
    core: Core, meet: Meet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "FAST_OF_MEETING", 15)
    monkeypatch.setattr(answering, "FAST_OF_NODE", 20)
    id_, other = meet(), meet(title="Chorprobe")
    for n in range(15):  # of one room, at once
        answer_by_link(core, id_, f"token {n}", YES)
    assert refused(answer_by_link, core, id_, "one more", YES) == "answers-too-fast"
    assert refused(answer_by_link, core, id_, "token 3", NO) == ""  # changing is no flood
    for n in range(5):
        answer_by_link(core, other, f"other {n}", YES)
    assert refused(answer_by_link, core, other, "one more", YES) == "answers-too-fast"
    later(core, 0.2)
    assert refused(answer_by_link, core, id_, "one more", YES) == ""


def test_flood_of_answers_that_are_taken_back_ends_too(
    core: Core, meet: Meet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each left a row, an erasure and news for the organisers, without end."""
    monkeypatch.setattr(answering, "FAST_OF_MEETING", 15)
    id_ = meet()
    for n in range(15):
        answer_by_link(core, id_, f"token {n}", YES)
        take_back_by_link(core, f"token {n}")
    assert refused(answer_by_link, core, id_, "one more", YES) == "answers-too-fast"
    later(core, 0.2)
    assert refused(answer_by_link, core, id_, "one more", YES) == ""


def test_answers_of_a_meeting_have_an_end(
    core: Core, meet: Meet, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "MOST_OF_MEETING", 3)
    id_ = meet()
    for n in range(3):
        answer_by_link(core, id_, f"token {n}", YES)
    assert refused(answer_by_link, core, id_, "one more", YES) == "answers-too-many"
    assert refused(answer_as_person, core, id_, member.id, Said("yes")) == ""
    strike(core, id_, [tables.of_meeting(core, id_)[0].id])
    assert refused(answer_by_link, core, id_, "one more", YES) == ""


# What the organisers do


def test_rubbish_is_set_aside_and_comes_back(core: Core, meet: Meet, member: Person) -> None:
    id_ = meet(capacity=3)
    answer_by_link(core, id_, "a", Said("yes", 3, shown="name", name="Spam"))
    mine = answer_as_person(core, id_, member.id, Said("no"))
    (rubbish,) = (one for one in tables.of_meeting(core, id_) if one.person is None)
    count, batch = strike(core, id_, [rubbish.id, mine.id, "nobody"])
    assert count == 1  # a member's answer is not struck out
    assert summary(core, one_of(core, id_)).left == 3
    assert [one.who for one in coming(core, id_)] == [""]
    assert refused(answer_by_link, core, id_, "a", YES) == "answer-struck"
    assert put_back(core, id_, batch) == 1
    assert summary(core, one_of(core, id_)).left == 0
    assert put_back(core, id_, batch) == 0
    count, batch = strike(core, id_, [rubbish.id])
    answer_by_link(core, id_, "b", YES)
    assert refused(put_back, core, id_, batch) == "answers-few-left"
    assert take_back_by_link(core, "a")


def test_erasing_takes_those_without_account_only(core: Core, meet: Meet, member: Person) -> None:
    id_, other = meet(), meet(title="Chorprobe")
    answer_by_link(core, id_, "a", YES)
    answer_by_link(core, other, "b", YES)
    answer_as_person(core, id_, member.id, Said("yes"))
    assert erase_now(core, id_) == 1
    assert [one.person for one in tables.of_meeting(core, id_)] == [member.id]
    assert refused(find, core, "a") == "answer-unknown"
    assert isinstance(find(core, "b"), Answer)


# Who sees what

SHOWN = [("number", ""), ("first", "Anna"), ("name", "Anna Müller")]


@pytest.mark.parametrize(("shown", "seen"), SHOWN)
def test_each_is_shown_as_they_chose(
    core: Core, meet: Meet, member: Person, shown: str, seen: str
) -> None:
    id_ = meet()
    answer_as_person(core, id_, member.id, Said("yes", 2, "Notiz", shown))
    answer_by_link(core, id_, "a", Said("no", 1, "Notiz", shown, "Anna Müller", "anna@example.org"))
    found = coming(core, id_)
    assert [(one.who, one.answer, one.people) for one in found] == [
        (seen, "yes", 2),
        (seen, "no", 1),
    ]
    assert "Notiz" not in str(found)
    assert [one.who for one in given(core, one_of(core, id_))] == ["Anna Müller"] * 2


def test_meeting_that_is_gone_is_nobodys(core: Core) -> None:
    assert refused(own_occasion, core, "nobody/nothing") == "answering-gone"
