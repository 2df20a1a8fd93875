"""A member, found by what a person types: the id or its beginning, or a name."""

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID
from node.base.naming import best, near, parts
from node.features.members.changes.tables import settle
from node.features.members.tables import members
from node.features.members.types import Member
from node.people.persons import persons
from node.store.core import Core

SHORTEST_ID = 4


def find_member(core: Core, text: str) -> Member:
    """The one whom a text means; `Problem` `nobody-listed` or `several-found`."""
    settle(core)
    named = [(one.id, one.name) for one in persons(core).all()]
    names = dict(named)
    found = [id for id in names if len(text) >= SHORTEST_ID and id.startswith(text.lower())]
    found = found or best(text, named) or parts(text, named)
    if not found:
        raise Problem("nobody-listed", text=text, near=near(text, names.values()))
    if len(found) > 1:
        some = ", ".join(f"{names[id]} ({id[:SHORT_ID]})" for id in found[:6])
        raise Problem("several-found", text=text, found=some)
    member = members(core).get(found[0])
    if member is None:
        raise Problem("member-gone")
    return member
