"""Minimum sizes: which meetings take place (§13.6).

A meeting below its minimum pulls people from meetings that can spare them, along paths in which
everybody keeps a seat. Where that fails, the meetings that were looked at are a *short group*: all
people who could come to any of them are fewer than their minimum sizes together, so one of them
can't take place. The one is closed that leaves most people seated, then the one with the fewest
wishes, then the one with the worst lot. What is closed can be opened again in exchange for another
if more people find a seat that way.
"""

from dataclasses import dataclass

from protocol.draw.bits import first, ones
from protocol.draw.board import NOWHERE, Board
from protocol.draw.generator import Generator
from protocol.draw.instance import Instance
from protocol.draw.seating import Seating, search

CANDIDATES = 12
"""Meetings of a short group that are tried; those with the fewest wishes first."""


@dataclass(frozen=True)
class Closing:
    """A closed meeting, and the short group of which one had to be closed; it is one of them.
    Without a group (0) nothing proves that one of them had to be."""

    meeting: int
    group: int


def could_come(instance: Instance) -> list[int]:
    """How many people could come to each meeting; counted in columns of bits."""
    columns: list[int] = []
    for mask, size in zip(instance.may, instance.size, strict=True):
        for _ in range(size):
            carry = mask
            for place, column in enumerate(columns):
                columns[place], carry = column ^ carry, column & carry
                if not carry:
                    break
            if carry:
                columns.append(carry)
    return [
        sum((column >> meeting & 1) << place for place, column in enumerate(columns))
        for meeting in range(instance.meetings)
    ]


def people_of(instance: Instance, group: int) -> int:
    """How many people could come to any meeting of a group."""
    return sum(size for mask, size in zip(instance.may, instance.size, strict=True) if mask & group)


def excluded_people(instance: Instance, group: int) -> int:
    """How many of those who could come to a group can't, for exclusions alone.

    Those with one meeting in the group are put together, in the order of lots, with the first who
    have the same one and all exclude them, or are excluded by them. Of those put together only one
    unit can come, at best the largest.
    """
    rows: dict[int, list[tuple[int, set[int]]]] = {}
    lost = 0
    for unit, mask in enumerate(instance.may):
        here = mask & group
        if not here or here & (here - 1):
            continue
        foes, size = set(instance.foes[unit]), instance.size[unit]
        row = rows.setdefault(here, [])
        for place, (largest, members) in enumerate(row):
            if members <= foes:
                row[place] = (max(largest, size), members | {unit})
                lost += min(largest, size)
                break
        else:
            row.append((size, {unit}))
    return lost


def is_short(instance: Instance, group: int) -> bool:
    """Whether fewer people could come to a group than its minimum sizes together."""
    needed = sum(instance.least[one] for one in ones(group))
    people = people_of(instance, group)
    return people < needed or people - excluded_people(instance, group) < needed


def hopeless(instance: Instance) -> list[Closing]:
    """Meetings to which fewer people could come than their minimum."""
    return [
        Closing(meeting, 1 << meeting)
        for meeting, people in enumerate(could_come(instance))
        if people < instance.least[meeting]
        or (people < 2 * instance.least[meeting] and is_short(instance, 1 << meeting))
    ]


class Minimum:
    """Fills meetings up to their minimum, or closes them."""

    def __init__(self, board: Board, seating: Seating) -> None:
        self.board = board
        self.seating = seating

    def short(self) -> list[int]:
        """Open meetings below their minimum, by their lots."""
        board, least = self.board, self.board.instance.least
        found = [one for one in ones(board.open) if board.count[one] < least[one]]
        return sorted(found, key=self.board.instance.meeting_lot.__getitem__)

    def fill(self, only: int = -1) -> list[tuple[int, int]]:
        """Pull people in; gives (meeting, its short group) of each that stays below its minimum."""
        board, least, stuck = self.board, self.board.instance.least, []
        failed = 0
        for meeting in self.short():
            if not only >> meeting & 1 or failed >> meeting & 1:
                continue
            while board.count[meeting] < least[meeting]:
                group = self._pull(meeting)
                if group and not is_short(board.instance, group):
                    group = self._widened(group)
                    if not is_short(board.instance, group) and self._force(meeting):
                        continue
                if group:
                    stuck.append((meeting, group))
                    failed |= group
                    break
        return stuck

    def _widened(self, group: int) -> int:
        """A group with the meetings whose people could come but can't be spared, if it is short."""
        board, instance = self.board, self.board.instance
        wider, fresh = group, True
        while fresh:
            fresh = False
            for here in ones(board.open & ~wider):
                if any(
                    instance.may[unit] & wider
                    and board.count[here] - instance.size[unit] < instance.least[here]
                    for unit in board.inside[here]
                ):
                    wider |= 1 << here
                    fresh = True
                    if is_short(instance, wider):
                        return wider
        return group

    def _force(self, meeting: int) -> bool:
        """Bring in somebody with exclusions or companions, whom `_pull` can't move."""
        board, instance = self.board, self.board.instance
        bit = 1 << meeting
        for unit, mask in enumerate(instance.may):
            if not mask & bit or board.at[unit] == meeting or board.plain[unit]:
                continue
            if board.free(meeting) >= instance.size[unit] and self._bring(unit, meeting):
                return True
        return False

    def _bring(self, unit: int, meeting: int) -> bool:
        board, instance, mark = self.board, self.board.instance, self.board.mark()
        here, before = board.at[unit], board.count[meeting]
        board.move(unit, meeting)
        for foe in instance.foes[unit]:
            if board.at[foe] != meeting:
                continue
            board.move(foe, NOWHERE)
            starts = instance.may[foe] & board.open & ~(1 << meeting | board.blocked(foe))
            found = search(board, starts, 1 << meeting) if instance.size[foe] == 1 else None
            if found is None or not found.moves:
                board.back(mark)
                return False
            for who, to in found.moves:
                board.move(foe if who < 0 else who, to)
        while here >= 0 and board.count[here] < instance.least[here]:
            if self._pull(here):
                board.back(mark)
                return False
        if board.count[meeting] <= before:
            board.back(mark)
            return False
        return True

    def _pull(self, meeting: int) -> int:
        """Bring one more unit into a meeting: 0 if done, else the short group."""
        board, instance = self.board, self.board.instance
        least, size = instance.least, instance.size
        parent: dict[int, tuple[int, int]] = {}
        group = fresh = 1 << meeting
        board.refresh()
        reach, special = board.reach, board.special
        rest = list(ones(board.open & ~group))
        while fresh:
            added = 0
            for here in [one for one in rest if (reach[one] | special[one]) & fresh]:
                unit, to = self._comer(here, fresh)
                if unit < 0:
                    continue
                if board.count[here] - size[unit] >= least[here]:
                    self._do(parent, unit, to, meeting)
                    return 0
                if size[unit] > 1:
                    unit, to = self._comer(here, fresh, singles=True)
                    if unit < 0:
                        continue
                parent[here] = (unit, to)
                added |= 1 << here
            group |= added
            fresh = added
            rest = [one for one in rest if not added >> one & 1]
        return group

    def _comer(self, here: int, targets: int, singles: bool = False) -> tuple[int, int]:
        """Somebody who sits `here` and could sit in one of the targets."""
        board, instance = self.board, self.board.instance
        may = instance.may
        hit = board.reach[here] & targets
        if hit:
            for unit in board.inside[here]:
                if board.plain[unit] and may[unit] & hit:
                    return unit, first(may[unit] & hit)
        for unit in board.inside[here]:
            new = 0 if board.plain[unit] else may[unit] & targets
            if new and instance.foes[unit]:
                new &= ~board.blocked(unit)
            if new and instance.size[unit] > 1:
                if singles:
                    continue
                new = next((1 << m for m in ones(new) if board.free(m) >= instance.size[unit]), 0)
            if new:
                return unit, first(new)
        return NOWHERE, NOWHERE

    def _do(self, parent: dict[int, tuple[int, int]], unit: int, to: int, meeting: int) -> None:
        moves = [(unit, to)]
        while to != meeting:
            unit, to = parent[to]
            moves.append((unit, to))
        for who, where in reversed(moves):
            self.board.move(who, where)

    # Closing

    def close_one(self, group: int) -> int:
        """Close one meeting of a short group; gives which."""
        instance, wishes = self.board.instance, self._wishes(group)
        rows = sorted(ones(group), key=lambda one: (wishes[one], -instance.meeting_lot[one]))
        chosen = rows[0]
        if len(rows) > 1:
            _, chosen = min(
                ((self._trial(one, group), wishes[one], -instance.meeting_lot[one]), one)
                for one in rows[:CANDIDATES]
            )
        self._closed(chosen, group)
        return chosen

    def _wishes(self, group: int) -> dict[int, int]:
        found = dict.fromkeys(ones(group), 0)
        for person in self.board.instance.source.people:
            for wish in person.wishes:
                if wish in found:
                    found[wish] += 1
        return found

    def _trial(self, meeting: int, group: int) -> int:
        """How many people lose their seats if a meeting is closed."""
        board, mark, dead = self.board, self.board.mark(), self.seating.dead
        left = self._closed(meeting, group)
        board.reopen(meeting)
        board.back(mark)
        self.seating.dead = dead
        return left

    def _closed(self, meeting: int, group: int) -> int:
        board, size = self.board, self.board.instance.size
        displaced = sorted(board.inside[meeting])
        for unit in displaced:
            board.move(unit, NOWHERE)
        board.close(meeting)
        out = self.seating.seat_all(displaced)
        left = sum(size[unit] for unit in out)
        stuck = self.fill(group & board.open)
        return left + sum(board.count[one] for one, _ in stuck)


def settle(instance: Instance, generator: Generator | None = None) -> tuple[Board, list[Closing]]:
    """Seats for as many as go, in meetings that reach their minimum."""
    closings = hopeless(instance)
    open_ = (1 << instance.meetings) - 1
    for one in closings:
        open_ &= ~(1 << one.meeting)
    everybody = list(range(len(instance.units)))
    while True:
        board = Board(instance, open_)
        seating = Seating(board, generator)
        seating.seat_all(everybody)
        minimum = Minimum(board, seating)
        stuck = minimum.fill()
        if not stuck:
            return board, closings
        while stuck:
            done = 0
            for _, group in stuck:
                if not group & done:
                    chosen = minimum.close_one(group)
                    closings.append(Closing(chosen, group if is_short(instance, group) else 0))
                    done |= group
            stuck = minimum.fill()
        open_ = board.open
