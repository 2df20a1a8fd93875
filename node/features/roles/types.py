"""What roles are made of."""

from typing import Literal, NamedTuple

Change = Literal["key", "no-key", "treasurer", "no-treasurer"]
CHANGES: tuple[Change, ...] = ("key", "no-key", "treasurer", "no-treasurer")

Act = Literal["readmit", "no-key"]
"""What two key persons do together, for or with a third."""


class Second(NamedTuple):
    """What one key person began, and another is to agree to."""

    person: str
    """About whom it is."""
    act: Act
    by: str
    at: int
    second: str | None
    """Who agreed."""
    agreed: int | None
    until: int


class Entry(NamedTuple):
    """A line of what happened to roles. `by`: a person's id, None for the machine's keeper."""

    person: str
    at: int
    what: str
    by: str | None
    second: str | None
