"""The group's own page, and one entry of the directory."""

from aiohttp import web

from node.base.errors import Problem
from node.feature import Right
from node.features.groups.links import group_path
from node.features.groups.listed_twice import listed_twice, noted, say
from node.features.groups.returning import Returning
from node.features.groups.tie import tie_to
from node.features.groups.types import GroupView
from node.features.groups.views import LIST_ID, entry_by_text, home_entry
from node.web.links import is_id
from node.web.page import Asked, MissingError, Page
from protocol.ids import from_text, to_text


def home(asked: Asked) -> Page:
    """The group's public page."""
    home_id = asked.core.home_id
    values = {
        "group": home_entry(asked.sight, home_id),
        "edits": asked.has(Right.KEY),
        "todos": asked.todos(asked) if asked.visit.signed_in else None,
        "inside_panels": asked.panels_of("home inside", to_text(home_id))
        if asked.has(Right.MEMBER)
        else (),
        "panels": asked.panels_of("home", to_text(home_id)),
        "below": asked.panels_of("home below", to_text(home_id)),
    }
    return Page("home.html", "", "home", values)


def group(asked: Asked) -> Page:
    """One entry of the directory, with what others know of it."""
    found = _found(asked)
    back: Returning = asked.state
    values = {
        "group": found,
        "panels": asked.panels_of("group", found.id),
        "back": back.path(asked),
        "edits": asked.has(Right.KEY),
        "tie": tie_to(asked.sight, found),
        "perhaps": [one for id in found.perhaps if (one := entry_by_text(asked.sight, id))],
        "listed": entry_by_text(asked.sight, found.listed) if found.listed else None,
    }
    return Page("group.html", found.name, "directory", values)


def _found(asked: Asked) -> GroupView:
    id = asked.match["id"]
    found = entry_by_text(asked.sight, id) if is_id(id) else None
    if found is None:
        raise MissingError
    (noted_one,) = noted([found], listed_twice(asked.sight))
    return noted_one


def say_same(asked: Asked) -> web.StreamResponse:
    """Somebody says that what stands on the list is this group, or is not."""
    found = _found(asked)
    other = str(asked.posted.get("other", ""))
    row, group = (found.id, other) if found.form == "entry" else (other, found.id)
    known = entry_by_text(asked.sight, group) if is_id(group) else None
    number = row.removeprefix(LIST_ID)
    if known is None or known.form == "entry" or not (number.isascii() and number.isdigit()):
        raise MissingError
    same = asked.posted.get("same") == "yes"
    try:
        say(asked.core, int(number[:15]), from_text(known.id), same=same)
    except Problem as problem:
        return asked.refused(group_path(found.id), problem)
    return asked.go(group_path(known.id), f"groups.same.{'yes' if same else 'no'}_said")
