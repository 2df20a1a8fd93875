"""The people of a group: each has a row here, whether or not they sign in."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from node.store.core import Core
from node.store.database import Database
from protocol.ids import to_text

ID_BYTES = 20


class Standing(Enum):
    """What a person is to the group."""

    NEWCOMER = "newcomer"
    MEMBER = "member"
    FORMER = "former"


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the group."""

    id: str
    name: str
    standing: Standing
    key_person: bool
    treasurer: bool
    made: int


_COLUMNS = "id, name, standing, key_person, treasurer, made"


class Persons:
    """The table of persons. Writing happens inside `Core.transaction`."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def add(
        self,
        id: str,
        name: str,
        standing: Standing,
        made: int,
        *,
        key_person: bool = False,
        treasurer: bool = False,
    ) -> None:
        """Add a person."""
        row = (id, name, standing.value, int(key_person), int(treasurer), made)
        self.db.run(f"insert into persons ({_COLUMNS}) values (?, ?, ?, ?, ?, ?)", row)  # noqa: S608

    def get(self, id: str) -> Person | None:
        """The person with an id."""
        row = self.db.one(f"select {_COLUMNS} from persons where id = ?", (id,))  # noqa: S608
        return _person(row) if row else None

    def all(self, standing: Standing | None = None) -> list[Person]:
        """All, or those of one standing."""
        rows = self.db.all(
            f"select {_COLUMNS} from persons where standing = coalesce(?, standing)",  # noqa: S608
            (standing and standing.value,),
        )
        return [_person(row) for row in rows]

    def key_persons(self) -> list[Person]:
        """Those who may act for the group."""
        return [one for one in self.all(Standing.MEMBER) if one.key_person]

    def change(self, id: str, **fields: Any) -> None:
        """Change fields of a person."""
        for name, value in fields.items():
            kept = value.value if isinstance(value, Standing) else value
            self.db.run(f"update persons set {name} = ? where id = ?", (kept, id))  # noqa: S608

    def remove(self, id: str) -> None:
        """Remove a person."""
        self.db.run("delete from persons where id = ?", (id,))


def _person(row: Any) -> Person:
    id, name, standing, key_person, treasurer, made = row
    return Person(id, name, Standing(standing), bool(key_person), bool(treasurer), made)


def persons(core: Core) -> Persons:
    """The persons of a node."""
    return Persons(core.db)


def new_id(core: Core) -> str:
    """A new id for a person."""
    return to_text(core.entropy(ID_BYTES))
