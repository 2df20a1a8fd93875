"""Fields, rows and questions in words."""

from collections.abc import Mapping

from node.base.formats import list_words
from node.features.imports.plan import NEW_FIELD
from node.features.imports.types import PARTS, WHO, Planned, Question
from node.features.members.types import Field
from node.texts import Texts

ID_SHOWN = 8
"""Characters of an id beside a name: enough to name somebody by."""


def field_label(key: str, fields: Mapping[str, Field], texts: Texts) -> str:
    """What people call a field, or a part of one."""
    if key.startswith(NEW_FIELD):
        return key.removeprefix(NEW_FIELD)
    if key in fields and fields[key].label:
        return fields[key].label
    own = f"imports.field.{key}"
    if key in PARTS and texts.has(own):
        return texts(own)
    other = f"members.field.{key}"
    return texts(other) if texts.has(other) else texts(f"members.part.{key}")


def why(row: Planned, people: Mapping[str, str], texts: Texts) -> str:
    """Why a row is what it is, as sentences; nothing where it goes without saying. `people`: names
    by id."""
    found = [question_text(one, people, texts) for one in row.questions]
    if row.reason:
        field = next(iter(row.fields), "")
        found.append(texts(f"imports.reason.{row.reason}", field=field))
    return " ".join(found)


def question_text(one: Question, people: Mapping[str, str], texts: Texts) -> str:
    """What is asked."""
    if one.code in WHO:
        who = [f"{people[id]} ({id[:ID_SHOWN]})" if id in people else id for id in one.who]
        return texts(f"imports.question.{one.code}", who=list_words(who, texts))
    key = f"imports.question.{one.code}"
    if one.code == "day-odd" and not one.offer:
        key = "imports.question.day-odd-bare"
    return texts(key, cell=one.cell, offer=one.offer)


def row_text(row: Planned, reason: str, texts: Texts) -> str:
    """A row in a line."""
    changes = [
        texts("imports.row.change", old=old, new=new) if old else new
        for old, new in row.fields.values()
        if new
    ]
    shown = texts("imports.row.line", line=row.line, name=row.name or texts("imports.row.nameless"))
    parts = [shown, ", ".join(changes) if row.outcome.value == "change" else "", reason]
    return " – ".join(one for one in parts if one)
