"""For whom a session acts, if not for the person who is signed in.

Who may is a noun's to know (`node.features.acting`); here stands only that it is so, since each
request is asked it. Ending a session ends it; so does the going of either person.
"""

from dataclasses import replace

from node.people.persons import Person, Standing, persons
from node.people.tables import ActingTable
from node.store.core import Core


def begin(core: Core, session: bytes, person: str) -> None:
    """From now on it acts for a person. Inside `transaction`."""
    ActingTable(core.db).put(session, person)


def stop(core: Core, session: bytes) -> str | None:
    """For whom it acted; not any more. Inside `transaction`."""
    table = ActingTable(core.db)
    person = table.get(session)
    table.remove(session)
    return person


def stop_all(core: Core, actor: str, person: str) -> None:
    """No session of one acts for the other any more. Inside `transaction`."""
    ActingTable(core.db).remove_all(actor, person)


def acted_for(core: Core, session: bytes) -> Person | None:
    """The person for whom a session acts, without the rights that are that person's alone."""
    id_ = ActingTable(core.db).get(session)
    found = persons(core).get(id_) if id_ else None
    if found is None or found.standing is Standing.FORMER:
        return None
    return replace(found, key_person=False, treasurer=False)
