"""What the organisers of a meeting do with the answers of people without an account.

Rules:

1. They close answering for who has no account, and open it again: who answered still changes it.
2. They make a link by which a meeting is answered that not everybody sees; a further one ends the
   one before. Only its digest is kept.
3. They set rubbish aside: it counts no more, is shown to nobody else, and can be put back. Its
   author sees that, and can take it back but not change it.
4. They erase what is theirs to erase – all answers without an account – when they want; by itself
   that happens `KEPT_DAYS` after the meeting (`tidying`).
"""

from collections.abc import Sequence

from node.base.errors import Problem
from node.features.answers import tables
from node.features.answers.answering import digest_of, new_token, require_seats
from node.features.answers.occasions import occasion
from node.features.answers.types import YES, Occasion, Said
from node.store.core import Core
from node.store.disk_reserve import essential
from node.upkeep.wiping import settle


def own_occasion(core: Core, id: str) -> Occasion:
    """A meeting of ours; `Problem` if it is not, or there is none."""
    one = occasion(core, id)
    if one is None:
        raise Problem("answering-gone")
    if not one.own:
        raise Problem("meeting-not-yours")
    return one


@essential
def close(core: Core, id: str, *, closed: bool) -> None:
    """Nobody without an account answers any more; or again."""
    with core.transaction():
        own_occasion(core, id)
        tables.put_rules(core, tables.rules_of(core, id)._replace(closed=closed))


def make_link(core: Core, id: str) -> str:
    """A link by which the meeting is answered; gives its secret, which is known now and never
    again. The one before ends."""
    token = new_token(core)
    with core.transaction():
        own_occasion(core, id)
        tables.put_rules(core, tables.rules_of(core, id)._replace(link=digest_of(token)))
    return token


@essential
def end_link(core: Core, id: str) -> None:
    """Nobody answers by it any more; twice is once."""
    with core.transaction():
        own_occasion(core, id)
        tables.put_rules(core, tables.rules_of(core, id)._replace(link=None))


def meeting_of_link(core: Core, token: str) -> Occasion:
    """The meeting that a link answers; `Problem` if there is none."""
    key = digest_of(token)
    id_ = tables.meeting_by_link(core, key) if key else None
    one = occasion(core, id_) if id_ else None
    if one is None or not one.own:
        raise Problem("answering-link-unknown")
    return one


def strike(core: Core, id: str, ids: Sequence[str]) -> tuple[int, int]:
    """Set these aside; gives how many, and the number by which they come back."""
    with core.transaction():
        own_occasion(core, id)
        batch = tables.next_rev(core)
        return tables.strike(core, id, ids, batch), batch


def put_back(core: Core, id: str, batch: int) -> int:
    """They count again; `Problem` if there are no seats for them any more."""
    with core.transaction():
        one = own_occasion(core, id)
        some = tables.struck_with(core, id, batch)
        people = sum(answer.people for answer in some if answer.answer == YES)
        if people:
            require_seats(core, one, None, Said(YES, people))
        return tables.unstrike(core, id, batch)


def look(core: Core, id: str, person: str, rev: int) -> None:
    """Somebody has seen the changes up to this one."""
    with core.transaction():
        own_occasion(core, id)
        tables.put_seen(core, id, person, min(rev, tables.next_rev(core) - 1))


def erase_now(core: Core, id: str) -> int:
    """Erase all answers to it of who has no account; gives how many there were."""
    count = _erase(core, id)
    settle(core)
    return count


@essential
def _erase(core: Core, id: str) -> int:
    with core.transaction():
        own_occasion(core, id)
        ids = [one.id for one in tables.of_meeting(core, id) if one.person is None]
        tables.forget_taken_back(core, id, with_account=False)
        return tables.erase(core, ids)
