"""One person acts for another: a child, a partner without a telephone.

Whose yes counts for what:

| who says it                        | is                                                      |
|------------------------------------|---------------------------------------------------------|
| who is to act                      | their yes; the other's is missing still                 |
| for whom it is                     | their yes; the other's is missing still                 |
| a key person, for a third who      | enough: a child can't say so itself                     |
| never came in                      |                                                         |
| a key person, for a third who did  | nothing: that person is asked                           |
| a key person who is to act         | like anybody's; enough only while there is no other key |
|                                    | person and the other never came in                      |
| the machine's keeper               | like a key person's                                     |

Rules:

1. Who acts for somebody sees what that person sees, and has none of the rights of a key person or a
   treasurer, whoever it is for. Ways back are nobody's business but one's own.
2. Each of the two ends it, alone and at once, and so does a key person.
3. When somebody began and stopped, and each change in between, is kept for both to read.
"""

from node.base.errors import Problem
from node.features.acting import tables
from node.features.acting.types import Agreement
from node.features.ways.actions import has_come_in
from node.people import acting
from node.people.persons import Person, Standing, persons
from node.store.core import Core
from node.store.disk_reserve import essential

MOST = 20
"""For so many one person acts: more is an office."""


def say_yes(core: Core, by: Person | None, actor: str, person: str) -> Agreement:
    """One says that `actor` may act for `person`; None is the machine's keeper."""
    with core.transaction():
        _require_two(core, actor, person)
        now = core.clock()
        found = tables.agreement(core, actor, person)
        if found is None:
            if len(tables.agreements_of(core, actor)) >= MOST:
                raise Problem("acts-for-many", n=MOST)
            found = Agreement(actor, person, now, None, None, None, None)
        stood = found.stands
        found = _with_yes(core, found, by, now)
        tables.put_agreement(core, found)
        if found.stands and not stood:
            tables.log(core, actor, person, "agreed")
    return found


def _with_yes(core: Core, found: Agreement, by: Person | None, now: int) -> Agreement:
    if by is not None and by.id == found.person:
        return found._replace(person_yes=found.person_yes or now)
    mine = by is not None and by.id == found.actor
    if mine:
        found = found._replace(actor_yes=found.actor_yes or now)
    if by is None or by.key_person:
        alone = by is None or not [one for one in persons(core).key_persons() if one.id != by.id]
        if (not mine or alone) and not has_come_in(core, found.person):
            return found._replace(key_yes=found.key_yes or now, key_by=by.id if by else None)
        if not mine:
            raise Problem("ask-them-first")
    elif not mine:
        raise Problem("not-your-business")
    return found


def _require_two(core: Core, actor: str, person: str) -> None:
    if actor == person:
        raise Problem("acts-for-oneself")
    for one in (actor, person):
        found = persons(core).get(one)
        if found is None:
            raise Problem("no-such-person")
        if found.standing is not Standing.MEMBER:
            raise Problem("no-member-here", name=found.name)


@essential
def end(core: Core, by: Person | None, actor: str, person: str) -> None:
    """Not any more; `Problem` for who has nothing to do with it."""
    if by is not None and by.id not in (actor, person) and not by.key_person:
        raise Problem("not-your-business")
    with core.transaction():
        found = tables.agreement(core, actor, person)
        if found is not None:
            tables.remove_agreement(core, actor, person)
            acting.stop_all(core, actor, person)
            if found.stands:
                tables.log(core, actor, person, "ended")


def begin(core: Core, session: bytes, actor: str, person: str) -> None:
    """From now on this browser of `actor` acts for `person`; `Problem` without an agreement."""
    with core.transaction():
        found = tables.agreement(core, actor, person)
        if found is None or not found.stands:
            raise Problem("may-not-act")
        acting.begin(core, session, person)
        tables.log(core, actor, person, "began")


@essential
def stop(core: Core, session: bytes, actor: str) -> None:
    """From now on the session is about oneself again."""
    with core.transaction():
        person = acting.stop(core, session)
        if person is not None:
            tables.log(core, actor, person, "stopped")


@essential
def note_change(core: Core, actor: str, person: str, path: str) -> None:
    """Something was changed for somebody."""
    with core.transaction():
        tables.log(core, actor, person, "changed", path)
