"""Who has come in before, and what ends when somebody is let in again.

Rules:

1. Somebody *came in* once a session was theirs, or a way back: from then on nobody else gets a code
   for them alone (`node.features.roles.actions`).
2. Who is let in again lost everything, and perhaps somebody else has it now: by the code all other
   sessions and ways of that person end.
3. What happened to somebody's ways is kept for them to read: a code that others made shows.
"""

from node.features.ways import tables
from node.features.ways.codes import Used, use_code
from node.people.passwords import has_password, remove_password
from node.people.sessions import Sessions
from node.store.core import Core
from node.store.disk_reserve import essential

BY_OTHERS = ("code-made", "readmission-made")
"""What is no sign that somebody came in."""


def has_come_in(core: Core, person: str) -> bool:
    """Whether somebody was inside once, by whatever way."""
    return bool(
        Sessions(core).of(person)
        or tables.has_log(core, person, BY_OTHERS)
        or tables.passkeys_of(core, person)
        or tables.paper_of(core, person)[0]
        or has_password(core, person)
    )


def note(core: Core, person: str, what: str, by: str | None, detail: str = "") -> None:
    """Something happened to somebody's ways. Inside `transaction`."""
    tables.log(core, person, what, by, detail)


@essential
def come_back(core: Core, text: str) -> Used:
    """Use a code that was typed; `Problem` if it lets nobody in.

    Of who is let in again everything else ends.
    """
    with core.transaction():
        used = use_code(core, text)
        if used.how == "readmission":
            end_ways(core, used.person)
    return used


def end_ways(core: Core, person: str) -> None:
    """No session and no way back is left. Inside `transaction`."""
    Sessions(core).end_all(person)
    tables.remove_ways(core, person)
    remove_password(core, person)


def passkeys_end(core: Core, name: str) -> bool:
    """Whether there are passkeys that end when the machine is called `name` from now on."""
    return tables.count_passkeys(core, name)[0] > 0
