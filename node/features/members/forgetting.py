"""What is kept of a person, wholly: to take along, and to delete.

Rules: what is taken along has every change that is noted, and the words in which they were asked;
what is deleted is gone from changes and merges, too, so that nothing can be undone any more. That
somebody joined and left in some month stays as a number, without anything that says who.
"""

from typing import Any

from node.features.members.changes.tables import batch_of, changed_since, clear_note, settle
from node.features.members.counts import BEGINNING, apart
from node.features.members.sheet import label
from node.features.members.tables import forget_person, members, merges_of, released, spans
from node.features.members.views import member_view
from node.people.last_key import require_another
from node.store.core import Core
from node.texts import Texts


def export(core: Core, id: str) -> dict[str, Any]:
    """All that is kept of a person, as JSON; columns by what they are called in English."""
    settle(core)
    member = members(core).get(id)
    if member is None:
        return {}
    view = member_view(member)
    names = {one.key: label(one, Texts("en")) for one in members(core).fields()}
    return {
        "name": view.name,
        "standing": view.standing,
        "key_person": view.key_person,
        "treasurer": view.treasurer,
        "fields": {names.get(key, key): some for key, some in view.fields.items()},
        "memberships": [
            {"since": one.since, "notice": one.notice, "until": one.until, "reason": one.reason}
            for one in view.memberships
        ],
        "shown_to_members": [
            {"field": names.get(key, key), "since": at, "question": wording}
            for key, (at, wording) in released(core, id).items()
        ],
        "changes": [_change(core, one, names) for one in changed_since(core, id, 0)],
    }


def _change(core: Core, one: Any, names: dict[str, str]) -> dict[str, Any]:
    batch = batch_of(core, one.batch)
    return {
        "at": batch.at if batch else None,
        "what": batch.what if batch else None,
        "part": names.get(one.part, one.part),
        "before": one.before,
        "after": one.after,
    }


def erase(core: Core, id: str) -> None:
    """Delete it. `Problem` `last-key-person` if nobody else could act for the group then."""
    settle(core)
    with core.transaction():
        require_another(core, id)
        merged = merges_of(core, id)
        batches = {one.batch for one in changed_since(core, id, 0)}
        for no in batches | {no for _gone, no in merged}:
            batch = batch_of(core, no)
            if batch is not None and batch.what == "merge":
                clear_note(core, no)
        for gone, _no in merged:
            forget_person(core, gone, ())
        months = apart(spans(core, id))
        forget_person(core, id, [(since.replace(BEGINNING, ""), until) for since, until in months])
