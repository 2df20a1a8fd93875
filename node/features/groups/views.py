"""Entries of the directory: from a record, or from one's own list, to what is shown."""

from typing import Any

from node.base.lookalikes import SHORT_ID, marked
from node.features.groups.tables import own_list
from node.features.groups.types import GroupView
from node.lookup.sight import Sight
from protocol.ids import to_text

LIST_ID = "entry-"
"""Ids of one's own list: the number of the entry follows. They mean nothing on another node."""


def home_entry(sight: Sight, identity: bytes) -> GroupView:
    """The entry of an own identity; its bare id if it has none that this viewer may see."""
    return entry_of(sight, identity) or GroupView(
        id=to_text(identity),
        form=_form(sight, identity),
        name=to_text(identity)[:SHORT_ID],
        own=_is_own(sight, identity),
    )


def _form(sight: Sight, identity: bytes) -> str:
    known = sight.core.ties.identities.get(identity)
    return known.type if known else "group"


def _is_own(sight: Sight, identity: bytes) -> bool:
    """Which networks are held here is for inside; whose page it is everybody knows."""
    return identity in (sight.core.own if sight.inside else (sight.core.home_id,))


def entry_of(sight: Sight, identity: bytes) -> GroupView | None:
    """The best entry of an identity that this viewer may see."""
    if not sight.sees(identity):
        return None
    for scope, no in sight.records_of(identity):
        if scope == "public" or sight.inside:
            return entry(sight, no)
    return None


def entry_by_text(sight: Sight, text: str) -> GroupView | None:
    """By id or a unique beginning of it."""
    if text.startswith(LIST_ID):
        number = text.removeprefix(LIST_ID)
        short = number.isascii() and number.isdigit() and len(number) < 16
        return entry(sight, -int(number)) if short and sight.inside else None
    found = [view for one in sight.ids_from(text) if (view := entry_of(sight, one))]
    return found[0] if len(found) == 1 else None


def entry(sight: Sight, no: int) -> GroupView | None:
    """The entry with a number in the directory, negative for one's own list."""
    if no < 0:
        content = own_list(sight.core).entry(-no)
        return None if content is None else listed(f"{LIST_ID}{-no}", content)
    found = sight.core.records.content_at(no)
    if found is None:
        return None
    record, content = found
    if content is None:
        return None
    author = record.author
    return GroupView(
        id=to_text(author),
        form="network" if record.kind == "network" else "group",
        **{**facts(content), "name": sight.marked(content["name"], author)},
        own=_is_own(sight, author),
        audience=record.audience.scope,
        issued=record.issued,
        expires=record.expires,
        networks=_in_common(sight, author),
    )


def listed(id: str, content: dict[str, Any]) -> GroupView:
    """An entry of one's own list."""
    name = marked(content["name"], id)
    return GroupView(id=id, form="entry", **{**facts(content), "name": name}, audience="private")


def facts(content: dict[str, Any]) -> dict[str, Any]:
    """What a group, a network or an own entry says of itself, as fields of a `GroupView`."""
    return {
        "name": content["name"],
        "purpose": content["purpose"],
        "orientation": content["orientation"],
        "topics": tuple(content["topics"]),
        "convictions": tuple(content.get("convictions") or content.get("consensus") or ()),
        "region": content["region"],
        "languages": tuple(content["languages"]),
        "contacts": tuple((what, where) for what, where in content.get("contacts") or ()),
        "takes_members": content.get("takes_members"),
        "links": tuple(content["links"]),
    }


def _in_common(sight: Sight, identity: bytes) -> tuple[Any, ...]:
    if not sight.inside:
        return ()
    ties, now = sight.core.ties, sight.now
    theirs = ties.memberships(identity, now)
    return sight.named(
        one
        for one in theirs
        if any(ties.is_part(one, own, now) for own in sight.core.own if own != identity)
        or identity in sight.core.own
    )
