"""Undoing a batch: an edit, an import, a merge.

Rules: what nobody changed since is as it was before; what somebody changed since stays, and is
told; a person whom the batch added and somebody changed since stays wholly. Undoing is a batch of
its own, so that whoever has the person open is told. A batch is undone once. A large one is undone
in pieces (`node.store.pieces`); if the node stops meanwhile, undoing it again does the rest.
"""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from node.base import turns
from node.base.errors import Problem
from node.features.members.changes.tables import (
    Batch,
    batch_of,
    begin,
    changes_back,
    mark_undone,
    whole_of,
)
from node.features.members.tables import members, released
from node.features.members.types import Change, Member, Membership
from node.people.passwords import has_password
from node.people.persons import Standing
from node.people.sessions import Sessions
from node.store.core import Core
from node.store.pieces import in_pieces


@dataclass(slots=True)
class Undone:
    """What came of it: ids of persons, and (id, part) of what stays as somebody changed it."""

    gone: list[str] = field(default_factory=list)
    """Whom the batch had added."""
    back: list[str] = field(default_factory=list)
    """Who is as before, at least in parts."""
    stays: list[tuple[str, str]] = field(default_factory=list)


def undo(core: Core, no: int, who: str = "") -> Undone:
    """Undo a batch; `Problem` `nothing-to-undo` if it is not there or undone already."""
    whole = nullcontext() if turns.has_turn() else core.transaction()
    with whole:
        with core.transaction():
            kept = batch_of(core, no)
            if kept is None or kept.undone is not None:
                raise Problem("members-nothing-to-undo")
            batch = begin(core, "undo", who, {"of": no, "what": kept.what})
        done = Undone()
        in_pieces(core, changes_back(core, no), lambda change: _undo_one(core, batch, change, done))
        with core.transaction():
            _forget_columns(core, kept.note.get(COLUMNS_MADE, ()))
            mark_undone(core, no)
    done.back = [one for one in dict.fromkeys(done.back) if one not in set(done.gone)]
    return done


COLUMNS_MADE = "columns_made"
"""In the note of a batch: the keys of columns that were made for what it brought."""


def _forget_columns(core: Core, keys: Iterable[str]) -> None:
    """They go, unless somebody has something in them by now."""
    of = members(core)
    for key in keys:
        if not of.with_value(key):
            of.remove_field(key)


def _undo_one(core: Core, batch: Batch, change: Change, done: Undone) -> None:
    id, part = change.person, change.part
    there = members(core).get(id)
    if part == "person":
        _undo_person(core, batch, change, there, done)
    elif there is None:
        done.stays.append((id, part))
    elif (stands := now(core, there, part)) != change.after:
        if stands != change.before:
            done.stays.append((id, part))
    else:
        _set(batch, id, part, change)
        done.back.append(id)


def _undo_person(
    core: Core, batch: Batch, change: Change, there: Member | None, done: Undone
) -> None:
    id = change.person
    if change.before is not None and there is None:
        batch.bring_back(id, change.before)
        done.back.append(id)
    elif change.after is not None and there is not None:
        if _is_another(core, there, change.after):
            done.stays.append((id, "person"))
        else:
            batch.remove(id)
            done.gone.append(id)


def _is_another(core: Core, there: Member, added: Any) -> bool:
    """Whether anything is otherwise than it was when the batch had added the person."""
    if has_password(core, there.id) or Sessions(core).of(there.id):
        return True  # they came in meanwhile
    whole = whole_of(members(core), there)
    return any(whole[key] != one for key, one in added.items() if key != "edition")


def now(core: Core, member: Member, part: str) -> Any:
    """What a part of a person is, as changes note it."""
    if part == "name":
        return member.name
    if part == "standing":
        return member.standing.value
    if part == "roles":
        return {"key_person": member.key_person, "treasurer": member.treasurer}
    if part == "released":
        return {key: [*one] for key, one in released(core, member.id).items()}
    if part.startswith("membership/"):
        no = int(part.removeprefix("membership/"))
        return next((one.noted() for one in member.memberships if one.no == no), None)
    return list(member.values.get(part, ()))


def _set(batch: Batch, id: str, part: str, change: Change) -> None:
    before = change.before
    if part == "name":
        batch.write(id, {}, name=before)
    elif part == "standing":
        batch.stand(id, Standing(before))
    elif part == "roles":
        batch.roles(id, **before)
    elif part == "released":
        batch.release(id, {key: (at, words) for key, (at, words) in before.items()})
    elif part.startswith("membership/"):
        no = int(part.removeprefix("membership/"))
        if before is None:
            batch.unbelong(id, no)
        else:
            batch.belong(id, Membership(**before))
    else:
        batch.write(id, {part: tuple(before)})
