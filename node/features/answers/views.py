"""What pages and the command show of answers.

Whoever organises – key persons of the host – sees what was given. The group sees of each what that
one chose; outside is a number, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from node.features.answers import tables
from node.features.answers.answering import seats_left
from node.features.answers.picture import Picture, picture
from node.features.answers.types import FIRST, NAME, NO, SAYS, Answer, Occasion
from node.people.persons import Person, Standing, persons
from node.store.core import Core


class Sums(NamedTuple):
    """People by what they say, those whom groups bring apart."""

    yes: int
    maybe: int
    no: int
    groups: int

    @property
    def all(self) -> int:
        """People who said anything."""
        return sum(self)

    @property
    def coming(self) -> int:
        """People who come."""
        return self.yes + self.groups


@dataclass(frozen=True, slots=True)
class Coming:
    """One answer as the group sees it; `who` is empty where only a number is shown."""

    who: str
    answer: str
    people: int


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as the organisers see it."""

    id: str
    who: str
    account: bool
    answer: str
    people: int
    note: str
    contact: str
    changed: int
    moved: bool
    """Time or place changed after it."""
    struck: int | None
    new: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """Who comes to a meeting, in numbers."""

    sums: Sums
    capacity: int | None
    left: int | None
    """Seats that nobody has, never less than none."""
    over: int
    """How many more come than there are seats."""
    moved: int
    """Answers that were given before time or place changed."""
    picture: Picture | None


def counted(core: Core, id: str) -> list[Answer]:
    """The answers that were not set aside."""
    return [one for one in tables.of_meeting(core, id) if one.struck is None]


def sums(answers: Sequence[Answer], groups: int = 0) -> Sums:
    """People by what they say.

    >>> sums([], 3).coming
    3
    """
    found = {say: sum(one.people for one in answers if one.answer == say) for say in SAYS}
    return Sums(**found, groups=groups)


def summary(core: Core, one: Occasion) -> Summary:
    """The numbers of a meeting, and their picture."""
    some = counted(core, one.id)
    found, left = sums(some, one.groups), seats_left(core, one)
    moved = sum(1 for answer in some if answer.means != one.means and answer.answer != NO)
    return Summary(
        found,
        one.capacity if one.own else None,
        None if left is None else max(left, 0),
        max(-(left or 0), 0),
        moved,
        picture(found.coming, found.maybe, found.no, one.capacity if one.own else None),
    )


def name_of(core: Core, one: Answer) -> str:
    """The name of who answered; empty for somebody who is gone."""
    if one.person is None:
        return one.name
    found = persons(core).get(one.person)
    return found.name if found else ""


def shown_name(name: str, shown: str) -> str:
    """What the group sees of a name.

    >>> shown_name("Anna Müller", "first"), shown_name("Anna Müller", "number")
    ('Anna', '')
    """
    if shown == NAME:
        return name
    return name.split()[0] if shown == FIRST and name else ""


def coming(core: Core, id: str) -> tuple[Coming, ...]:
    """Each answer as its author wants it shown to the group: yes, maybe, no; named ones first."""
    found = [
        Coming(shown_name(name_of(core, one), one.shown), one.answer, one.people)
        for one in counted(core, id)
    ]
    found.sort(key=lambda one: (SAYS.index(one.answer), not one.who, one.who.casefold()))
    return tuple(found)


def given(core: Core, one: Occasion, seen: int | None = None) -> tuple[Given, ...]:
    """Each answer as it was given, for the organisers. `seen`: up to which change they looked."""
    return tuple(
        Given(
            answer.id,
            name_of(core, answer),
            answer.person is not None,
            answer.answer,
            answer.people,
            answer.note,
            answer.contact,
            answer.changed,
            answer.means != one.means and answer.answer != NO,
            answer.struck,
            seen is not None and answer.rev > seen and answer.struck is None,
        )
        for answer in tables.of_meeting(core, one.id)
    )


def taken_back_since(core: Core, id: str, seen: int) -> tuple[str, ...]:
    """Who took an answer back since a change; without a name who has no account."""
    found = []
    for one in tables.taken_back_of(core, id):
        if one.rev > seen:
            who = persons(core).get(one.person) if one.person else None
            found.append(who.name if who else "")
    return tuple(found)


def may_answer(person: Person | None, one: Occasion, *, inside: bool) -> bool:
    """Whether a signed-in person answers as that person: members, and who came but is none of them
    where everybody may."""
    if person is None:
        return False
    return one.is_open or (inside and person.standing is Standing.MEMBER)
