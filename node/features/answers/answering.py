"""Answering a meeting, changing that, and taking it back.

Rules:

1. A person has one answer to a meeting; so has each private link. A later one replaces it. Answers
   are given and changed until the meeting's end, and taken back for as long as they are kept.
2. Who has no account answers on the page of a meeting that everybody may see and come to, or by the
   link that its organisers give out. They get one private link; only its digest is kept. It is made
   of what the form's page said and of what tells this browser from others, 256 bits of both, so
   that a form that is sent twice is one answer, and one link.
3. Seats: the people of all that count (`yes`, not set aside) and those whom groups bring are never
   more than the meeting has. It is asked and written in one transaction.
4. Taking back erases what was typed at once. That there was an answer stays, so that who counted on
   it hears of it; nobody can tell from that whose it was, unless they have an account.
5. Floods end at a number for each meeting and one for all, not at an address: fifteen people in one
   room have the same.
"""

from crypto.hashing import digest
from node.base.errors import Problem
from node.features.answers import tables
from node.features.answers.occasions import occasion, require_open
from node.features.answers.types import (
    FAST_OF_MEETING,
    FAST_OF_NODE,
    LONGEST_TOKEN,
    MOST_OF_MEETING,
    MOST_OF_NODE,
    SPAN,
    TOKEN_BYTES,
    YES,
    Answer,
    Occasion,
    Said,
    TakenBack,
)
from node.people.names import folded
from node.people.persons import new_id
from node.store.core import Core
from node.store.disk_reserve import essential
from node.upkeep.wiping import settle
from protocol.ids import to_text


def token_of(secret: str, page: str, name: str) -> str:
    """The secret of a private link: of this browser, the page that it was shown, and the name.

    The same form sent twice gives the same link. Another name is another person: somebody who went
    back to the form that is there, on a screen that several share.
    """
    return to_text(digest(f"answer {secret} {page} {folded(name)}".encode("utf-8", "replace")))


def new_token(core: Core) -> str:
    """Another secret, for the link of a meeting or a calendar."""
    return to_text(core.entropy(TOKEN_BYTES))


def digest_of(token: str) -> bytes | None:
    """Under what a secret is kept; None for what can be none of ours."""
    return digest(token.encode("utf-8", "replace")) if 0 < len(token) <= LONGEST_TOKEN else None


def find(core: Core, token: str) -> Answer | TakenBack:
    """What was answered by a private link; `Problem` if there is none."""
    key = digest_of(token)
    found = tables.by_digest(core, key) or tables.taken_back_by_digest(core, key) if key else None
    if found is None:
        raise Problem("answer-unknown")
    return found


def answer_as_person(core: Core, id: str, person: str, said: Said) -> Answer:
    """A person answers; `id` is the meeting's."""
    with core.transaction():
        one = _required(core, id)
        require_open(one, core.clock())
        before = tables.of_person(core, id, person)
        return _put(core, one, before, said, person=person)


def answer_by_link(core: Core, id: str, token: str, said: Said) -> Answer:
    """Who has no account answers, or changes what they answered by the same private link."""
    key = digest_of(token)
    if key is None or not said.name:
        raise Problem("answer-unknown")
    with core.transaction():
        one = _required(core, id)
        before = tables.by_digest(core, key)
        if before is not None and before.struck is not None:
            raise Problem("answer-struck")
        again = before or tables.taken_back_by_digest(core, key)
        closed = tables.rules_of(core, id).closed and again is None
        require_open(one, core.clock(), closed=closed)
        if before is None:
            _require_room(core, id)
        return _put(core, one, before, said, key=key)


def _required(core: Core, id: str) -> Occasion:
    one = occasion(core, id)
    if one is None:
        raise Problem("answering-gone")
    return one


def _require_room(core: Core, id: str) -> None:
    since = core.clock() - SPAN
    for most, fast, meeting in (
        (MOST_OF_MEETING, FAST_OF_MEETING, id),
        (MOST_OF_NODE, FAST_OF_NODE, None),
    ):
        standing, new = tables.how_many(core, since, meeting)
        if standing >= most:
            raise Problem("answers-too-many")
        if new >= fast:
            raise Problem("answers-too-fast", minutes=SPAN // 60)


def _put(
    core: Core,
    one: Occasion,
    before: Answer | None,
    said: Said,
    *,
    person: str | None = None,
    key: bytes | None = None,
) -> Answer:
    require_seats(core, one, before, said)
    now = core.clock()
    id_, made = (before.id, before.made) if before else (new_id(core), now)
    same = before is not None and (before.said, before.means) == (said, one.means)
    if before is not None and same:
        return before
    made_of = (said.name, said.answer, said.people, said.note, said.contact, said.shown)
    rev = tables.next_rev(core)
    found = Answer(id_, one.id, person, key, *made_of, one.means, made, now, rev, None)
    tables.put(core, found)
    return found


def require_seats(core: Core, one: Occasion, before: Answer | None, said: Said) -> None:
    """`Problem` if there are not so many seats left, for an answer that was another one before.

    Who has seats keeps them, or fewer, even where there are fewer now than people.
    """
    if said.answer != YES or one.capacity is None or not one.own:
        return
    if before is not None and before.counts and said.people <= before.people:
        return
    left = seats_left(core, one, before.id if before else "") or 0
    if said.people > left:
        raise Problem("answers-full" if left <= 0 else "answers-few-left", n=max(left, 0))


def seats_left(core: Core, one: Occasion, but: str = "") -> int | None:
    """Seats that nobody has; less than none if there were more before; None if nobody counts."""
    if one.capacity is None or not one.own:
        return None
    return one.capacity - one.groups - tables.seats_taken(core, one.id, but)


def take_back_as_person(core: Core, id: str, person: str) -> bool:
    """A person takes an answer back; whether there was one."""
    return _take_back(core, tables.of_person(core, id, person))


def take_back_by_link(core: Core, token: str) -> bool:
    """Who has a private link takes the answer back; whether there was one. `Problem` else."""
    found = find(core, token)
    return _take_back(core, found) if isinstance(found, Answer) else False


def _take_back(core: Core, found: Answer | None) -> bool:
    if found is None:
        return False
    _erase(core, found)
    settle(core)
    return True


@essential
def _erase(core: Core, found: Answer) -> None:
    with core.transaction():
        tables.take_back(core, found, core.clock(), tables.next_rev(core))
