"""Reasons for everybody without a seat, every closed meeting and every empty chair (§13.7).

Each reason is a statement about the list and the seats that can be checked without drawing again:

* `nothing`: one's own restrictions leave nothing; `apart`: those who come together share nothing
* `closed`: every meeting that one could reach is closed, each with a reason of its own
* `full`: regions that cover all that one could reach, in each of which those who can sit nowhere
  else leave less room than one needs, and none of them who needs as little has a worse lot
* `blocked`: every meeting that one could reach is full, or somebody sits there whom one excludes,
  or who excludes one, and nobody who sits in the way has another free seat; some exclusion or
  companions are in the way, and no single person with a worse lot could simply make room
* `procedure`: none of these. It is no reason, and is said as such

A meeting is closed because too few could come to a group of meetings (§13.6), or is `spare`: it
could not be filled, and nobody without a seat could have come.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from protocol.draw.bits import of, ones
from protocol.draw.instance import Instance
from protocol.draw.minimum import Closing, excluded_people, people_of


@dataclass(frozen=True)
class Reason:
    """Why a unit has no seat. `regions` are sets of meetings."""

    why: str
    regions: tuple[int, ...] = ()


@dataclass
class Outcome:
    """Seats with everything that explains them."""

    instance: Instance
    at: list[int]
    open: int
    closings: list[Closing]
    reasons: dict[int, Reason] = field(default_factory=dict)


class Certifier:
    """Finds reasons. It looks at seats and list only, not at how the seats came about."""

    def __init__(
        self, instance: Instance, at: list[int], open_: int, closings: list[Closing]
    ) -> None:
        self.instance = instance
        self.doubtful = of(one.meeting for one in closings if not one.group)
        """Closed meetings, and nothing proves that they had to be."""
        self.at = at
        self.open = open_
        self.inside: list[list[int]] = [[] for _ in range(instance.meetings)]
        self.count = [0] * instance.meetings
        self.reach = [0] * instance.meetings
        for unit, meeting in enumerate(at):
            if meeting >= 0:
                self.inside[meeting].append(unit)
                self.count[meeting] += instance.size[unit]
                self.reach[meeting] |= instance.may[unit] & open_
        self.known: dict[int, int] = {}
        self.bound: dict[int, tuple[int, dict[int, int]]] = {}

    def reason(self, unit: int) -> Reason:
        """Why a unit has no seat."""
        instance = self.instance
        if not instance.may[unit]:
            alone = all(instance.own[one] for one in instance.units[unit])
            return Reason("apart" if alone and instance.size[unit] > 1 else "nothing")
        wanted = instance.may[unit] & self.open
        if instance.may[unit] & self.doubtful:
            return Reason("procedure")
        if not wanted:
            return Reason("closed")
        regions = self._regions(unit, wanted)
        if regions:
            return Reason("full", regions)
        region = self._blocked(unit, wanted)
        return Reason("procedure") if region is None else Reason("blocked", (region,))

    # Full regions

    def region(self, meeting: int) -> int:
        """What the people of a meeting can reach, and the people there, and so on."""
        found = self.known.get(meeting)
        if found is None:
            found = fresh = 1 << meeting
            while fresh:
                new = 0
                for one in ones(fresh):
                    new |= self.known[one] if one in self.known else self.reach[one]
                fresh = new & ~found
                found |= fresh
            self.known[meeting] = found
        return found

    def _regions(self, unit: int, wanted: int) -> tuple[int, ...]:
        whole = 0
        for meeting in ones(wanted):
            if not whole >> meeting & 1:
                whole |= self.region(meeting)
        if self._is_full(whole, unit):
            return (whole,)
        found, covered = [], 0
        for meeting in ones(wanted):
            if covered >> meeting & 1:
                continue
            region = self.region(meeting)
            if not self._is_full(region, unit):
                return ()
            covered |= region
            found.append(region)
        return tuple(found)

    def _is_full(self, region: int, unit: int) -> bool:
        """Whether those who can only sit in a region leave no room for a unit with a worse lot."""
        size = self.instance.size[unit]
        left, worst = self._bound(region)
        return left < size and could_not_replace(unit, size, left, worst)

    def _bound(self, region: int) -> tuple[int, dict[int, int]]:
        """The seats that those who can sit only in a region leave, and their units with sizes, the
        worst lot first."""
        found = self.bound.get(region)
        if found is None:
            instance, outside = self.instance, self.open & ~region
            units = {
                unit: instance.size[unit]
                for meeting in ones(region)
                for unit in self.inside[meeting]
                if not instance.may[unit] & outside
            }
            worst = dict(sorted(units.items(), reverse=True))
            seats = sum(instance.most[one] for one in ones(region))
            found = self.bound[region] = (seats - sum(units.values()), worst)
        return found

    # Exclusions

    def _blocked(self, unit: int, wanted: int) -> int | None:
        """The meetings that are full and can't be left, or None if a seat could be found."""
        instance = self.instance
        region = fresh = wanted & ~self._foes_at(unit)
        while fresh:
            new = 0
            for meeting in ones(fresh):
                if self.count[meeting] + instance.size[unit] <= instance.most[meeting]:
                    return None
                for other in self.inside[meeting]:
                    new |= self._could_move(other)
            fresh = new & ~region
            region |= fresh
        if instance.size[unit] > 1:
            return region
        around = wanted | _union(self.reach[one] for one in ones(region))
        return None if around == region or self._could_trade(unit, wanted) else region

    def _could_move(self, unit: int) -> int:
        instance = self.instance
        mask = instance.may[unit] & self.open & ~self._foes_at(unit)
        if instance.size[unit] > 1:
            for meeting in ones(mask):
                if self.count[meeting] + instance.size[unit] > instance.most[meeting]:
                    mask &= ~(1 << meeting)
        return mask

    def _could_trade(self, unit: int, wanted: int) -> bool:
        """Whether a single person with a worse lot could simply make room for another."""
        instance = self.instance
        for meeting in ones(wanted):
            foes = [one for one in instance.foes[unit] if self.at[one] == meeting]
            for other in self.inside[meeting]:
                worse = other > unit and instance.size[other] == 1
                if worse and set(foes) <= {other}:
                    return True
        return False

    def _foes_at(self, unit: int) -> int:
        mask = 0
        for foe in self.instance.foes[unit]:
            if self.at[foe] >= 0:
                mask |= 1 << self.at[foe]
        return mask


def _union(masks: Iterable[int]) -> int:
    whole = 0
    for mask in masks:
        whole |= mask
    return whole


def could_not_replace(unit: int, size: int, left: int, bound: dict[int, int]) -> bool:
    """Whether no units with worse lots could make room: together at most `size` people, and with
    the seats that are left at least `size`. `bound`: units and sizes, the worst lot first."""
    sums = {0}
    for other, people in bound.items():
        if other < unit or len(sums) > size:
            break
        sums |= {one + people for one in sums if one + people <= size}
    return not any(one and one + left >= size for one in sums)


def empty_chairs(outcome: Outcome) -> dict[int, str]:
    """Why an open meeting has free seats: `everybody` who could come has a seat, or `unfit`, the
    people without one who could come have a reason each that holds here."""
    instance, at = outcome.instance, outcome.at
    waiting, count = 0, [0] * instance.meetings
    for unit, meeting in enumerate(at):
        if meeting >= 0:
            count[meeting] += instance.size[unit]
        else:
            waiting |= instance.may[unit]
    return {
        meeting: "unfit" if waiting >> meeting & 1 else "everybody"
        for meeting in ones(outcome.open)
        if count[meeting] < instance.most[meeting]
    }


def closing_reason(outcome: Outcome, closing: Closing) -> str:
    """Of a closing that no short group proves: `spare` if nobody without a seat could come."""
    instance = outcome.instance
    waiting = any(
        at < 0 and mask >> closing.meeting & 1
        for at, mask in zip(outcome.at, instance.may, strict=True)
    )
    return "procedure" if waiting else "spare"


def group_facts(instance: Instance, group: int) -> dict[str, Any]:
    """A short group: how many could come, and how many it needs."""
    return {
        "excluding": excluded_people(instance, group),
        "needed": sum(instance.least[one] for one in ones(group)),
        "people": people_of(instance, group),
    }
