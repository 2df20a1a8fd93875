"""Members as a table of text: what is written to files, printed, and read back.

Columns: the name, all fields in the group's order, the newest membership, what the person is to the
group, and the id, by which whoever reads the file back knows the person again. Headings are in one
language; imports know both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from node.features.members.cells import cell_of
from node.features.members.types import Field, Member
from node.texts import Texts

NAME, STANDING, ID = "name", "standing", "id"
MEMBERSHIP = ("since", "notice", "until", "reason")
BESIDES = (NAME, *MEMBERSHIP, STANDING, ID)
"""Columns that are no fields."""


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is that of a field, or one of `BESIDES`."""

    key: str
    heading: str


def label(field: Field, texts: Texts) -> str:
    """What people call a field."""
    return field.label or texts(f"members.field.{field.key}")


def label_of_part(part: str, fields: Sequence[Field], texts: Texts) -> str:
    """What people call a part of a person, as changes name it."""
    field = next((one for one in fields if one.key == part), None)
    if field is not None:
        return label(field, texts)
    return texts(f"members.part.{part.partition('/')[0]}") if part in PARTS or "/" in part else "?"


PARTS = ("person", "name", "standing", "roles", "released")


def columns(fields: Sequence[Field], texts: Texts) -> list[Column]:
    """All columns of a file, in order."""
    return [
        Column(NAME, texts("members.field.name")),
        *(Column(one.key, label(one, texts)) for one in fields),
        *(Column(key, texts(f"members.field.{key}")) for key in (*MEMBERSHIP, STANDING, ID)),
    ]


def cells(member: Member, some: Iterable[Column], texts: Texts) -> list[str]:
    """The row of a person."""
    return [_cell(member, one.key, texts) for one in some]


def _cell(member: Member, key: str, texts: Texts) -> str:
    if key == NAME:
        return member.name
    if key == ID:
        return member.id
    if key == STANDING:
        return texts(f"members.standing.{member.standing.value}")
    if key in MEMBERSHIP:
        newest = member.memberships[-1] if member.memberships else None
        return str(getattr(newest, key)) if newest else ""
    return cell_of(member.values.get(key, ()))
