"""The smallest sum of ranks for those who have a seat (§13.6).

A price for each meeting and a level for each person, both whole numbers, prove what is cheapest:
nobody's rank plus price is below their level anywhere, and everybody sits where it equals it. Such
a seat is *tight*. People come in one after the other along tight paths; where none leads to a free
seat, prices of all meetings that were looked at rise by one, with the levels of those who sit
there or wait. A meeting that has a price and a free seat, or is below its minimum, draws people in
along tight paths the other way round, and its price falls where none leads there.

People who exclude somebody count as single people here, and so do those who come together, until
`arrange` gives them places; then the others are arranged anew around them.
"""

from typing import Any

from protocol.draw.bits import first, ones
from protocol.draw.instance import Instance

WAITING = -1
HIGHEST = 1 << 10
"""A price that no list reaches: then there is no place, and the draw says so."""

_LISTS = (
    *("most", "least", "taken", "price", "seat", "level", "tight"),
    *("may", "ranked", "others", "reach"),
)
_SETS = ("roomy", "needy", "stale")


class Market:
    """Single people, meetings with prices. Persons are numbers of the list."""

    def __init__(self, instance: Instance, open_: int) -> None:
        count, meetings = len(instance.source.people), instance.meetings
        self.instance = instance
        self.most = [
            seats if open_ >> meeting & 1 else 0 for meeting, seats in enumerate(instance.most)
        ]
        self.least = [
            seats if open_ >> meeting & 1 else 0 for meeting, seats in enumerate(instance.least)
        ]
        self.asked = list(self.least)
        self.taken = [0] * meetings
        self.price = [0] * meetings
        self.at_price = {0: open_}
        """The meetings of each price."""
        self.inside: list[list[int]] = [[] for _ in range(meetings)]
        self.seat = [WAITING] * count
        self.level = [0] * count
        self.tight = [0] * count
        self.may = [0] * count
        self.ranked: list[list[int]] = [[]] * count
        """Wishes within reach as (rank, bit) in rising order."""
        self.others: list[tuple[tuple[int, int], ...]] = [()] * count
        """(rank, meetings) of what was not wished for."""
        self.reach = [0] * meetings
        self.roomy = open_
        self.needy = open_
        """Meetings below their minimum."""
        self.stale = 0

    # People come and go

    def enter(self, person: int, may: int) -> None:
        """A person waits for a seat."""
        self.may[person] = may
        self.seat[person] = WAITING
        self._rank(person)
        self.level[person] = self._lowest(person)
        self._tighten(person)

    def _rank(self, person: int) -> None:
        may, instance = self.may[person], self.instance
        wishes = instance.source.people[person].wishes
        self.ranked[person] = [wish if may >> wish & 1 else -1 for wish in wishes]
        rest = may
        for wish in wishes:
            rest &= ~(1 << wish)
        waived, base = rest & instance.waived[person], len(wishes) + 1
        others = [(base, rest & ~waived)] if rest & ~waived else []
        if waived:
            others.append((base + 1, waived))
        self.others[person] = tuple(others)

    def _lowest(self, person: int) -> int:
        """The smallest rank plus price."""
        price = self.price
        found = [
            rank + price[wish] for rank, wish in enumerate(self.ranked[person], 1) if wish >= 0
        ]
        for rank, mask in self.others[person]:
            found += [rank + one for one, meetings in self.at_price.items() if meetings & mask]
        return min(found, default=HIGHEST)

    def _tighten(self, person: int) -> None:
        level, price, mask = self.level[person], self.price, 0
        for rank, wish in enumerate(self.ranked[person], 1):
            if wish >= 0 and rank + price[wish] == level:
                mask |= 1 << wish
        for rank, meetings in self.others[person]:
            priced = self.at_price.get(level - rank)
            if priced:
                mask |= meetings & priced
        self.tight[person] = mask

    def put(self, person: int, to: int) -> None:
        """Seat a person, or take the seat away (`WAITING`)."""
        here = self.seat[person]
        if here >= 0:
            row = self.inside[here]
            row.remove(person)
            self.stale |= 1 << here
            self._mark(here)
        self.seat[person] = to
        if to >= 0:
            self.inside[to].append(person)
            self.stale |= 1 << to
            self._mark(to)

    def shrink(self, meeting: int, seats: int) -> None:
        """Take seats out of a meeting, for people who have their place already."""
        self.taken[meeting] += seats
        self.most[meeting] -= seats
        self.least[meeting] = max(0, self.asked[meeting] - self.taken[meeting])
        self._mark(meeting)

    def _mark(self, meeting: int) -> None:
        bit, count = 1 << meeting, len(self.inside[meeting])
        self.roomy = self.roomy | bit if count < self.most[meeting] else self.roomy & ~bit
        self.needy = self.needy | bit if count < self.least[meeting] else self.needy & ~bit

    def _refresh(self) -> None:
        for meeting in ones(self.stale):
            mask = 0
            for person in self.inside[meeting]:
                mask |= self.tight[person]
            self.reach[meeting] = mask
        self.stale = 0

    def snapshot(self) -> tuple[Any, ...]:
        """Everything that changes, to go back to with `restore`."""
        return (
            *(list(getattr(self, name)) for name in _LISTS),
            [list(one) for one in self.inside],
            dict(self.at_price),
            *(getattr(self, name) for name in _SETS),
        )

    def restore(self, kept: tuple[Any, ...]) -> None:
        """As it was when `kept` was made; `kept` can be used once."""
        count = len(_LISTS)
        for name, value in zip(_LISTS, kept[:count], strict=True):
            setattr(self, name, value)
        self.inside, self.at_price = kept[count], kept[count + 1]
        for name, value in zip(_SETS, kept[count + 2 :], strict=True):
            setattr(self, name, value)

    # Up: those who wait find seats

    def seat_all(self, waiting: list[int]) -> list[int]:
        """Seat people in this order, at the smallest sum; gives those for whom there is none."""
        for _ in range(HIGHEST):
            layers = self._layers()
            while True:
                left = [one for one in waiting if not self._descend(one, layers)]
                if len(left) == len(waiting) or not left:
                    break
                waiting, layers = left, self._layers()
            waiting = left
            if not waiting or not self._raise(self._looked_at(waiting), waiting):
                break
        return waiting

    def _layers(self) -> list[int]:
        """Sets of meetings by the number of tight moves from them to a free seat, 0 first."""
        self._refresh()
        reach, roomy = self.reach, self.roomy
        layers, fresh = [roomy], roomy
        rest = [one for one in self._all() if not roomy >> one & 1]
        while fresh:
            added = 0
            for one in rest:
                if reach[one] & fresh:
                    added |= 1 << one
            if not added:
                break
            layers.append(added)
            fresh = added
            rest = [one for one in rest if not added >> one & 1]
        return layers

    def _descend(self, person: int, layers: list[int]) -> bool:
        """Seat a person by a way that goes down one layer with each move. What leads nowhere is
        taken out of its layer."""
        depth = next((n for n, mask in enumerate(layers) if self.tight[person] & mask), -1)
        if depth < 0:
            return False
        way: list[tuple[int, int]] = []
        who = person
        while True:
            hit = self.tight[who] & layers[depth]
            if depth == 0:
                hit &= self.roomy
            if not hit:
                if not way:
                    return False
                who, here = way.pop()
                depth += 1
                layers[depth] &= ~(1 << here)
                continue
            to = first(hit & self.needy or hit)
            way.append((who, to))
            if depth == 0:
                break
            depth -= 1
            found = next((p for p in self.inside[to] if self.tight[p] & layers[depth]), WAITING)
            if found == WAITING:
                way.pop()
                depth += 1
                layers[depth] &= ~(1 << to)
                continue
            who = found
        for one, to in reversed(way):
            self.put(one, to)
        return True

    def _looked_at(self, waiting: list[int]) -> int:
        """All meetings to which tight moves lead from those who wait."""
        self._refresh()
        seen = 0
        for person in waiting:
            seen |= self.tight[person]
        fresh = seen
        while fresh:
            new = 0
            for one in ones(fresh):
                new |= self.reach[one]
            fresh = new & ~seen
            seen |= fresh
        return seen

    def _raise(self, meetings: int, waiting: list[int]) -> bool:
        """Prices of `meetings` rise by one; False if nobody who waits can reach any other."""
        persons = [*waiting]
        for meeting in ones(meetings):
            persons += self.inside[meeting]
        level = self.level
        if not any(self.may[person] & ~meetings for person in persons):
            return False
        self._shift(meetings, 1)
        others = ~meetings
        self.tight = [mask & others for mask in self.tight]
        self.reach = [mask & others for mask in self.reach]
        for person in persons:
            level[person] += 1
            self._tighten(person)
        self.stale |= meetings
        return True

    def _shift(self, meetings: int, by: int) -> None:
        price, moved = self.price, {}
        for one, mask in list(self.at_price.items()):
            if mask & meetings:
                moved[one + by] = mask & meetings
                self.at_price[one] = mask & ~meetings
                if not self.at_price[one]:
                    del self.at_price[one]
        for one, mask in moved.items():
            self.at_price[one] = self.at_price.get(one, 0) | mask
        for meeting in ones(meetings):
            price[meeting] += by

    # Down: meetings that need people draw them in

    def fill_all(self) -> bool:
        """Fill what has a price and room, or is below its minimum; False if that can't be."""
        lowered = 0
        while True:
            sinks, reached = self._sinks(), 0
            for sink in ones(sinks):
                if reached >> sink & 1:
                    continue
                while self._is_sink(sink):
                    found = self._draw_in(sink, reached)
                    if isinstance(found, int):
                        reached |= found
                        break
                    for who, to in found:
                        self.put(who, to)
            if not reached:
                return True
            lowered += 1
            if lowered > HIGHEST or not self._lower(reached):
                return False

    def _sinks(self) -> int:
        mask = self.needy
        for price, meetings in self.at_price.items():
            if price > 0:
                mask |= meetings & self.roomy
        return mask

    def _is_sink(self, meeting: int) -> bool:
        bit = 1 << meeting
        return bool(self.needy & bit or (self.price[meeting] > 0 and self.roomy & bit))

    def _spare(self, meeting: int) -> bool:
        """Whether a meeting may lose somebody: it has no price and is above its minimum."""
        return self.price[meeting] == 0 and len(self.inside[meeting]) > self.least[meeting]

    def _draw_in(self, sink: int, reached: int) -> list[tuple[int, int]] | int:
        """Moves that bring one more person in, or the meetings that were looked at."""
        parent: dict[int, tuple[int, int]] = {}
        group = fresh = 1 << sink
        rest = [one for one in self._all() if not (group | reached) >> one & 1]
        self._refresh()
        reach = self.reach
        while fresh:
            added = 0
            for here in [one for one in rest if reach[one] & fresh]:
                hit = reach[here] & fresh
                person = next(p for p in self.inside[here] if self.tight[p] & hit)
                to = first(self.tight[person] & hit)
                if self._spare(here):
                    moves = [(person, to)]
                    while to != sink:
                        person, to = parent[to]
                        moves.append((person, to))
                    return moves[::-1]
                parent[here] = (person, to)
                added |= 1 << here
            group |= added
            fresh = added
            rest = [one for one in rest if not added >> one & 1]
        return group

    def _all(self) -> list[int]:
        return [one for one, people in enumerate(self.inside) if people]

    def _lower(self, meetings: int) -> bool:
        """Prices of `meetings` fall by one; False if that can bring nobody there."""
        inside = set()
        for meeting in ones(meetings):
            inside.update(self.inside[meeting])
        outside = [p for p, seat in enumerate(self.seat) if seat >= 0 and p not in inside]
        comers = any(self.may[person] & meetings for person in outside)
        if not comers and meetings & self.needy and not self._could_spare(meetings):
            return False
        self._shift(meetings, -1)
        for person in inside:
            self.level[person] -= 1
            self._tighten(person)
        for person in outside:
            if self.may[person] & meetings:
                mask = self.tight[person]
                self._tighten(person)
                if self.tight[person] != mask:
                    self.stale |= 1 << self.seat[person]
        self.stale |= meetings
        return True

    def _could_spare(self, meetings: int) -> bool:
        """Whether one of `meetings` has a price now, and may lose somebody when it has none."""
        return any(
            self.price[one] > 0 and len(self.inside[one]) > self.least[one]
            for one in ones(meetings)
        )

    # Together

    def settle(self, waiting: list[int]) -> bool:
        """Seats for all who wait, and no meeting that lacks people; False if that can't be."""
        return not self.seat_all(waiting) and self.fill_all()
