"""Random meetings: few who met before, few of one's own group (§13.6).

Seats are given out at random first. Then people who sit with somebody they met before, or with
somebody of their own group, move to a free seat or trade places with another, as long as that
makes the whole smaller. Nobody loses a seat, and nobody moves where they can't be.
"""

from protocol.draw.bits import ones
from protocol.draw.board import Board
from protocol.draw.generator import Generator
from protocol.draw.instance import Instance

AGAIN, OWN = 8, 1
"""What it costs that two met before, and that two are of one group."""

LOOKS = 48
"""Meetings that a person looks at in one turn."""

TURNS = 12
"""Rounds over all people."""


def encounters(instance: Instance) -> list[dict[int, int]]:
    """For each person, everybody whom it costs something to meet, and how much."""
    people = instance.source.people
    numbers = {one.id: number for number, one in enumerate(people)}
    found: list[dict[int, int]] = [{} for _ in people]
    for tables in instance.source.rounds:
        for table in tables:
            known = sorted({numbers[name] for name in table if name in numbers})
            for one in known:
                row = found[one]
                for other in known:
                    row[other] = AGAIN
    groups: dict[str | int, list[int]] = {}
    for number, person in enumerate(people):
        if person.group is not None:
            groups.setdefault(person.group, []).append(number)
    for members in groups.values():
        for one in members:
            row = found[one]
            for other in members:
                row[other] = row.get(other, 0) + OWN
    for number, row in enumerate(found):
        row.pop(number, None)
    return found


class Mixing:
    """Trades seats on a board, which stays possible all the time."""

    def __init__(self, instance: Instance, board: Board, generator: Generator) -> None:
        self.instance = instance
        self.board = board
        self.generator = generator
        self.cost = encounters(instance)
        units = instance.units
        self.tables = [[one for unit in row for one in units[unit]] for row in board.inside]
        self.now = [0] * len(instance.source.people)
        for table in range(instance.meetings):
            self._count(table)

    def _count(self, table: int) -> None:
        """What each person at a table costs now."""
        row = self.tables[table]
        for one in row:
            self.now[one] = self._at(one, row)

    def _at(self, person: int, row: list[int]) -> int:
        cost = self.cost[person]
        return sum([cost[one] for one in row if one in cost])

    def mix(self) -> None:
        """Trade until nothing gets better, or everybody had their turns."""
        instance, board = self.instance, self.board
        single = [unit for unit, at in enumerate(board.at) if at >= 0 and instance.size[unit] == 1]
        order = [single[place] for place in self.generator.shuffled(len(single))]
        for _ in range(TURNS):
            better = 0
            for unit in order:
                if self.now[instance.units[unit][0]]:
                    better += self._turn(unit)
            if not better:
                return

    def _turn(self, unit: int) -> int:
        """Find a better place for one; gives by how much the whole became smaller."""
        board, person = self.board, self.instance.units[unit][0]
        here, now = board.at[unit], self.now[person]
        wanted = self.instance.may[unit] & board.open & ~(1 << here)
        if not wanted:
            return 0
        meetings = list(ones(wanted))
        begin = self.generator.below(len(meetings))
        best: tuple[int, int, int] = (0, -1, -1)
        spare = board.count[here] > self.instance.least[here]
        for there in (meetings[begin:] + meetings[:begin])[:LOOKS]:
            then = self._at(person, self.tables[there])
            if then >= now + AGAIN:
                continue
            if spare and board.free(there) and then < now:
                blocked = any(board.at[one] == there for one in self.instance.foes[unit])
                if not blocked and 2 * (then - now) < best[0]:
                    best = (2 * (then - now), there, -1)
            found = self._partner(unit, person, there, then)
            if found[0] < best[0]:
                best = (found[0], there, found[1])
            if best[0] <= -2 * now:
                break
        if best[1] >= 0:
            self._trade(unit, best[1], best[2])
        return -best[0]

    def _partner(self, unit: int, person: int, there: int, then: int) -> tuple[int, int]:
        """The best to trade with at a table: (change, unit)."""
        instance, board = self.instance, self.board
        units, may, cost = instance.units, instance.may, self.cost[person]
        here, before, best = board.at[unit], self.now[person], (0, -1)
        row = self.tables[here]
        for other in board.inside[there]:
            if instance.size[other] > 1 or not may[other] >> here & 1:
                continue
            who = units[other][0]
            between = cost.get(who, 0)
            gain = then - between - before - self.now[who]
            if 2 * gain >= best[0]:
                continue
            change = 2 * (gain + self._at(who, row) - between)
            if change < best[0] and self._may_trade(unit, other):
                best = (change, other)
        return best

    def _may_trade(self, unit: int, other: int) -> bool:
        board, foes = self.board, self.instance.foes
        here, there = board.at[unit], board.at[other]
        return all(board.at[one] != there or one == other for one in foes[unit]) and all(
            board.at[one] != here or one == unit for one in foes[other]
        )

    def _trade(self, unit: int, there: int, other: int) -> None:
        board, units = self.board, self.instance.units
        here = board.at[unit]
        for one, source, target in ((unit, here, there), (other, there, here)):
            if one >= 0:
                board.move(one, target)
                self.tables[source].remove(units[one][0])
                self.tables[target].append(units[one][0])
        self._count(here)
        self._count(there)


def totals(instance: Instance, at: list[int]) -> tuple[list[int], list[int], int]:
    """How often each person meets somebody again, or of the own group; and how many pairs meet."""
    again, own, pairs = [0] * len(instance.unit_of), [0] * len(instance.unit_of), 0
    cost = encounters(instance)
    tables: dict[int, list[int]] = {}
    for person, unit in enumerate(instance.unit_of):
        if at[unit] >= 0:
            tables.setdefault(at[unit], []).append(person)
    for row in tables.values():
        pairs += len(row) * (len(row) - 1) // 2
        for one in row:
            for other in row:
                found = cost[one].get(other, 0) if other != one else 0
                again[one] += found // AGAIN
                own[one] += found % AGAIN
    return again, own, pairs
