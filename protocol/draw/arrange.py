"""Ranks for everybody who has a seat: people who come together and exclusions included (§13.6).

`Market` knows single people only. Here those who come together get places by the market's prices,
in the order of their lots, and the others are arranged around them; then, while two who exclude
each other sit together, one of them may no longer sit there. Where that leads nowhere, the places
from `minimum.settle` stand: they are always possible.
"""

from protocol.draw.bits import ones
from protocol.draw.board import Board
from protocol.draw.instance import Instance
from protocol.draw.ranks import WAITING, Market

BATCHES, LEAST_BATCH = 8, 4
"""Into how many parts the parties are divided; those of one part get places at the same prices."""

TRIES = 8
"""Places that are tried for one party."""

ROUNDS = 200
"""Of moving people out of each other's way."""


class Arrangement:
    """Places for the units that have a seat on `board`."""

    def __init__(self, instance: Instance, board: Board) -> None:
        self.instance = instance
        self.board = board
        self.seated = [unit for unit, at in enumerate(board.at) if at >= 0]
        self.market = Market(instance, board.open)
        self.place: dict[int, int] = {}
        """Meeting of each party that has its place."""
        self.alone: list[int] = []
        """Where each person would be if there were neither exclusions nor companions."""

    def arranged(self) -> list[int] | None:
        """The meeting of each unit (-1: no seat), or None if no way was found."""
        waiting = []
        for unit in self.seated:
            for person in self.instance.units[unit]:
                self.market.enter(person, self.instance.may[unit] & self.board.open)
                waiting.append(person)
        if not self.market.settle(waiting):
            return None
        self.alone = list(self.market.seat)
        if not self._place_parties() or not self._part_foes():
            return None
        return self.places()

    def places(self) -> list[int]:
        """Where each unit is."""
        return [
            self.place.get(unit, self.market.seat[self.instance.units[unit][0]])
            for unit in range(len(self.instance.units))
        ]

    # People who come together

    def _place_parties(self) -> bool:
        units, seat = self.instance.units, self.market.seat
        parties = [unit for unit in self.seated if len(units[unit]) > 1]
        apart = []
        for unit in parties:
            if len({seat[one] for one in units[unit]}) > 1:
                apart.append(unit)
            else:
                self._fix(unit, seat[units[unit][0]])
        step = max(LEAST_BATCH, -(-len(apart) // BATCHES))
        return all(self._place(apart[begin : begin + step]) for begin in range(0, len(apart), step))

    def _place(self, parties: list[int], forbidden: int = 0) -> bool:
        """Give places to parties; by halves, and elsewhere, where that leaves somebody out."""
        kept, places = self.market.snapshot(), dict(self.place)
        waiting: list[int] = []
        for unit in parties:
            meeting = self._cheapest(unit, forbidden)
            if meeting < 0:
                break
            waiting += self._fix(unit, meeting)
        else:
            unit_of = self.instance.unit_of  # who lost a place to one party may be of the next
            if self.market.settle([one for one in waiting if unit_of[one] not in self.place]):
                return True
        if meeting < 0 and len(parties) == 1:
            return False
        self.market.restore(kept)
        self.place = places
        if len(parties) > 1:
            half = len(parties) // 2
            return self._place(parties[:half]) and self._place(parties[half:])
        tried = forbidden | 1 << meeting
        return tried.bit_count() <= TRIES and self._place(parties, tried)

    def _fix(self, unit: int, meeting: int) -> list[int]:
        """Give a party its place; gives the single people who lose theirs."""
        market, people = self.market, self.instance.units[unit]
        self.place[unit] = meeting
        for person in people:
            market.put(person, WAITING)
        market.shrink(meeting, len(people))
        out = market.inside[meeting][market.most[meeting] :]
        for person in out:
            market.put(person, WAITING)
        return out

    def _free(self, unit: int) -> None:
        """Take a party's place away again."""
        self.market.shrink(self.place.pop(unit), -len(self.instance.units[unit]))

    def _cheapest(self, unit: int, forbidden: int = 0) -> int:
        """The meeting with the smallest ranks plus prices for a party; -1 if it fits nowhere."""
        instance, market = self.instance, self.market
        people, best = instance.units[unit], (1 << 30, -1)
        taken = 0
        for foe in instance.foes[unit]:
            if foe in self.place:
                taken |= 1 << self.place[foe]
        for meeting in ones(instance.may[unit] & self.board.open & ~taken & ~forbidden):
            if market.most[meeting] >= len(people):
                price = market.price[meeting] * len(people)
                best = min(best, (instance.unit_cost(unit, meeting) + price, meeting))
        return best[1]

    # Exclusions

    def _part_foes(self) -> bool:
        for _ in range(ROUNDS):
            moved = self._those_who_move()
            if not moved:
                return True
            waiting: list[int] = []
            for unit, meeting in moved.items():
                person = self.instance.units[unit][0]
                if len(self.instance.units[unit]) > 1:
                    self._free(unit)
                    other = self._cheapest(unit, 1 << meeting)
                    if other < 0:
                        return False
                    waiting += self._fix(unit, other)
                    continue
                if self.market.seat[person] >= 0:
                    self.market.put(person, WAITING)
                    waiting.append(person)
                may = self.market.may[person] & ~(1 << meeting)
                if not may:
                    return False
                self.market.enter(person, may)
            if not self.market.settle(waiting):
                return False
        return False

    def _those_who_move(self) -> dict[int, int]:
        """Units with the meeting that they leave, so that no two who exclude each other stay."""
        foes, units = self.instance.foes, self.instance.units
        at, found = self.places(), {}
        for unit in reversed(self.seated):  # the worst lot first
            if not foes[unit]:
                continue
            here = at[unit]
            others = [one for one in foes[unit] if at[one] == here and one not in found]
            if others and (len(units[unit]) == 1 or all(len(units[one]) > 1 for one in others)):
                found[unit] = here
        for unit in self.seated:  # single people beside a party that stays
            here = at[unit]
            if unit not in found and any(
                at[one] == here and one not in found for one in foes[unit]
            ):
                found[unit] = here
        return found
