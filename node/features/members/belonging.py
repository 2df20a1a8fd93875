"""Leaving, ending a membership, coming back.

Rules: who leaves does so alone and at once, without anybody's yes; a key person may end the
membership of others, with a last day, the day of the notice and a reason; the last key person
names a successor first, or dissolves the group (`people.last_key`), also where the last day is
still to come; a last day that is to come lasts until its end; coming back is a new membership.
"""

from dataclasses import replace

from node.base.errors import Problem
from node.features.members.changes.tables import begin, day_of, settle
from node.features.members.tables import members
from node.features.members.types import Membership
from node.people.last_key import require_another
from node.people.persons import Standing
from node.store.core import Core


def leave(core: Core, id: str) -> int:
    """A person leaves, today; gives the batch."""
    today = day_of(core.clock())
    return end(core, id, Membership(0, "", today, today), who=id, what="leave")


def end(core: Core, id: str, wanted: Membership, *, who: str = "", what: str = "end") -> int:
    """End the newest membership of a person: last day, notice and reason are those of `wanted`.

    Gives the batch, by which that is undone. `Problem`: there is no membership; the last day is
    before the first; nobody else is a key person.
    """
    settle(core)
    today = day_of(core.clock())
    with core.transaction():
        member = members(core).get(id)
        if member is None:
            raise Problem("member-gone")
        if member.standing is not Standing.MEMBER or not member.memberships:
            raise Problem("member-is-none")
        last = member.memberships[-1]
        if wanted.until < last.since[: len(wanted.until)]:
            raise Problem("member-ends-before", since=last.since)
        require_another(core, id)
        batch = begin(core, what, who)
        batch.belong(
            id,
            replace(last, notice=wanted.notice, until=wanted.until, reason=wanted.reason),
        )
        if wanted.until <= today:
            batch.stand(id, Standing.FORMER)
    return batch.no


def rejoin(core: Core, id: str, since: str, *, who: str = "") -> int:
    """A former member is one again, from a day on; gives the batch."""
    settle(core)
    with core.transaction():
        member = members(core).get(id)
        if member is None:
            raise Problem("member-gone")
        if member.standing is Standing.MEMBER:
            raise Problem("member-already")
        batch = begin(core, "rejoin", who)
        batch.join(id, since)
        batch.stand(id, Standing.MEMBER)
    return batch.no
