"""The last key person: whoever stops being one leaves somebody behind who is.

Rule: a group with people always has a key person. Who leaves the group, gives the role back, is
expelled, is merged into somebody else or is erased is asked for here first; the last one names a
successor before that, or dissolves the group.
"""

from node.base.errors import Problem
from node.people.persons import persons
from node.store.core import Core


def is_last(core: Core, id: str) -> bool:
    """Whether this is the only key person."""
    return [one.id for one in persons(core).key_persons()] == [id]


def require_another(core: Core, id: str) -> None:
    """`Problem` `last-key-person` if nobody else could act for the group then."""
    if is_last(core, id):
        raise Problem("last-key-person")
