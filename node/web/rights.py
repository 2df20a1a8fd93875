"""Who has which right: one table.

>>> may(None, False, Right.EVERYBODY), may(None, False, Right.MEMBER), may(None, True, Right.KEY)
(True, False, True)
"""

from node.feature import Right
from node.people.persons import Person, Standing

KEEPER = frozenset({Right.EVERYBODY, Right.MEMBER, Right.KEY})
"""Of who came by the machine's link: as a key person, but no person, so nothing is theirs."""


def rights_of(person: Person | None, keeper: bool) -> frozenset[Right]:
    """What somebody may; neither a person nor the keeper is everybody outside."""
    if person is None:
        return KEEPER if keeper else frozenset({Right.EVERYBODY})
    found = {Right.EVERYBODY, Right.PERSON}
    if person.standing is Standing.MEMBER:
        found |= {Right.MEMBER}
        found |= {Right.KEY} if person.key_person else set()
        found |= {Right.TREASURER} if person.treasurer else set()
    return frozenset(found)


def may(person: Person | None, keeper: bool, right: Right) -> bool:
    """Whether somebody has a right."""
    return right in rights_of(person, keeper)
