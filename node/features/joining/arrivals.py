"""Coming in by a link, and what a key person says to it.

Who comes in by which link:

| link     | for          | the name given     | who that is                               |
|----------|--------------|--------------------|-------------------------------------------|
| shared   |              | any                | a new person: newcomer, or member at once |
| personal | nobody       | any                | the same                                  |
| personal | a person     | fits theirs        | that person                               |
| personal | a person     | does not           | a newcomer who *claims* to be that person |
| personal | several      | fits exactly one   | that one                                  |
| personal | several      | fits none, or more | asked who they are                        |

Rules:

1. Coming in is something that a person does in the browser that was shown the page: `visit` is what
   that browser was given with it. The same visit twice is the same arrival, not two.
2. Whoever comes in by a link that asks is a newcomer until a key person says yes. Until then they
   see what everybody sees, and what is theirs.
3. A newcomer may say how the group reaches them. Nobody is told whether that is on the list: what
   is the same is looked for when a key person looks (`claims`), not when the newcomer writes.
4. A newcomer becomes a person of the list by a key person's yes only, and only one who never came
   in. Names alone never make a proposal.
5. Declining says why; the newcomer reads it, for `READ_SECONDS`, and then all of it is gone.
"""

from node.base.errors import Problem
from node.base.naming import same
from node.features.joining import tables
from node.features.joining.links import find_link, require_never_in, require_open
from node.features.joining.types import (
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_REASON,
    Arrival,
    Link,
)
from node.features.ways.actions import note
from node.people.persons import Person, Standing, new_id, persons
from node.store.core import Core
from node.store.disk_reserve import essential

READ_SECONDS = 14 * 86_400
"""After a no its reason can be read so long."""

REPEAT_SECONDS = 600
"""The same page sent twice within ten minutes: two taps, or a bad connection."""


def fits(given: str, name: str) -> bool:
    """Whether somebody who is called `name` may have given this as theirs.

    >>> fits("anna", "Anna Müller"), fits("Mueller", "Anna Müller"), fits("Anne", "Anna Müller")
    (True, True, False)
    >>> fits("", "Anna Müller")
    False
    """
    words, known = given.split(), name.split()
    return bool(words) and all(any(same(word, one) for one in known) for word in words)


def come_in(core: Core, token: str, visit: bytes, name: str, who: str | None = None) -> str:
    """Somebody comes in; gives the person's id.

    `visit` is the digest of what the browser was given; `who` is what was answered to "who are
    you?": a person's id, or empty for none of them. `Problem`: the link does not let in, the name
    is none, `who-are-you` with the `people` to choose from.
    """
    name = clean_name(name)
    with core.transaction():
        before = tables.arrival_of_visit(core, visit)
        if before is not None:
            return _again(core, before, name)
        link, now = find_link(core, token), core.clock()
        require_open(link, now)
        person = _person_of(core, link, name, who)
        if person is not None:
            require_never_in(core, person)
            arrival = _arrival(person, link, now, "let-in")
        else:
            person = new_id(core)
            claims = link.people[0] if len(link.people) == 1 else None
            waits = link.asks or bool(link.people)
            standing = Standing.NEWCOMER if waits else Standing.MEMBER
            persons(core).add(person, name, standing, now)
            arrival = _arrival(person, link, now, "waiting" if waits else "let-in", claims)
        tables.use_link(core, link.id, person)
        tables.add_arrival(core, visit, arrival)
        note(core, person, "link-used", person)
    return person


def _arrival(person: str, link: Link, now: int, state: str, claims: str | None = None) -> Arrival:
    decided = now if state == "let-in" else None
    return Arrival(person, link.id, now, "", state, decided, None, "", claims)  # type: ignore[arg-type]


def _again(core: Core, before: Arrival, name: str) -> str:
    """Only the same person, at once: somebody else may sit at this browser by now."""
    found = persons(core).get(before.person)
    late = core.clock() >= before.at + REPEAT_SECONDS
    if late or found is None or not fits(name, found.name):
        raise Problem("came-in-here-before")
    return before.person


def _person_of(core: Core, link: Link, name: str, who: str | None) -> str | None:
    """The person of the list as whom somebody comes in; None for a new person."""
    found = [one for id_ in link.people if (one := persons(core).get(id_)) is not None]
    if who is not None:
        if who and who not in {one.id for one in found}:
            raise Problem("no-such-person")
        return who or None
    fitting = [one.id for one in found if fits(name, one.name)]
    if len(fitting) == 1:
        return fitting[0]
    if len(found) > 1:
        raise Problem("who-are-you", people=found)
    return None


def clean_name(text: str) -> str:
    """A name as it is kept; `Problem` if there is none in it, or too much."""
    name = " ".join(text.split())
    if not any(one.isalnum() for one in name):
        raise Problem("name-missing")
    if len(name) > LONGEST_NAME:
        raise Problem("name-too-long", n=LONGEST_NAME)
    return name


def give_contact(core: Core, person: str, contact: str) -> None:
    """How the group reaches a newcomer: kept as written until a key person looked at it."""
    with core.transaction():
        tables.set_contact(core, person, " ".join(contact.split())[:LONGEST_CONTACT])


def waiting(core: Core) -> list[tuple[Arrival, Person]]:
    """Newcomers who wait for a key person's answer."""
    found = ((one, persons(core).get(one.person)) for one in tables.arrivals(core, "waiting"))
    return [(one, person) for one, person in found if person is not None]


def _require_waiting(core: Core, person: str) -> Arrival:
    found = tables.arrival_of(core, person)
    who = persons(core).get(person)
    if found is None or who is None or found.state != "waiting":
        raise Problem("newcomer-decided")
    return found


def confirm(core: Core, by: str | None, person: str) -> None:
    """A key person says yes: the newcomer is a member. `Problem` if somebody decided before."""
    with core.transaction():
        _require_waiting(core, person)
        persons(core).change(person, standing=Standing.MEMBER)
        tables.decide_arrival(core, person, "let-in", core.clock(), by, "")


def decline(core: Core, by: str | None, person: str, reason: str) -> None:
    """A key person says no, and why. `Problem` if somebody decided before."""
    with core.transaction():
        _require_waiting(core, person)
        said = " ".join(reason.split())
        if not said:
            raise Problem("newcomer-reason-missing")
        if len(said) > LONGEST_REASON:
            raise Problem("reason-too-long", n=LONGEST_REASON)
        tables.decide_arrival(core, person, "declined", core.clock(), by, said)


@essential
def tidy(core: Core) -> None:
    """Those who were declined, and read why, are gone."""
    gone = tables.declined_before(core, core.clock() - READ_SECONDS)
    if gone:
        with core.transaction():
            for person in gone:
                tables.remove_arrival(core, person)
                persons(core).remove(person)
