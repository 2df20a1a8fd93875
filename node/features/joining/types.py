"""What joining is made of: links, and those who came in by one."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["shared", "personal"]
State = Literal["open", "taken-back", "used-up", "over"]

TOKEN_BYTES = 32
"""256 bits: nobody guesses it, however long the link hangs on a wall."""

LONGEST_TOKEN = 100
"""Characters; a longer one is none of ours and is not looked up."""

PERSONAL_DAYS = 7
"""A letter that lies for a week is read, or was lost."""

SHARED_DAYS = 30
"""From one monthly meeting to the next."""

MOST_DAYS = 366
"""A poster hangs for a year at most: nobody remembers an older one."""

SHARED_USES = 50
MOST_USES = 1_000
"""A link in the wrong hands lets no more than that many rows be made."""

OPEN_LINKS = 200
"""That work at the same time: more is a mistake."""

LONGEST_NAME = 100
LONGEST_NOTE = 100
LONGEST_REASON = 500
LONGEST_CONTACT = 200


@dataclass(frozen=True, slots=True)
class Link:
    """One link. Times in seconds; `made_by` is a person's id, None for the machine's keeper."""

    id: str
    kind: Kind
    note: str
    """Where it hangs, or for whom it is: for those who look after the links."""
    made: int
    made_by: str | None
    until: int
    most: int
    """So many may come in by it."""
    used: int
    asks: bool
    """A key person says yes to each who comes in by it."""
    ended: int | None
    """When it was taken back."""
    people: tuple[str, ...] = ()
    """For whom a personal one is: persons of the list, by id."""


class Wish(NamedTuple):
    """What a link is to be."""

    kind: Kind = "shared"
    days: int = SHARED_DAYS
    most: int = SHARED_USES
    asks: bool = True
    note: str = ""
    people: tuple[str, ...] = ()


class Made(NamedTuple):
    """A new link, and its secret: it is known now and never again."""

    link: Link
    token: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who came in. `state`: waiting, let-in, declined."""

    person: str
    link: str | None
    at: int
    contact: str
    """Mail or telephone that they gave to be recognised; for key persons' eyes."""
    state: Literal["waiting", "let-in", "declined"]
    decided: int | None
    decided_by: str | None
    reason: str
    claims: str | None
    """The person of the list as whom they came, where a key person is to look at it."""
