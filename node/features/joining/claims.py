"""Whether a newcomer is somebody of the list: proposed to a key person, who says yes.

Rules:

1. Proposed is who has the mail address or the telephone number that the newcomer gave, or for whom
   the personal link was. A name alone proposes nobody; of several with the same address the one
   whose name fits stands first.
2. Only a member who never came in can be claimed. Others are named, so that the key person knows,
   but they come back by their own ways.
3. With the yes the two are merged (`members.merging`): the newcomer's sessions and ways are that
   member's, what stands on the list stays as it is; and it can be undone.
"""

from typing import NamedTuple

from node.base.errors import Problem
from node.features.joining import tables
from node.features.joining.arrivals import fits
from node.features.joining.links import require_never_in
from node.features.joining.types import Arrival
from node.features.members.marks import mail_mark, phone_mark
from node.features.members.merging import merge
from node.features.members.tables import with_mark
from node.features.ways.actions import has_come_in
from node.people.persons import Person, Standing, persons
from node.store.core import Core
from node.texts import Texts


class Candidate(NamedTuple):
    """Somebody of the list who the newcomer may be."""

    person: Person
    fits: bool
    """Whether the name that the newcomer gave may be theirs."""
    possible: bool
    """Whether they never came in, so that a yes is possible."""


def candidates(core: Core, arrival: Arrival) -> list[Candidate]:
    """Who the newcomer may be, the likeliest first."""
    newcomer = persons(core).get(arrival.person)
    marks = {mail_mark(arrival.contact), phone_mark(arrival.contact)} - {""}
    ids = {id_ for mark in marks for id_ in with_mark(core, mark)}
    ids |= {arrival.claims} if arrival.claims else set()
    found = [one for id_ in sorted(ids - {arrival.person}) if (one := persons(core).get(id_))]
    made = [
        Candidate(
            one,
            newcomer is not None and fits(newcomer.name, one.name),
            not has_come_in(core, one.id),
        )
        for one in found
        if one.standing is Standing.MEMBER
    ]
    return sorted(made, key=lambda one: (not one.possible, not one.fits, one.person.name))


def claim(core: Core, by: str | None, newcomer: str, person: str, texts: Texts) -> int:
    """A key person says that the newcomer is this person of the list; gives what undoes it.

    The language of `texts` is that of what is noted about it.
    """
    with core.transaction():
        arrival = tables.arrival_of(core, newcomer)
        if arrival is None or arrival.state != "waiting":
            raise Problem("newcomer-decided")
        if person not in {one.person.id for one in candidates(core, arrival)}:
            raise Problem("no-such-person")
        require_never_in(core, person)
        batch = merge(core, person, newcomer, texts, who=by or "")
        tables.decide_arrival(core, person, "let-in", core.clock(), by, "")
    return batch
