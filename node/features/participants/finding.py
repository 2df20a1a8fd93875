"""Whom of the group a person at the terminal means."""

from node.base.errors import Problem
from node.base.naming import best, near, parts
from node.people.persons import Person, Standing, persons
from node.store.core import Core

SHORTEST = 4
"""Characters of an id by which somebody is found."""


def find_person(core: Core, text: str) -> Person:
    """The member that a name, its beginning, or an id means; `Problem` if none or several."""
    known = persons(core).all(Standing.MEMBER)
    wanted = text.strip()
    by_id = [one for one in known if len(wanted) >= SHORTEST and one.id.startswith(wanted.lower())]
    named = [(one, one.name) for one in known]
    hits = by_id or best(wanted, named) or parts(wanted, named)
    if not hits:
        raise Problem("nobody-inside", text=text, near=near(wanted, (one.name for one in known)))
    if len(hits) > 1:
        some = ", ".join(f"{one.name} ({one.id[:6]})" for one in hits[:6])
        raise Problem("several-found", text=text, found=some)
    return hits[0]
