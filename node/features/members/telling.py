"""What is kept of a person, for that person to read: field by field, with who sees it."""

from node.features.members.tables import members, released
from node.features.members.types import Field, Seen
from node.people.personal import GROUP, KEYS, Entry, Part
from node.store.core import Core


def tell(core: Core, id: str) -> list[Part]:
    """The fields that are filled, and the memberships."""
    member = members(core).get(id)
    if member is None:
        return []
    shown, path = released(core, id), f"/members/{id}"
    entries = [
        Entry(
            f"members.field.{one.key}",
            list(member.values[one.key]),
            "list",
            _seen_by(one, one.key in shown),
            path=path,
            called=one.label,
        )
        for one in members(core).fields()
        if member.values.get(one.key)
    ]
    for one in member.memberships:
        for name in ("since", "notice", "until", "reason"):
            if said := getattr(one, name):
                seen_by = GROUP if name in ("since", "until") else KEYS
                entries.append(Entry(f"members.field.{name}", said, seen_by=seen_by))
    return [Part("members.personal.title", "members.personal.why", tuple(entries))]


def _seen_by(field: Field, shown: bool) -> str:
    if field.seen is Seen.MEMBERS or (field.seen is Seen.RELEASED and shown):
        return GROUP
    return KEYS
