"""More seats where exclusions and companions are in the way (§13.6).

A unit without a seat takes one, and whoever has to make room is seated again or takes somebody
else's; for a while nobody may put the newcomer out. The best that was seen on the way stands. It
is tried only for those whom nothing proves to be without a chance, and always ends.
"""

from protocol.draw.bits import ones
from protocol.draw.board import NOWHERE, Board
from protocol.draw.generator import Generator
from protocol.draw.instance import Instance
from protocol.draw.minimum import Minimum
from protocol.draw.seating import Seating, search

STEPS = 600
"""Seats that are taken in one run; what was found so far was found within 300."""

ALL_STEPS = 3_000
"""In all runs of a draw: a second or two for a list of any size."""

UNITS_STEPS, FOES_STEPS = 600_000, 60
"""A step takes the longer the more units there are; where more exclude each other, more are due."""


def all_steps(instance: Instance) -> int:
    """How many steps all runs of a draw may take together."""
    foes = sum(map(len, instance.foes))
    due = (UNITS_STEPS + FOES_STEPS * foes) // max(1, len(instance.units))
    return min(due, ALL_STEPS)


REST = 6
"""Steps for which a newcomer can't be put out, at least; at most twice as many."""


class Ejection:
    """Looks for seats for units that have none."""

    def __init__(self, board: Board, generator: Generator, steps: int = STEPS) -> None:
        self.board = board
        self.steps = min(steps, STEPS)
        self.generator = generator
        self.until = [0] * len(board.at)
        """The step until which a unit stays."""
        self.step = 0

    def run(self, homeless: list[int]) -> bool:
        """Whether more people have a seat than before; if not, all is as it was."""
        board, size = self.board, self.board.instance.size
        before = best = sum(size[unit] for unit in homeless)
        start = kept = board.mark()
        waiting = list(homeless)
        while waiting and self.step < self.steps and best:
            self.step += 1
            unit = waiting.pop(self.generator.below(len(waiting)))
            waiting += self._take(unit)
            left = sum(size[one] for one in waiting)
            if left < best:
                best, kept = left, board.mark()
        board.back(kept)
        if best < before and self._reaches_minimum():
            return True
        board.back(start)
        return False

    def _reaches_minimum(self) -> bool:
        return not Minimum(self.board, Seating(self.board)).fill()

    def _take(self, unit: int) -> list[int]:
        """Seat a unit at any price; gives those who have no seat for it, or the unit itself."""
        board, instance = self.board, self.board.instance
        if instance.size[unit] == 1:
            starts = instance.may[unit] & board.open & ~board.blocked(unit)
            found = search(board, starts, 0)
            if found.moves:
                for who, to in found.moves:
                    board.move(unit if who < 0 else who, to)
                return []
        best: tuple[int, int, list[int]] | None = None
        for meeting in ones(instance.may[unit] & board.open):
            out = self._in_the_way(unit, meeting)
            if out is None:
                continue
            price = sum(instance.size[one] for one in out if not self._elsewhere(one, meeting))
            rank = (4 * price + len(out)) * 64 + self.generator.below(64)
            if best is None or rank < best[0]:
                best = (rank, meeting, out)
        if best is None:
            return [unit]
        _, meeting, out = best
        for one in out:
            board.move(one, NOWHERE)
        board.move(unit, meeting)
        self.until[unit] = self.step + REST + self.generator.below(REST)
        return [one for one in out if not self._reseat(one)]

    def _in_the_way(self, unit: int, meeting: int) -> list[int] | None:
        """Who has to go for a unit; None if somebody of them stays."""
        board, instance = self.board, self.board.instance
        foes = set(instance.foes[unit])
        out = [one for one in board.inside[meeting] if one in foes]
        if any(self.until[one] > self.step for one in out):
            return None
        needed = instance.size[unit] - board.free(meeting)
        needed -= sum(instance.size[one] for one in out)
        if needed <= 0:
            return out
        others = [
            (not self._elsewhere(one, meeting), self.generator.below(64), one)
            for one in board.inside[meeting]
            if one not in foes and self.until[one] <= self.step
        ]
        for _, _, one in sorted(others):
            if needed <= 0:
                break
            out.append(one)
            needed -= instance.size[one]
        return None if needed > 0 else out

    def _elsewhere(self, unit: int, meeting: int) -> int:
        """Other meetings in which a unit finds a free seat at once."""
        board, instance = self.board, self.board.instance
        mask = instance.may[unit] & board.roomy
        if meeting >= 0:
            mask &= ~(1 << meeting)
        if mask and instance.foes[unit]:
            mask &= ~board.blocked(unit)
        size = instance.size[unit]
        if size == 1:
            return mask
        return next((1 << one for one in ones(mask) if board.free(one) >= size), 0)

    def _reseat(self, unit: int) -> bool:
        mask = self._elsewhere(unit, NOWHERE)
        if not mask:
            return False
        self.board.move(unit, next(ones(mask)))
        return True
