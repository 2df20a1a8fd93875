"""What members see of each other: what the group decided, and what each person released.

Rules: the group says of each column who sees it (`types.Seen`): key persons only, those released,
or all members; names are seen by all members. Each person says of each column that may be released
whether other members see it, and can take that back; the words in which they were asked are kept.
Newcomers and former members see nobody but themselves.
"""

from collections.abc import Sequence
from dataclasses import replace

from node.features.members.changes.tables import begin
from node.features.members.tables import members, released, released_by
from node.features.members.types import Field, Member, Seen
from node.store.core import Core

ALWAYS = ("given", "family")
"""Who is on the list at all is seen by its members."""


def release(core: Core, id: str, keys: Sequence[str], wording: str) -> int:
    """A person shows these fields to all members, and no others; gives the batch."""
    may = {one.key for one in members(core).fields() if one.seen is Seen.RELEASED}
    now = core.clock()
    with core.transaction():
        before = released(core, id)
        batch = begin(core, "release", id)
        batch.release(id, {key: before.get(key, (now, wording)) for key in keys if key in may})
    return batch.no


def let_see(core: Core, field: Field, seen: Seen, who: str = "") -> None:
    """Say who sees a column."""
    with core.transaction():
        members(core).put_field(replace(field, seen=seen))
        begin(core, "columns", who, {"field": field.key, "seen": seen.value})


def for_members(core: Core, some: Sequence[Member], fields: Sequence[Field]) -> list[Member]:
    """These people as other members see them."""
    shown = released_by(core, [one.id for one in some])
    seen = {one.key: one.seen for one in fields}
    return [
        replace(
            one,
            values={
                key: values
                for key, values in one.values.items()
                if seen.get(key) is Seen.MEMBERS
                or (seen.get(key) is Seen.RELEASED and (one.id, key) in shown)
            },
            memberships=(),
        )
        for one in some
    ]
