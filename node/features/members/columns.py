"""Columns of the group's own: adding, changing, ordering, taking away.

Rules: a column keeps its key for ever, whatever it is called; two have never the same name, folded,
nor that of a column which every group has; taking one away takes what people had in it, and both
can be undone together.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from node.base.errors import Problem
from node.base.naming import same
from node.features.members.changes.tables import Batch, begin, note_more
from node.features.members.editing import LONGEST, MOST_OWN
from node.features.members.sheet import BESIDES, label
from node.features.members.tables import members
from node.features.members.types import Field, Seen
from node.store.core import Core
from node.texts import LANGUAGES, Texts

KINDS = ("text", "long text", "date", "number", "yes-no", "choice")
"""What a column of the group's own may hold."""

OWN = "own-"
MOST_CHOICES = 50


def named(fields: Sequence[Field], text: str) -> Field | None:
    """The column that people call so, in any language."""
    for one in fields:
        for language in LANGUAGES:
            if same(label(one, Texts(language)), text):
                return one
    return None


def add_column(
    core: Core,
    name: str,
    kind: str = "text",
    *,
    choices: Sequence[str] = (),
    seen: Seen = Seen.RELEASED,
    who: str = "",
) -> Field:
    """A new column behind the others; `Problem` if the name is taken, or there are too many."""
    with core.transaction():
        fields = members(core).fields()
        require_free(fields, name)
        own = [int(one.key.removeprefix(OWN)) for one in fields if one.own]
        if len(own) >= MOST_OWN:
            raise Problem("member-columns-many", n=MOST_OWN)
        used = core.settings.get(_LAST, 0)  # also by those that were taken away
        number = max([used, *own]) + 1
        core.settings.set(_LAST, number)
        made = Field(f"{OWN}{number}", name[:LONGEST], kind, choices=tuple(choices), seen=seen)
        members(core).put_field(made)
        begin(core, "columns", who, {"added": made.key})
    return made


_LAST = "members/last-column"


def require_free(fields: Sequence[Field], name: str, but: str = "") -> None:
    """`Problem` if another column than `but` is called so."""
    some = [one for one in fields if one.key != but]
    besides = {Texts(one)(f"members.field.{key}") for one in LANGUAGES for key in BESIDES}
    if named(some, name) or any(same(name, one) for one in besides):
        raise Problem("member-column-taken", column=name)


def change_column(core: Core, field: Field, who: str = "") -> None:
    """Another name, kind, choices, or who sees it; `Problem` if the name is taken."""
    with core.transaction():
        fields = members(core).fields()
        if field.own:
            require_free(fields, field.label, field.key)
        members(core).put_field(field)
        begin(core, "columns", who, {"changed": field.key})


def move_column(core: Core, key: str, steps: int) -> None:
    """Put a column so many places towards the end, or the beginning."""
    with core.transaction():
        keys = [one.key for one in members(core).fields()]
        if key not in keys:
            raise Problem("member-column-gone")
        at = keys.index(key)
        keys.remove(key)
        keys.insert(max(0, at + steps), key)
        members(core).order_fields(keys)


def remove_column(core: Core, key: str, who: str = "") -> int:
    """Take a column of the group's own away, and what is in it; gives the batch."""
    with core.transaction():
        fields = members(core).fields()
        field = next((one for one in fields if one.key == key and one.own), None)
        if field is None:
            raise Problem("member-column-gone")
        batch = begin(core, "column-removed", who)
        note_more(core, batch.no, column=_noted(field), place=fields.index(field))
        _empty(core, batch, key)
        members(core).remove_field(key)
    return batch.no


def _empty(core: Core, batch: Batch, key: str) -> None:
    for id in members(core).with_value(key):
        batch.write(id, {key: ()})


def bring_back_column(core: Core, note: dict[str, Any]) -> None:
    """Put a column back that was taken away, before what was in it. Inside `transaction`."""
    some = note["column"]
    field = Field(**{**some, "choices": tuple(some["choices"]), "seen": Seen(some["seen"])})
    if any(one.key == field.key for one in members(core).fields()):
        return
    if named(members(core).fields(), field.label):  # somebody made another one of that name
        field = replace(field, label=f"{field.label} ({field.key.removeprefix(OWN)})")
    members(core).put_field(field)
    keys = [one.key for one in members(core).fields()]
    keys.remove(field.key)
    keys.insert(note["place"], field.key)
    members(core).order_fields(keys)


def _noted(field: Field) -> dict[str, Any]:
    return {
        "key": field.key,
        "label": field.label,
        "kind": field.kind,
        "many": field.many,
        "choices": list(field.choices),
        "seen": field.seen.value,
    }
