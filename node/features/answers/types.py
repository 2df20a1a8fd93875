"""What answers are made of, and how many there may be."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

YES, MAYBE, NO = SAYS = ("yes", "maybe", "no")
"""What somebody answers."""

NUMBER, FIRST, NAME = SHOWN = ("number", "first", "name")
"""What the group sees of who comes: that one more does, a first name, the name."""

LONGEST_NAME = 100
LONGEST_NOTE = 500
LONGEST_CONTACT = 200

MOST_PEOPLE = 50
"""That one answer stands for: a bus. A group that is larger writes to the organisers."""

TOKEN_BYTES = 32
"""256 bits: nobody guesses an answer, nor the link of a meeting, nor a calendar."""

LONGEST_TOKEN = 100
"""Characters; a longer one is none of ours and is not looked up."""

MOST_OF_MEETING = 1_000
"""Answers without an account to one meeting: a village hall. More is a flood or an event with a
box office."""

MOST_OF_NODE = 20_000
"""Of all meetings: some MiB, and a year of full halls."""

SPAN = 600
"""Seconds in which the two numbers below count."""

FAST_OF_MEETING = 60
"""New answers without an account to one meeting in that time. Fifteen people in one room share an
address, so no address is counted: this is a hall that answers at once, four times over."""

FAST_OF_NODE = 300
"""And to all meetings."""

KEPT_DAYS = 14
"""So many days after the meeting what people without an account typed is erased: long enough to
write to them once more (what was left behind, how it went), and no longer. Of members it stays
as long as the meeting itself is listed."""

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Occasion:
    """What answering needs to know of a meeting; `id` is HOST/NAME as in views, times in seconds.

    `means` is what an answer stands for: another value when time or place changed.
    """

    id: str
    title: str
    starts: str
    zone: str
    minutes: int
    place: str | None
    link: str | None
    cancelled: str | None
    capacity: int | None
    ends_at: int
    own: bool
    """Our group is the host."""
    is_open: bool
    """Everybody may see it and come: so everybody may answer on its page."""
    local: bool
    """Its zone is the one where the group lives."""
    means: str
    groups: int = 0
    """People whom invited groups said they bring."""

    @property
    def path(self) -> str:
        """Its page."""
        return f"/meetings/{self.id}"


class Said(NamedTuple):
    """What somebody answers."""

    answer: str
    people: int = 1
    note: str = ""
    shown: str = NUMBER
    name: str = ""
    contact: str = ""


class Answer(NamedTuple):
    """An answer as it is kept. `person` is None for who has no account; `rev` counts changes."""

    id: str
    meeting: str
    person: str | None
    digest: bytes | None
    name: str
    answer: str
    people: int
    note: str
    contact: str
    shown: str
    means: str
    made: int
    changed: int
    rev: int
    struck: int | None
    """Set aside by the organisers, with others of this number."""

    @property
    def counts(self) -> bool:
        """Whether seats are kept for it."""
        return self.answer == YES and self.struck is None

    @property
    def said(self) -> Said:
        """What was said with it."""
        return Said(self.answer, self.people, self.note, self.shown, self.name, self.contact)


class TakenBack(NamedTuple):
    """That there was an answer, and nothing of what stood in it."""

    id: str
    meeting: str
    person: str | None
    digest: bytes | None
    at: int
    rev: int


State = Literal["open", "closed", "over", "cancelled"]
