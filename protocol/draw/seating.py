"""Seats for units, one after the other, with augmenting paths (§13.6).

A unit gets a seat if those who have one can be moved so that all of them keep one. A search goes
over meetings: from those that the unit can reach, through whoever sits there and could sit
elsewhere, to a free seat. Each meeting is looked at once. What a failed search went through is a
*full region*, if nobody in it could leave it: no later unit that can only sit there is looked at.
"""

from typing import NamedTuple

from protocol.draw.bits import first, nth, ones
from protocol.draw.board import NOWHERE, Board
from protocol.draw.generator import Generator

RELOCATIONS = 64
"""Units with exclusions or companions that are tried elsewhere for one that found no seat."""


class Search(NamedTuple):
    """The way to a free seat, or the meetings that were looked at in vain."""

    moves: tuple[tuple[int, int], ...] | None
    """(unit, to), to be done from the last to the first."""
    seen: int
    whole: bool
    """Whether no exclusion and no companions were in the way of the search."""


def search(board: Board, starts: int, dead: int, leave: int = NOWHERE) -> Search:
    """A way from one of the meetings `starts` to a free seat elsewhere.

    `leave` is a meeting that one of its people shall leave: then that is where the search starts,
    and `starts` is empty. The first move of the way is into one of `starts` or out of `leave`.
    """
    hit = starts & board.roomy & ~dead
    if hit:
        return Search(((NOWHERE, first(hit)),), dead | starts, True)
    begin = starts & ~dead if leave < 0 else 1 << leave
    return _Walk(board, dead, begin).walk()


class _Walk:
    """A search in breadth, meeting by meeting, level by level."""

    def __init__(self, board: Board, dead: int, begin: int) -> None:
        self.board = board
        self.dead = dead
        self.seen = dead | begin
        self.level = begin
        self.next = 0
        self.steps: list[tuple[int, int, int]] = []
        """(meetings, unit, from): who would go there; `NOWHERE`: the first plain unit who can."""
        self.whole = True

    def walk(self) -> Search:
        board, open_ = self.board, self.board.open
        board.refresh()
        reach, special = board.reach, board.special
        while self.level:
            for here in ones(self.level):
                fresh = reach[here] & open_ & ~self.seen
                if fresh & board.roomy:
                    return self._found(NOWHERE, here, first(fresh & board.roomy))
                self._note(NOWHERE, here, fresh)
                found = self._special(here) if special[here] & open_ & ~self.seen else None
                if found is not None:
                    return found
            self.level, self.next = self.next, 0
        return Search(None, self.seen & ~self.dead, self.whole)

    def _special(self, here: int) -> Search | None:
        """Where others than plain units could go: not to whom they exclude, and parties only to
        enough seats."""
        board, instance = self.board, self.board.instance
        for unit in board.inside[here]:
            new = instance.may[unit] & board.open & ~self.seen
            if board.plain[unit] or not new:
                continue
            blocked = board.blocked(unit)
            if new & blocked:
                self.whole = False
                new &= ~blocked
            hit = new & board.roomy
            if instance.size[unit] > 1:
                self.whole = False
                wide = [one for one in ones(hit) if board.free(one) >= instance.size[unit]]
                if wide:
                    return self._found(unit, here, wide[0])
                continue
            if hit:
                return self._found(unit, here, first(hit))
            self._note(unit, here, new)
        return None

    def _note(self, unit: int, here: int, new: int) -> None:
        if new:
            self.seen |= new
            self.next |= new
            self.steps.append((new, unit, here))

    def _found(self, unit: int, here: int, to: int) -> Search:
        """The way to a free seat: back from the last move, `unit` from `here` to `to`."""
        moves = [(self._who(unit, here, to), to)]
        step = self._step_to(here)
        while step is not None:
            unit, before = step
            moves.append((self._who(unit, before, here), here))
            here = before
            step = self._step_to(here)
        return Search((*moves, (NOWHERE, here)), self.seen, self.whole)

    def _step_to(self, meeting: int) -> tuple[int, int] | None:
        bit = 1 << meeting
        return next(((unit, here) for mask, unit, here in self.steps if mask & bit), None)

    def _who(self, unit: int, here: int, to: int) -> int:
        if unit != NOWHERE:
            return unit
        board, may = self.board, self.board.instance.may
        return next(one for one in board.inside[here] if board.plain[one] and may[one] >> to & 1)


class Seating:
    """Seats units by their lots."""

    def __init__(self, board: Board, generator: Generator | None = None) -> None:
        self.board = board
        self.generator = generator
        """With one, seats are given out at random; without, by wishes."""
        self.dead = 0
        """Meetings of full regions: nobody more fits in, and nobody can leave."""

    def seat_all(self, units: list[int]) -> list[int]:
        """Seat as many as go, in this order; gives those who got no seat."""
        return [unit for unit in units if not self.seat(unit)]

    def seat(self, unit: int) -> bool:
        """Give a unit a seat, if all others can keep one."""
        board, instance = self.board, self.board.instance
        wanted = instance.may[unit] & board.open & ~self.dead
        if not wanted:
            return False
        blocked = board.blocked(unit) if instance.foes[unit] else 0
        starts = wanted & ~blocked
        if instance.size[unit] > 1:
            return self._party(unit, starts) or self._relocate(unit, starts, wanted & blocked)
        hit = starts & board.roomy
        if hit:
            board.move(unit, self._choice(unit, hit))
            return True
        found = search(board, starts, self.dead)
        if found.moves:
            self._do(found.moves, unit)
            return True
        if not blocked & wanted:
            if found.whole:
                self.dead |= found.seen
                return False
            if self._is_closed(found.seen):
                self.dead |= found.seen
                return False
        return self._relocate(unit, found.seen, wanted & blocked)

    def _choice(self, unit: int, hit: int) -> int:
        """The first wish among some meetings, or the first of them; or any, for random meetings."""
        if self.generator is not None:
            return nth(hit, self.generator.below(hit.bit_count()))
        for person in self.board.instance.units[unit]:
            for wish in self.board.instance.source.people[person].wishes:
                if hit >> wish & 1:
                    return wish
        return first(hit)

    def _do(self, moves: tuple[tuple[int, int], ...], unit: int) -> None:
        for who, to in moves:
            if who >= 0:
                self.board.move(who, to)
            elif unit >= 0:
                self.board.move(unit, to)

    def _is_closed(self, region: int) -> bool:
        """Whether everybody in a region can sit nowhere else."""
        board, may = self.board, self.board.instance.may
        outside = board.open & ~region & ~self.dead
        return not any(
            may[unit] & outside for meeting in ones(region) for unit in board.inside[meeting]
        )

    # People who come only together

    def _party(self, unit: int, starts: int) -> bool:
        board, size = self.board, self.board.instance.size[unit]
        wide = 0
        for meeting in ones(starts & board.roomy):
            if board.free(meeting) >= size:
                wide |= 1 << meeting
        if wide:
            board.move(unit, self._choice(unit, wide))
            return True
        left = starts
        while left:
            meeting = self._choice(unit, left)
            narrow = self._make_room(meeting, size)
            if not narrow:
                board.move(unit, meeting)
                return True
            left &= ~(narrow | 1 << meeting)
        return False

    def _make_room(self, meeting: int, size: int) -> int:
        """Free `size` seats in a meeting: 0 if they are, else the meetings without enough room."""
        board, mark = self.board, self.board.mark()
        while board.free(meeting) < size:
            found = search(board, 0, self.dead, meeting)
            if not found.moves:
                board.back(mark)
                return found.seen | 1 << meeting
            self._do(found.moves, NOWHERE)
        return 0

    # Those whom exclusions or companions keep where they are

    def _relocate(self, unit: int, region: int, blocked: int) -> bool:
        """Try once more with one unit out of the way that the search could not move."""
        board, may = self.board, self.board.instance.may
        tried = 0
        for meeting in ones(blocked):
            foes = [one for one in self.board.instance.foes[unit] if board.at[one] == meeting]
            if len(foes) == 1 and self._swap(unit, foes[0], 1 << meeting):
                return True
        outside = board.open & ~region & ~self.dead
        for meeting in ones(region):
            for other in tuple(board.inside[meeting]):
                if not board.plain[other] and may[other] & outside:
                    tried += 1
                    if tried > RELOCATIONS:
                        return False
                    if self._swap(unit, other, 1 << meeting):
                        return True
        return False

    def _swap(self, unit: int, other: int, meeting: int) -> bool:
        """Take `other` out, seat `unit`, and seat `other` again elsewhere."""
        board, instance, mark = self.board, self.board.instance, self.board.mark()
        board.move(other, NOWHERE)
        for one, forbidden in ((unit, 0), (other, meeting)):
            blocked = board.blocked(one)
            starts = instance.may[one] & board.open & ~self.dead & ~blocked & ~forbidden
            if instance.size[one] > 1:
                done = self._party(one, starts)
            else:
                found = search(board, starts, self.dead)
                done = found.moves is not None
                if found.moves:
                    self._do(found.moves, one)
            if not done:
                board.back(mark)
                return False
        return True
