"""Giving and taking roles, and letting somebody in again.

What who may change, of whom:

| change          | of        | by                                                              |
|-----------------|-----------|-----------------------------------------------------------------|
| give the key    | a member  | a key person; the keeper                                        |
| give it back    | oneself   | that key person, if another one who can come in is left         |
| take it away    | another   | two other key persons, one after the other; the keeper          |
| treasurer, or no| a member  | a key person; the keeper                                        |
| let in again    | who was   | two other key persons; one while there is but one other; the    |
|                 | inside    | keeper                                                          |

Rules:

1. The *keeper* came by the link that the group's machine prints: who has the machine can do all of
   it, alone. What the keeper does, and what one key person does alone for want of a second, is told
   to everybody (`TOLD`).
2. Nobody locks the group out: the last key person who can come in stays one until there is
   another.
3. What one began another agrees to within a week, or it is over. Nobody agrees to what they began,
   and nobody is asked about themselves.
4. What happened to a role is kept, with who did it, and shown to members.
"""

from typing import Literal

from node.base.errors import Problem
from node.features.roles import tables
from node.features.roles.types import Act, Change, Second
from node.features.ways.actions import has_come_in
from node.features.ways.codes import new_code
from node.features.ways.types import Shown
from node.people.persons import Person, Standing, persons
from node.store.core import Core
from node.store.disk_reserve import essential

SECOND_SECONDS = 7 * 86_400
"""Within a week somebody looks in."""

AGREED_SECONDS = 86_400
"""Once two agreed, the code is read out within a day."""

TOLD = frozenset({"keeper-key", "keeper-no-key", "keeper-readmit", "alone-readmit"})
"""What everybody is told, in `TOLD_SECONDS`."""

TOLD_SECONDS = 14 * 86_400

Step = Literal["done", "begun", "waits"]
"""What came of it: it is done; another key person is asked; it waits for that one still."""


def change_role(core: Core, by: Person | None, person: str, change: Change) -> Step:
    """Change a role of a person, as the key person `by` or the keeper; `Problem` if not allowed."""
    with core.transaction():
        who = _member(core, person)
        if (who.key_person if change.endswith("key") else who.treasurer) is _gives(change):
            return "done"
        if change == "no-key":
            return _take_key(core, by, who)
        name = "treasurer" if change.endswith("treasurer") else "key_person"
        persons(core).change(person, **{name: _gives(change)})
        tables.log(core, person, _told(by, change), by.id if by else None)
    return "done"


def _gives(change: Change) -> bool:
    return not change.startswith("no-")


def _told(by: Person | None, change: str) -> str:
    return change if by is not None or "treasurer" in change else f"keeper-{change}"


def _take_key(core: Core, by: Person | None, who: Person) -> Step:
    if not [one for one in others(core, who.id) if has_come_in(core, one.id)]:
        raise Problem("last-key-person")
    if by is None or by.id == who.id:
        _drop_key(core, who.id, by.id if by else None, None, _told(by, "no-key"))
        return "done"
    if len(others(core, who.id)) < 2:
        raise Problem("third-key-person", name=who.name)
    step = second(core, by, who.id, "no-key")
    if step == "done":
        begun = tables.second_of(core, who.id, "no-key")
        _drop_key(core, who.id, begun.by if begun else None, by.id, "no-key")
        tables.remove_second(core, who.id, "no-key")
    return step


def _drop_key(core: Core, person: str, by: str | None, second: str | None, what: str) -> None:
    persons(core).change(person, key_person=False)
    tables.log(core, person, what, by, second)


def others(core: Core, person: str) -> list[Person]:
    """The key persons but for this one."""
    return [one for one in persons(core).key_persons() if one.id != person]


def second(core: Core, by: Person, person: str, act: Act) -> Step:
    """Begin what needs two, or agree to it. Inside `transaction`."""
    begun, now = tables.second_of(core, person, act), core.clock()
    if by.id == person:
        raise Problem("not-about-oneself")
    if begun is None or _is_gone(core, begun.by):
        tables.remove_old_seconds(core)
        made = Second(person, act, by.id, now, None, None, now + SECOND_SECONDS)
        tables.put_second(core, made)
        return "begun"
    if begun.by == by.id:
        return "done" if begun.second else "waits"
    if begun.second is None:
        agreed = replace_second(begun, by.id, now)
        tables.put_second(core, agreed)
    return "done"


def replace_second(begun: Second, second: str, now: int) -> Second:
    """The same, agreed to."""
    return begun._replace(second=second, agreed=now, until=now + AGREED_SECONDS)


def _is_gone(core: Core, by: str) -> bool:
    """Who began it is no key person any more: then it is as if nobody had."""
    found = persons(core).get(by)
    return found is None or not found.key_person or found.standing is not Standing.MEMBER


def withdraw(core: Core, person: str, act: Act) -> None:
    """Not any more: each key person can say so."""
    with core.transaction():
        tables.remove_second(core, person, act)


@essential
def code_for(core: Core, by: Person | None, person: str) -> Shown | Step:
    """A code to read out to somebody who can't come in, or what is missing for it.

    For a member who never came in one key person is enough; for others see the table above.
    `Problem` for somebody who does not belong to the group.
    """
    with core.transaction():
        who = persons(core).get(person)
        if who is None or who.standing is Standing.FORMER:
            raise Problem("no-such-person")
        if by is not None and by.id == person:
            raise Problem("not-about-oneself")
        id_ = by.id if by else None
        if not has_come_in(core, person):
            return new_code(core, person, id_)
        if by is None or len(others(core, person)) < 2:
            told = "keeper-readmit" if by is None else "alone-readmit"
            tables.log(core, person, told, id_)
            return new_code(core, person, id_, readmits=True)
        step = second(core, by, person, "readmit")
        if step != "done":
            return step
        begun = tables.second_of(core, person, "readmit")
        tables.log(core, person, "readmit", begun.by if begun else None, begun and begun.second)
        return new_code(core, person, id_, readmits=True)


def _member(core: Core, person: str) -> Person:
    found = persons(core).get(person)
    if found is None:
        raise Problem("no-such-person")
    if found.standing is not Standing.MEMBER:
        raise Problem("no-member-here", name=found.name)
    return found
