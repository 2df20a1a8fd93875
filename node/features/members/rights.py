"""Who may do what with a person on the list: one table.

>>> may_edit(None, True, "a"), may_edit(None, False, "a")
(True, False)
"""

from node.people.persons import Person, Standing


def sees_all(viewer: Person | None, keeper: bool) -> bool:
    """Whether somebody sees everything of everybody: key persons, and who has the machine."""
    return keeper or (
        viewer is not None and viewer.standing is Standing.MEMBER and viewer.key_person
    )


def may_edit(viewer: Person | None, keeper: bool, id: str) -> bool:
    """Whether somebody may change what is kept of a person: theirs, or as a key person."""
    return sees_all(viewer, keeper) or (viewer is not None and viewer.id == id)


def may_merge(viewer: Person | None, keeper: bool, one: str, other: str) -> bool:
    """Whether somebody may make two people one: the right on both, and to see both wholly."""
    return sees_all(viewer, keeper) and all(may_edit(viewer, keeper, id) for id in (one, other))
