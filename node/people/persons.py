"""The persons of the group, as far as signing in and rights need them.

Every person is a row here, also an imported member who never signs in; what the group knows of them
besides is the noun's own, under the same id. A person can sign in once there is a way.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from node.people.names import NAME, folded
from node.people.tables import PasswordTable, PersonTable
from node.store.core import Core
from node.store.database import Database
from protocol.ids import to_text

ID_BYTES = 20
"""160 bits, 32 characters: drawn anywhere, never twice."""


class Standing(Enum):
    """Where somebody stands: asked to come in, belongs, or did."""

    NEWCOMER = "newcomer"
    MEMBER = "member"
    FORMER = "former"


@dataclass(frozen=True, slots=True)
class Person:
    """One person. `made`: when the row was, in seconds UTC."""

    id: str
    name: str
    standing: Standing
    key_person: bool
    """Acts for the group."""
    treasurer: bool
    """Keeps the group's money."""
    made: int


class Persons:
    """The persons of one node. All writing happens inside `Core.transaction`."""

    def __init__(self, db: Database) -> None:
        self._table, self._names = PersonTable(db), PasswordTable(db)

    def add(
        self,
        id: str,
        name: str,
        standing: Standing,
        made: int,
        *,
        key_person: bool = False,
        treasurer: bool = False,
    ) -> Person:
        """One more, under a new id (`new_id`)."""
        self._table.add(id, name, standing.value, key_person, treasurer, made)
        self._names.set_names(id, NAME, (folded(name),))
        return Person(id, name, standing, key_person, treasurer, made)

    def get(self, id: str) -> Person | None:
        """The person with this id."""
        row = self._table.get(id)
        return _person(row) if row else None

    def all(self, standing: Standing | None = None) -> list[Person]:
        """All, or those of a standing; who came first is first."""
        return [_person(row) for row in self._table.all(standing and standing.value)]

    def key_persons(self) -> list[Person]:
        """The members who act for the group."""
        return [_person(row) for row in self._table.key_persons()]

    def is_set_up(self) -> bool:
        """Whether somebody acts for the group: members may have been imported before anybody did."""
        return bool(self._table.key_persons())

    def change(self, id: str, **fields: Any) -> None:
        """Change `name`, `standing`, `key_person`, `treasurer`; ValueError for anything else."""
        for name, value in fields.items():
            self._table.set(id, name, value.value if isinstance(value, Standing) else value)
            if name == "name":
                self._names.set_names(id, NAME, (folded(value),))

    def remove(self, id: str) -> bool:
        """Remove a person, and end their sessions; whether there was one."""
        return self._table.remove(id)


def persons(core: Core) -> Persons:
    """The persons of a node."""
    return Persons(core.db)


def new_id(core: Core) -> str:
    """An id for a person to come."""
    return to_text(core.entropy(ID_BYTES))


def _person(row: tuple[Any, ...]) -> Person:
    id_, name, standing, key_person, treasurer, made = row
    return Person(id_, name, Standing(standing), bool(key_person), bool(treasurer), made)
