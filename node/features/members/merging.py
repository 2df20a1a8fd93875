"""Two entries that are one person become one; and undoing that.

Rules:

1. Whoever does it has the right on both (`rights.may_edit`).
2. Nothing is lost: where only one has something, it stays; fields for several get both; of two
   texts for one field the chosen one stays, and the other goes into the notes. All memberships
   stay, the stronger standing, the roles of both, and every change noted before.
3. Nothing becomes visible: a field is shown to members only if each of the two who has something
   in it showed it.
4. Who stays signs in with the other's password if they had none. What other nouns have of the one
   who goes – circles, other ways to sign in – they move themselves (`Event.MERGED`), and back
   (`Event.PARTED`).
5. It can be undone at any time, also after somebody edited the one who stayed: what was edited
   stays as it is and is told, the other is back as they were.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from node.base.errors import Problem
from node.base.events import Event
from node.base.naming import same
from node.features.members.changes.tables import Batch, batch_of, begin, note_more, settle
from node.features.members.changes.undo import Undone, undo
from node.features.members.marks import mail_mark, phone_mark
from node.features.members.sheet import label
from node.features.members.tables import forget_merged, members, note_merged, released
from node.features.members.types import Field, Member, Values
from node.people.passwords import bring_back_password, move_password
from node.people.persons import Standing
from node.store.core import Core
from node.texts import Texts

OTHER = "other"
"""Chosen for a field: what the one who goes has."""

_STRONGER = (Standing.MEMBER, Standing.NEWCOMER, Standing.FORMER)


def merge(
    core: Core,
    kept: str,
    gone: str,
    texts: Texts,
    *,
    who: str = "",
    chosen: Mapping[str, str] | None = None,
) -> int:
    """Make two one; gives the number of the batch. `chosen`: field or `name` → `OTHER`.

    The language of `texts` is that of the notes. `Problem` if one of them is not there.
    """
    settle(core)
    with core.transaction():
        one, other = (members(core).get(id) for id in (kept, gone))
        if one is None or other is None:
            raise Problem("member-gone")
        if kept == gone:
            raise Problem("member-merge-same")
        batch = begin(core, "merge", who, {"kept": kept, "gone": gone})
        shown = _shown(core, one, other)
        moved: dict[str, Any] = {"password": move_password(core, gone, kept)}
        core.tell(Event.MERGED, kept, gone, moved)
        batch.remove(gone)
        name, values = merged(one, other, members(core).fields(), texts, chosen or {})
        batch.write(kept, values, name)
        _belong(batch, one, other)
        batch.release(kept, shown)
        note_more(core, batch.no, moved=moved)
        note_merged(core, gone, kept, batch.no)
    return batch.no


def merged(
    one: Member, other: Member, fields: list[Field], texts: Texts, chosen: Mapping[str, str]
) -> tuple[str, dict[str, Values]]:
    """The name and the values of both; what is not chosen is in the notes."""
    values: dict[str, Values] = {}
    aside: list[str] = []
    for field in fields:
        mine, theirs = one.values.get(field.key, ()), other.values.get(field.key, ())
        if field.many:
            values[field.key] = _both(field, mine, theirs)
        elif field.key == "notes":
            values[field.key] = mine if mine == theirs else (*mine, *theirs)
        elif mine and theirs and mine != theirs:
            takes = chosen.get(field.key) == OTHER
            values[field.key] = theirs if takes else mine
            if not same(mine[0], theirs[0]):
                left = mine if takes else theirs
                aside.append(_line(label(field, texts), left[0], texts))
        else:
            values[field.key] = mine or theirs
    name, left_name = one.name, other.name
    if chosen.get("name") == OTHER:
        name, left_name = left_name, name
    if not same(name, left_name):
        aside.insert(0, _line(texts("members.field.name"), left_name, texts))
    notes = "\n".join((*values.get("notes", ()), *aside))
    return name, {**values, "notes": (notes,) if notes else ()}


def conflicts(one: Member, other: Member, fields: list[Field]) -> list[Field]:
    """Fields for one text in which both have another one: somebody may choose."""
    return [
        field
        for field in fields
        if not field.many and field.key != "notes"
        if one.values.get(field.key) and other.values.get(field.key)
        if one.values[field.key] != other.values[field.key]
    ]


def _line(what: str, value: str, texts: Texts) -> str:
    return texts("members.merge.aside", what=what, value=value)


def _both(field: Field, mine: Values, theirs: Values) -> Values:
    """Each once: what is only written otherwise is the same."""
    marks = {"mail": mail_mark, "phone": phone_mark}
    mark = marks.get(field.kind, str)
    found: dict[str, str] = {}
    for value in (*mine, *theirs):
        found.setdefault(mark(value) or value, value)
    return tuple(found.values())


def _shown(core: Core, one: Member, other: Member) -> dict[str, tuple[int, str]]:
    """What both show, and what one shows and the other has nothing in; as it was asked later."""
    mine, theirs = released(core, one.id), released(core, other.id)
    return {
        key: max(some for some in (mine.get(key), theirs.get(key)) if some)
        for key in mine | theirs
        if all(
            key in shown or not person.values.get(key)
            for shown, person in ((mine, one), (theirs, other))
        )
    }


def _belong(batch: Batch, one: Member, other: Member) -> None:
    known = [replace(had, no=0) for had in one.memberships]
    for had in other.memberships:
        if replace(had, no=0) not in known:
            no = batch.join(one.id, had.since)
            batch.belong(one.id, replace(had, no=no))
    standing = min((one.standing, other.standing), key=_STRONGER.index)
    batch.stand(one.id, standing)
    if standing is Standing.MEMBER:
        batch.roles(
            one.id,
            key_person=one.key_person or other.key_person,
            treasurer=one.treasurer or other.treasurer,
        )


def part(core: Core, no: int, who: str = "") -> Undone:
    """Undo a merge; `Problem` if there is none of this number, or it is undone."""
    kept = batch_of(core, no)
    if kept is None or kept.what != "merge" or not kept.note:  # one of them was erased
        raise Problem("members-nothing-to-undo")
    with core.transaction():
        done = undo(core, no, who)
        forget_merged(core, no)
        moved = kept.note["moved"]
        bring_back_password(core, kept.note["kept"], kept.note["gone"], moved["password"])
        core.tell(Event.PARTED, kept.note["kept"], kept.note["gone"], moved)
    return done
