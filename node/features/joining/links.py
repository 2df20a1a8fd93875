"""Links by which people come in.

Rules:

1. A *shared* link is for a chat or a wall: many come in by it, until a day and up to a number. A
   *personal* one is for one household: each person for whom it is comes in once, within a week.
2. Its secret has 256 bits; only the digest is kept. Nobody sees the link again once it was shown.
3. Looking at it uses nothing up, however often and by whomever: coming in is `arrivals.come_in`.
4. Who makes a link is named beside it. It can be taken back at any time, and works no more then.
5. By a personal link nobody comes in as somebody who came in before: for that there are ways back.

>>> open_ = Link("a", "shared", "", 0, None, 100, 2, 1, True, None)
>>> state(open_, 99), state(open_, 100)
('open', 'over')
"""

from dataclasses import replace

from crypto.hashing import digest
from node.base.errors import Problem
from node.features.joining import tables
from node.features.joining.types import (
    LONGEST_NOTE,
    LONGEST_TOKEN,
    MOST_DAYS,
    MOST_USES,
    OPEN_LINKS,
    PERSONAL_DAYS,
    TOKEN_BYTES,
    Link,
    Made,
    State,
    Wish,
)
from node.features.ways.actions import has_come_in
from node.people.persons import Standing, new_id, persons
from node.store.core import Core
from node.store.disk_reserve import essential
from protocol.ids import to_text

DAY = 86_400

KEPT_SECONDS = 30 * DAY
"""A link that is over is listed so long: somebody may ask why it does not work."""


def state(link: Link, now: int) -> State:
    """Whether people come in by it, or why not."""
    if link.ended is not None:
        return "taken-back"
    if link.used >= link.most:
        return "used-up"
    made_by_a_wrong_clock = link.until > now + MOST_DAYS * DAY
    return "over" if link.until <= now or made_by_a_wrong_clock else "open"


def make_link(core: Core, by: str | None, wish: Wish) -> Made:
    """A new link of the person `by`, or of the keeper; `Problem` if it can't be so."""
    wish = checked(core, wish)
    now, token = core.clock(), to_text(core.entropy(TOKEN_BYTES))
    with core.transaction():
        tables.remove_links(core, now - KEPT_SECONDS)
        if sum(state(one, now) == "open" for one in tables.all_links(core)) >= OPEN_LINKS:
            raise Problem("too-many-invitations", n=OPEN_LINKS)
        until = now + wish.days * DAY
        made = (new_id(core), wish.kind, wish.note, now, by, until, wish.most)
        link = Link(*made, used=0, asks=wish.asks, ended=None, people=wish.people)
        tables.add_link(core, _digest(token), link)
    return Made(link, token)


def require_set_up(core: Core) -> None:
    """`Problem` while nobody acts for the group: nobody could let in who comes."""
    if not persons(core).key_persons():
        raise Problem("group-not-set-up")


def checked(core: Core, wish: Wish) -> Wish:
    """`Problem` for what makes no sense. A personal link is for a week, and for each of it once."""
    if wish.kind == "personal":
        wish = wish._replace(days=PERSONAL_DAYS, most=max(1, len(wish.people)))
        for one in wish.people:
            require_never_in(core, one)
    elif wish.people:
        raise Problem("invitation-for-nobody")
    if not 1 <= wish.days <= MOST_DAYS:
        raise Problem("invitation-too-long", days=wish.days, n=MOST_DAYS)
    if not 1 <= wish.most <= MOST_USES:
        raise Problem("invitation-too-many", uses=wish.most, n=MOST_USES)
    return wish._replace(note=" ".join(wish.note.split())[:LONGEST_NOTE])


def require_never_in(core: Core, person: str) -> None:
    """`Problem` unless this is a member who never came in: else a link would be a second key."""
    found = persons(core).get(person)
    if found is None or found.standing is not Standing.MEMBER:
        raise Problem("no-such-person")
    if has_come_in(core, person):
        raise Problem("came-in-before", name=found.name)


def find_link(core: Core, token: str) -> Link:
    """The link with this secret, whatever its state; `Problem` if there is none."""
    found = tables.link_by_digest(core, _digest(token)) if 0 < len(token) <= LONGEST_TOKEN else None
    if found is None:
        raise Problem("invitation-unknown")
    return found


def require_open(link: Link, now: int) -> None:
    """`Problem` that says why nobody comes in by it any more."""
    if (why := state(link, now)) != "open":
        raise Problem(f"invitation-{why}")


@essential
def take_back(core: Core, id: str) -> Link:
    """End a link; `Problem` if there is none. Twice is once."""
    with core.transaction():
        found = tables.link_by_id(core, id)
        if found is None:
            raise Problem("invitation-unknown")
        now = core.clock()
        if not tables.end_link(core, id, now):
            return found
        return replace(found, ended=now)


def _digest(token: str) -> bytes:
    return digest(token.encode("utf-8", "replace"))
