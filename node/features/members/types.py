"""What a member is: a person with fields and memberships."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from node.people.persons import Standing

Values = tuple[str, ...]
"""What one person has in one field: nothing, one text, or several in their order."""


class Seen(Enum):
    """Who sees a field of others."""

    KEY = "key"
    """Key persons, and the person."""
    RELEASED = "released"
    """Besides, all members, of those persons who released it."""
    MEMBERS = "members"
    """All members."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column. `key` names it for ever; `label` is empty where the texts have its words."""

    key: str
    label: str = ""
    kind: str = "text"
    """`text`, `long text`, `mail`, `phone`, `date`, `number`, `yes-no` or `choice`."""
    many: bool = False
    """Whether a person may have several."""
    choices: tuple[str, ...] = ()
    seen: Seen = Seen.RELEASED

    @property
    def own(self) -> bool:
        """Whether the group made it."""
        return bool(self.label)


@dataclass(frozen=True, slots=True)
class Membership:
    """From when to when a person belongs to the group. Rejoining is a new one.

    Days are `YYYY-MM-DD`, or `YYYY-MM` or `YYYY` where nobody knows better, or empty.
    """

    no: int
    since: str = ""
    notice: str = ""
    """When the person, or the group, said that it ends."""
    until: str = ""
    """The last day."""
    reason: str = ""

    def noted(self) -> dict[str, Any]:
        """As changes note it."""
        return {
            "no": self.no,
            "since": self.since,
            "notice": self.notice,
            "until": self.until,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Member:
    """A person as the list has it. `name` is the one that is shown."""

    id: str
    name: str
    standing: Standing
    key_person: bool = False
    treasurer: bool = False
    values: Mapping[str, Values] = field(default_factory=dict)
    memberships: tuple[Membership, ...] = ()
    edition: int = 0
    """Rises with each change: whoever began with an older one is told what changed meanwhile."""

    def first(self, key: str) -> str:
        """The first value of a field, or nothing."""
        return next(iter(self.values.get(key, ())), "")

    @property
    def since(self) -> str:
        """The first day of the newest membership."""
        return self.memberships[-1].since if self.memberships else ""

    @property
    def until(self) -> str:
        """The last day of the newest membership, if it ends."""
        return self.memberships[-1].until if self.memberships else ""


class Change(NamedTuple):
    """What a batch changed of one person.

    `before` and `after`: texts of a field as a list, a name, a membership as an object or None.
    """

    batch: int
    person: str
    part: str
    edition: int
    """Of the person, after it."""
    before: Any
    after: Any
