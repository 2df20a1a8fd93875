"""What pages and the command line show of a meeting."""

from dataclasses import dataclass

from node.lookup.types import Name


@dataclass(frozen=True, slots=True)
class CounterView:
    """A counter-proposal."""

    starts: str
    zone: str
    minutes: int
    place: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class AnswerView:
    """A guest's reply. `answer` is accept, decline, counter, or None while there is none."""

    guest: Name
    invited: bool
    answer: str | None
    people: int | None = None
    note: str | None = None
    counter: CounterView | None = None
    changed_since: bool = False
    """The meeting was changed after this answer."""


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting. `starts` is wall clock in `zone`; `starts_at` the same instant in UTC seconds."""

    id: str
    host: Name
    title: str
    topic: str | None
    text: str | None
    starts: str
    zone: str
    starts_at: int | None
    minutes: int
    place: str | None
    link: str | None
    open_to: str
    capacity: int | None
    cancelled: str | None
    audience: str
    audience_name: str | None = None
    own: bool = False
    invited: bool = False
    note: str | None = None
    my_answer: str | None = None
    my_answer_outdated: bool = False
    """It was given to an earlier version: the host asks again."""
    answers: tuple[AnswerView, ...] = ()
    local: bool = False
    """Its zone is that where the group of this node lives: nobody needs to be told."""
    issued: int | None = None
    """When it was written or last changed, by its author's clock; None if it is no record."""
