"""The list as the draw sees it: units, what each can reach, and what a seat there costs (§13.5).

A *unit* is a person, or people who come only together. Units are numbered by their lots: 0 is the
best. Sets of meetings and of units are integers used as bits.
"""

from dataclasses import dataclass, field
from typing import Any

from protocol.draw.lots import order
from protocol.draw_format.lists import DrawList, Meeting, Person


@dataclass
class Instance:
    """Everything that the draw looks at, and nothing of it changes meanwhile."""

    source: DrawList
    key: bytes
    least: list[int]
    most: list[int]
    meeting_lot: list[int]
    """Place of each meeting among the meetings' lots."""
    units: list[tuple[int, ...]] = field(default_factory=list)
    """People of each unit, by their numbers in the list."""
    unit_of: list[int] = field(default_factory=list)
    size: list[int] = field(default_factory=list)
    may: list[int] = field(default_factory=list)
    """Meetings that a unit can reach."""
    foes: list[tuple[int, ...]] = field(default_factory=list)
    """Units that exclude this one, or that it excludes."""
    left_out: list[int] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    """Meetings each person can reach: of one person, not of the unit."""
    waived: list[int] = field(default_factory=list)
    """Meetings that a person's unconfirmed restrictions exclude beyond the share."""

    def __post_init__(self) -> None:
        self.meetings = len(self.most)

    def cost(self, person: int, meeting: int) -> int:
        """The rank of a meeting for a person: place among the wishes, or one more than they are;
        one more again where only a waived restriction speaks against it."""
        wishes = self.source.people[person].wishes
        for place, wish in enumerate(self.wishes(person), 1):
            if wish == meeting:
                return place
        return len(wishes) + 1 + (self.waived[person] >> meeting & 1)

    def wishes(self, person: int) -> list[int]:
        """The wishes of a person that are within reach keep their ranks; the others don't count."""
        return list(self.source.people[person].wishes)

    def unit_cost(self, unit: int, meeting: int) -> int:
        """The sum over its people."""
        return sum(self.cost(one, meeting) for one in self.units[unit])


def build(source: DrawList, key: bytes) -> Instance:
    """An instance from a list that was checked."""
    meetings = source.meetings
    lots = order(key, "meeting", ((0, one.id) for one in meetings))
    meeting_lot = [0] * len(meetings)
    for place, number in enumerate(lots):
        meeting_lot[number] = place
    found = Instance(
        source,
        key,
        [one.least for one in meetings],
        [one.most for one in meetings],
        meeting_lot,
    )
    masks: dict[tuple[str, tuple[Any, ...]], int] = {}
    for person in source.people:
        allowed, waived = reach(person, meetings, source.share, masks)
        found.own.append(allowed)
        found.waived.append(waived)
    _add_units(found)
    _add_foes(found)
    return found


def reach(
    person: Person,
    meetings: tuple[Meeting, ...],
    share: tuple[int, int],
    masks: dict[tuple[str, tuple[Any, ...]], int],
) -> tuple[int, int]:
    """(meetings that count as reachable, those of them that waived restrictions speak against).

    Unconfirmed restrictions count in their order, as long as all that they exclude together is at
    most the share of what confirmed restrictions leave; one that would go beyond is a wish (§13.5).
    """
    allowed = person.allowed
    if not person.unconfirmed:
        return allowed, 0
    most = allowed.bit_count() * share[0] // share[1]
    left, waived = allowed, 0
    for restriction in person.unconfirmed:
        mask = masks.get(restriction)
        if mask is None:
            mask = masks[restriction] = fits(restriction, meetings)
        if (allowed & ~(left & mask)).bit_count() <= most:
            left &= mask
        else:
            waived |= allowed & ~mask
    return left, waived & left


def fits(restriction: tuple[str, tuple[Any, ...]], meetings: tuple[Meeting, ...]) -> int:
    """The meetings whose attribute has one of the values; `host` and `id` are attributes too."""
    name, values = restriction
    mask = 0
    for number, meeting in enumerate(meetings):
        if name in ("host", "id"):
            value: Any = meeting.group if name == "host" else meeting.id
        else:
            value = meeting.attributes.get(name)
        if any(type(value) is type(one) and value == one for one in values):
            mask |= 1 << number
    return mask


def _add_units(found: Instance) -> None:
    people = found.source.people
    numbers = {one.id: number for number, one in enumerate(people)}
    parties: list[tuple[int, ...]] = []
    for number, person in enumerate(people):
        if not person.companions:
            parties.append((number,))
            continue
        together = tuple(sorted({number, *(numbers[one] for one in person.companions)}))
        if min(together, key=lambda one: people[one].id) == number:
            parties.append(together)
    leaders = [min(party, key=lambda one: people[one].id) for party in parties]
    times = [max(people[one].left_out for one in party) for party in parties]
    rows = [(left_out, people[leader].id) for left_out, leader in zip(times, leaders, strict=True)]
    found.unit_of = [0] * len(people)
    for unit, place in enumerate(order(found.key, "person", rows)):
        party = parties[place]
        mask = -1
        for one in party:
            found.unit_of[one] = unit
            mask &= found.own[one]
        if len(party) > 1:
            mask = _roomy_enough(mask, len(party), found.most)
        found.units.append(party)
        found.size.append(len(party))
        found.may.append(mask)
        found.left_out.append(times[place])


def _roomy_enough(mask: int, size: int, most: list[int]) -> int:
    for number, seats in enumerate(most):
        if seats < size:
            mask &= ~(1 << number)
    return mask


def _add_foes(found: Instance) -> None:
    people, unit_of = found.source.people, found.unit_of
    numbers = {one.id: number for number, one in enumerate(people)}
    foes: list[set[int]] = [set() for _ in found.units]
    for number, person in enumerate(people):
        for one in person.avoids:
            here, there = unit_of[number], unit_of[numbers[one]]
            foes[here].add(there)
            foes[there].add(here)
    found.foes = [tuple(sorted(one)) for one in foes]
