"""The group's own entry in the directory (docs/protocol.md §7.3)."""

from typing import Any

from node.lookup.content import checked, tidied
from node.records.transaction import act
from node.store.core import Core
from node.store.disk_reserve import essential
from protocol.audience import PUBLIC
from protocol.groups import ENTRY_LIFETIME, GROUP
from protocol.ids import to_text
from protocol.kind import Place


def group_content(fields: dict[str, Any]) -> dict[str, Any]:
    """A complete entry from what was given; what is missing is empty."""
    return checked("group", tidied(GROUP.fields, fields))


def current_entry(core: Core, author: bytes) -> dict[str, Any] | None:
    """The public entry of an identity that this node holds."""
    record = core.records.at(Place(author, PUBLIC, "group", ""))
    return record.content if record else None


def merged_entry(core: Core, author: bytes, changes: dict[str, Any]) -> dict[str, Any]:
    """The entry as it is with the named fields changed; nothing is written."""
    before = current_entry(core, author) or {"name": to_text(author)[:12]}
    return group_content({**before, **changes})


def edit_group(core: Core, author: bytes, changes: dict[str, Any]) -> dict[str, Any]:
    """Change the named fields of the entry; the others stay. Renews it too."""
    write = _edit if any(changes.values()) else essential(_edit)  # erasing can't wait
    return write(core, author, changes)


def _edit(core: Core, author: bytes, changes: dict[str, Any]) -> dict[str, Any]:
    with act(core) as publisher:
        content = merged_entry(core, author, changes)
        publisher.write(
            Place(author, PUBLIC, "group", ""),
            content,
            expires=core.clock() + ENTRY_LIFETIME,
        )
    return content
