"""The group's own page, and one entry of the directory."""

from node.feature import Right
from node.features.groups.listed_twice import listed_twice, noted
from node.features.groups.views import entry_by_text, home_entry
from node.web.links import is_id
from node.web.page import Asked, MissingError, Page
from protocol.ids import to_text


def home(asked: Asked) -> Page:
    """The group's public page."""
    home_id = asked.core.home_id
    values = {
        "group": home_entry(asked.sight, home_id),
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
    id = asked.match["id"]
    found = entry_by_text(asked.sight, id) if is_id(id) else None
    if found is None:
        raise MissingError
    (found,) = noted([found], listed_twice(asked.sight))
    values = {"group": found, "panels": asked.panels_of("group", found.id)}
    return Page("group.html", found.name, "directory", values)
