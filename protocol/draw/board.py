"""Who sits where at a moment of the draw, with an undo for what was tried (§13.6).

`reach[m]` is the union of the meetings that the single people of meeting m who exclude nobody can
reach: a search looks at ten people with one operation. It is made when it is asked for.
"""

from protocol.draw.bits import ones
from protocol.draw.instance import Instance

NOWHERE = -1
Move = tuple[int, int, int]
"""Unit, from, to."""


class Board:
    """Seats. Meetings are closed and opened by `open`, a set."""

    def __init__(self, instance: Instance, open_: int) -> None:
        self.instance = instance
        self.open = open_
        self.at = [NOWHERE] * len(instance.units)
        self.inside: list[list[int]] = [[] for _ in range(instance.meetings)]
        self.count = [0] * instance.meetings
        self.roomy = 0
        """Open meetings with a free seat."""
        for meeting in ones(open_):
            self.roomy |= 1 << meeting
        self.reach = [0] * instance.meetings
        self.special = [0] * instance.meetings
        """The same of all others: those who exclude somebody, and parties."""
        self.stale = (1 << instance.meetings) - 1
        self.plain = [
            size == 1 and not foes for size, foes in zip(instance.size, instance.foes, strict=True)
        ]
        self.log: list[Move] = []

    # Looking

    def free(self, meeting: int) -> int:
        """Seats left."""
        return self.instance.most[meeting] - self.count[meeting]

    def blocked(self, unit: int) -> int:
        """Meetings in which somebody sits whom the unit excludes, or who excludes it."""
        mask = 0
        for foe in self.instance.foes[unit]:
            if self.at[foe] >= 0:
                mask |= 1 << self.at[foe]
        return mask

    def refresh(self) -> None:
        """Make `reach` and `special` anew where somebody came or went."""
        may, plain = self.instance.may, self.plain
        for meeting in ones(self.stale):
            mask = special = 0
            for unit in self.inside[meeting]:
                if plain[unit]:
                    mask |= may[unit]
                else:
                    special |= may[unit]
            self.reach[meeting] = mask
            self.special[meeting] = special
        self.stale = 0

    # Doing

    def move(self, unit: int, to: int) -> None:
        """Seat a unit, move it, or take it away (`NOWHERE`)."""
        here, size, bit = self.at[unit], self.instance.size[unit], 0
        self.log.append((unit, here, to))
        if here >= 0:
            self.inside[here].remove(unit)
            self.count[here] -= size
            bit = 1 << here
            if self.open & bit and self.count[here] < self.instance.most[here]:
                self.roomy |= bit
        self.at[unit] = to
        if to >= 0:
            self.inside[to].append(unit)
            self.count[to] += size
            if self.count[to] >= self.instance.most[to]:
                self.roomy &= ~(1 << to)
            bit |= 1 << to
        self.stale |= bit

    def close(self, meeting: int) -> None:
        """Take a meeting out, after its people left it."""
        self.open &= ~(1 << meeting)
        self.roomy &= ~(1 << meeting)

    def reopen(self, meeting: int) -> None:
        """Bring an empty meeting back."""
        self.open |= 1 << meeting
        self.roomy |= 1 << meeting

    def mark(self) -> int:
        """A point to go back to."""
        return len(self.log)

    def back(self, mark: int) -> None:
        """Undo every move since."""
        while len(self.log) > mark:
            unit, before, _ = self.log[-1]
            self.move(unit, before)
            del self.log[-2:]
