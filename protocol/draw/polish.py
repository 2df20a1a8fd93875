"""Better ranks by trading places, where there are too many exclusions for `arrange` (§13.6).

In the order of lots, whoever does not sit at their best place goes to a better meeting; one person
there makes room and goes elsewhere, and so on for a few steps, to a free seat or to the place that
became free first. It is done if the sum of ranks gets smaller, and keeps exclusions and sizes.
"""

from protocol.draw.bits import first
from protocol.draw.board import Board

DEPTH = 3
"""People who make room for one another in a row."""

TURNS = 8
"""Rounds over all people."""

LOOKS = 400
"""People who are asked to make room in one turn."""


class Polish:
    """Trades places on a board, which stays possible all the time."""

    def __init__(self, board: Board) -> None:
        instance = board.instance
        self.board = board
        self.ranks: list[dict[int, int]] = []
        self.base: list[int] = []
        for people in instance.units:
            wishes = {
                wish: sum(instance.cost(one, wish) for one in people)
                for person in people
                for wish in instance.source.people[person].wishes
            }
            self.ranks.append(wishes)
            self.base.append(sum(len(instance.source.people[one].wishes) + 1 for one in people))
        self.looks = 0
        self.first = 0
        """Whose turn it is."""

    def run(self) -> None:
        """Trade until nothing gets better, or everybody had their turns."""
        board = self.board
        single = [
            unit for unit, at in enumerate(board.at) if at >= 0 and board.instance.size[unit] == 1
        ]
        for _ in range(TURNS):
            if not sum(self._turn(unit) for unit in single):
                return

    def _cost(self, unit: int, meeting: int) -> int:
        found = self.ranks[unit].get(meeting)
        if found is not None:
            return found
        person = self.board.instance.units[unit][0]
        return self.base[unit] + (self.board.instance.waived[person] >> meeting & 1)

    def _turn(self, unit: int) -> bool:
        board = self.board
        here = board.at[unit]
        now = self._cost(unit, here)
        may = board.instance.may[unit] & board.open
        better = sorted(
            (rank, one) for one, rank in self.ranks[unit].items() if rank < now and may >> one & 1
        )
        spare = board.count[here] > board.instance.least[here]
        self.looks, self.first = 0, unit
        for rank, there in better:
            for depth in range(1, DEPTH + 1):
                moves = self._enter(unit, there, here, now - rank, depth, spare, 1 << here)
                if moves:
                    for who, to in reversed(moves):
                        board.move(who, to)
                    return True
        return False

    def _enter(
        self, unit: int, there: int, free: int, gain: int, depth: int, spare: bool, seen: int
    ) -> list[tuple[int, int]] | None:
        """Moves that let a unit in, with less loss than `gain`; `free` is the place left first."""
        board, instance = self.board, self.board.instance
        foes = [one for one in instance.foes[unit] if board.at[one] == there]
        if not foes and spare and board.free(there):
            return [(unit, there)]
        if len(foes) > 1 or not depth:
            return None
        for other in foes or tuple(board.inside[there]):
            if instance.size[other] > 1 or self.looks >= LOOKS:
                continue
            self.looks += 1
            moves = self._elsewhere(other, there, free, gain, depth - 1, spare, seen | 1 << there)
            if moves:
                return [(unit, there), *moves]
        return None

    def _elsewhere(
        self, unit: int, there: int, free: int, gain: int, depth: int, spare: bool, seen: int
    ) -> list[tuple[int, int]] | None:
        board, instance = self.board, self.board.instance
        loss = gain + self._cost(unit, there)
        may = instance.may[unit] & board.open & ~seen
        blocked = board.blocked(unit)
        # to the place that became free, whose person is on the way out
        back = instance.may[unit] >> free & 1 and self._cost(unit, free) < loss
        if back and not any(
            board.at[one] == free for one in instance.foes[unit] if one != self.first
        ):
            return [(unit, free)]
        wishes = sorted(
            (rank, one) for one, rank in self.ranks[unit].items() if rank < loss and may >> one & 1
        )
        if spare:
            for _, one in wishes:
                if board.free(one) and not blocked >> one & 1:
                    return [(unit, one)]
            room = may & board.roomy & ~blocked
            if self.base[unit] < loss and room and self._cost(unit, first(room)) < loss:
                return [(unit, first(room))]
        if depth:
            for rank, one in wishes:
                moves = self._enter(unit, one, free, loss - rank, depth, spare, seen)
                if moves:
                    return moves
        return None
