"""What an import is made of: columns, cells as they were read, rows with what becomes of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from node.features.members.types import Values

NAME, HOUSE, PLACE, NEW, ID = "name", "house", "place", "new", "id"
SINCE, NOTICE, UNTIL, REASON = "since", "notice", "until", "reason"
BELONGS = (SINCE, NOTICE, UNTIL, REASON)
PARTS = (NAME, *BELONGS, HOUSE, PLACE, ID, NEW)
"""What a column may be besides the fields of people: the whole name, what is known of the
membership, a house number for the street, postcode and town in one cell, the id by which our own
files know a person, a new column of one's own."""


class Column(NamedTuple):
    """A column of a file: its place from 0, what stands above it, and what it is: the key of a
    field of people, one of `PARTS`, or None if it is left out."""

    at: int
    header: str
    field: str | None


class Outcome(Enum):
    """What becomes of a row."""

    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    ASK = "ask"
    REFUSE = "refuse"


class Question(NamedTuple):
    """What a person has to say before a row is taken in. `code`: `imports.question.<code>`.

    About who it is `column` is -1, and `who` are ids of people here, or lines of the file. About a
    cell `cell` is what stands there, and `offer` what it could mean.
    """

    code: str
    column: int = -1
    cell: str = ""
    offer: str = ""
    who: tuple[str, ...] = ()

    def key(self, line: int) -> str:
        """Under which its answer is kept."""
        return str(line) if self.column < 0 else f"{line}:{self.column}"


WHO = ("namesake", "several", "other-name", "twice")
"""Questions about who somebody is: `new`, `out`, or the id of a person."""

CELLS = ("postcode", "day-odd", "day-unread", "day-order", "mail-odd", "phone-odd")
"""Questions about a cell: `offer`, `keep` or `blank`."""

ANSWERS = ("new", "out", "offer", "keep", "blank")

Answers = Mapping[str, str]
"""By the key of a question, or by its code for all of that sort."""


class Cells(NamedTuple):
    """What a row says of a person. Nothing is an empty text: it never overwrites anything."""

    name: str
    values: Mapping[str, Values]
    belongs: Mapping[str, str] = {}
    """Of the membership: what is known of `BELONGS`."""
    questions: tuple[Question, ...] = ()
    id: str = ""
    raw: Mapping[str, str] = {}
    """Each cell as it stands there, by the key of its column: what is there already letter by
    letter changes nothing, and nothing is asked about it."""

    @property
    def says(self) -> tuple[object, ...]:
        """What it comes to."""
        return self.name, self.values, self.belongs, self.id


@dataclass(frozen=True, slots=True)
class Planned:
    """A row and what becomes of it.

    `fields`: what is written, key → (what was there, what will be), as texts; of somebody new what
    was there is empty. `reason`: `imports.reason.<code>` where there is something to be said.
    """

    line: int
    outcome: Outcome
    name: str
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    reason: str = ""
    who: str | None = None
    """Whom it changes."""
    write: Cells | None = None
    """What is written of that person; None if nothing is."""

    def noted(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "line": self.line,
            "outcome": self.outcome.value,
            "name": self.name,
            "fields": {key: list(pair) for key, pair in self.fields.items()},
            "questions": [list(one) for one in self.questions],
            "reason": self.reason,
            "who": self.who,
            "write": self.write and [*map(_plain, self.write[:3])],
        }


def _plain(part: object) -> object:
    return dict(part) if isinstance(part, Mapping) else part


def planned(noted: Mapping[str, Any]) -> Planned:
    """From JSON, as it was noted."""
    write = noted["write"]
    if write is not None:
        name, values, belongs = write
        write = Cells(name, {key: tuple(some) for key, some in values.items()}, belongs)
    return Planned(
        noted["line"],
        Outcome(noted["outcome"]),
        noted["name"],
        {key: (before, after) for key, (before, after) in noted["fields"].items()},
        tuple(_question(*one) for one in noted["questions"]),
        noted["reason"],
        noted["who"],
        write,
    )


def _question(code: str, column: int, cell: str, offer: str, who: list[str]) -> Question:
    return Question(code, column, cell, offer, tuple(who))
