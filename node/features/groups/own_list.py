"""Entries of one's own list, found by what a person types."""

import re

from node.base.errors import Problem
from node.base.naming import best, near, parts
from node.features.groups.tables import own_list
from node.features.groups.types import GroupView
from node.features.groups.views import LIST_ID, entry
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from node.store.core import Core


def find_entry(core: Core, text: str) -> GroupView | None:
    """The entry of one's own list of this name or id; None if a group of that name has a node."""
    rows = own_list(core).numbered()
    found = best(text, rows)
    taken = found and best(text, [(1, name) for name in core.known_names.of_nodes()])
    number = re.fullmatch(LIST_ID + r"(\d{1,15})", text, re.ASCII)
    if number:
        found = [int(number[1])]
    elif taken:
        return None
    return _one_listed(core, text, found, dict(rows))


def row_of(core: Core, text: str) -> int:
    """The number of the one entry of one's own list that `text` means; `Problem` if there is none
    or several."""
    rows = own_list(core).numbered()
    number = re.fullmatch(LIST_ID + r"(\d{1,15})", text, re.ASCII)
    found = [int(number[1])] if number else best(text, rows) or parts(text, rows)
    view = _one_listed(core, text, found, dict(rows))
    if view is None:
        raise Problem("no-such-entry", name=text, near=near(text, [name for _no, name in rows]))
    return int(view.id.removeprefix(LIST_ID))


def find_listed(core: Core, text: str) -> GroupView | None:
    """The entry of one's own list that has `text` in its name; `Problem` if several have."""
    rows = own_list(core).numbered()
    return _one_listed(core, text, parts(text, rows), dict(rows))


def near_listed(core: Core, text: str, others: list[str]) -> list[str]:
    """What somebody may have meant: `others`, and entries of one's own list."""
    listed = [name for _no, name in own_list(core).numbered()]
    return near(text, [*others, *listed])


def _one_listed(core: Core, text: str, found: list[int], named: dict[int, str]) -> GroupView | None:
    if len(found) > 1:
        some = ", ".join(f"{named[no]} ({LIST_ID}{no})" for no in found[:6])
        raise Problem("several-found", text=text, found=some)
    return entry(Sight(core, Viewer.INSIDE, core.home_id), -found[0]) if found else None
