"""What must hold of a list before it is drawn from (docs/protocol.md §13.2).

Faults stop the draw. Notes don't: what they tell is nobody's mistake, or harmless.
"""

from protocol.draw_format.faults import BadList, Fault, gathered
from protocol.draw_format.lists import TOGETHER, DrawList, Person


def check(found: DrawList) -> tuple[Fault, ...]:
    """The notes; `BadList` with every fault that was found."""
    faults, notes = list(found.found), []
    if not found.people:
        faults.append(Fault("nobody"))
    if not found.meetings:
        faults.append(Fault("no-meetings"))
    people = {one.id: one for one in found.people}
    wrong: list[tuple[str, str]] = []
    if len(people) != len(found.people):
        seen: set[str] = set()
        for one in found.people:
            if one.id in seen:
                wrong.append(("person-twice", one.id))
            seen.add(one.id)
    for person in found.people:
        wrong += _relations(person, people)
    faults += gathered(wrong)
    if faults:
        raise BadList(tuple(faults))
    notes += [(code, one.id) for one in found.people for code in _notes(one, people)]
    return gathered(notes)


def _relations(person: Person, people: dict[str, Person]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for code, names in (("companion", person.companions), ("avoided", person.avoids)):
        if any(one not in people for one in names):
            found.append((f"unknown-{code}", person.id))
        if person.id in names:
            found.append((f"own-{code}", person.id))
    together = {one for one in person.companions if one in people} - {person.id}
    if len(together) + 1 > TOGETHER:
        found.append(("too-many-companions", person.id))
    if together.intersection(person.avoids) or any(
        person.id in people[one].avoids for one in together
    ):
        found.append(("companions-exclude", person.id))
    party = together | {person.id}
    if any({one, *people[one].companions} != party for one in together):
        chain = _chain(person, people)
        found.append(("companion-cycle" if chain else "companion-one-sided", person.id))
    return found


def _chain(person: Person, people: dict[str, Person]) -> bool:
    """Whether following the companions leads back: each names the next, and nobody all."""
    seen, at = {person.id}, person
    while True:
        following = [one for one in at.companions if one in people]
        if person.id in following and len(seen) > 2:
            return True
        fresh = [one for one in following if one not in seen]
        if not fresh:
            return False
        seen.add(fresh[0])
        at = people[fresh[0]]


def _notes(person: Person, people: dict[str, Person]) -> list[str]:
    found = []
    if not person.allowed:
        found.append("excludes-everything")
    if any(not person.allowed >> wish & 1 for wish in person.wishes):
        found.append("wish-excluded")
    if person.companions:
        mask = person.allowed
        for one in person.companions:
            mask &= people[one].allowed
        if person.allowed and not mask:
            found.append("nothing-in-common")
    return found
