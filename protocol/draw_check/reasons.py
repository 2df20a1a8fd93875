"""Reasons: of closed meetings, of people without a seat, of empty chairs (§13.7, §13.9)."""

from typing import Any

from protocol.draw_check.doubts import Doubts
from protocol.draw_check.facts import Facts, members
from protocol.draw_check.seats import Seats


class Reasons:
    """Checks every reason that a transcript gives against list and seats."""

    def __init__(self, seats: Seats, doubts: Doubts) -> None:
        self.facts: Facts = seats.facts
        self.seats = seats
        self.document = seats.document
        self.doubts = doubts
        self.groups = self._sets("groups")
        self.regions = self._sets("regions")
        self.bound: list[dict[int, int]] = []
        """For each region the parties, by lot, who can sit nowhere else, and their sizes."""
        self.without_reason = 0
        self.doubtful = 0
        """Closed meetings that no group of meetings had to lose."""

    def check(self) -> None:
        """All of it."""
        self._closings()
        self._regions()
        used: set[int] = set()
        for person, row in enumerate(self.document["people"]):
            if "why" in row:
                used.update(row.get("regions", ()))
                self._person(person, row)
        self.doubts.expect(used == set(range(len(self.regions))), "region-unused")
        self._chairs()

    def _sets(self, name: str) -> list[int]:
        found = []
        for at, row in enumerate(self.document[name]):
            numbers = [self.seats.number.get(one, -1) for one in row["meetings"]]
            good = -1 not in numbers and numbers == sorted(set(numbers))
            self.doubts.expect(good, "meeting-unknown", f"{name} {at + 1}")
            found.append(sum(1 << one for one in set(numbers) if one >= 0))
        return found

    # Closed meetings

    def _closings(self) -> None:
        rows = [
            (row["closed"], at, row)
            for at, row in enumerate(self.document["meetings"])
            if "closed" in row
        ]
        rows.sort(key=lambda one: one[:2])
        expect = self.doubts.expect
        expect([one[0] for one in rows] == list(range(1, len(rows) + 1)), "closing-order")
        used = {row["group"] for _, _, row in rows if "group" in row}
        expect(used == set(range(len(self.groups))), "group-unused")
        for at, group in enumerate(self.groups):
            self._group(at, group)
        gone = 0
        for _, at, row in rows:
            if "group" not in row:
                self._without_group(at, row)
            elif expect(row["group"] < len(self.groups), "group-unknown", row["id"]):
                group = self.groups[row["group"]]
                expect(bool(group >> at & 1), "closed-without-reason", row["id"])
                expect(not group & gone, "closed-without-reason", row["id"])
            gone |= 1 << at

    def _group(self, at: int, group: int) -> None:
        row, name, meetings = self.document["groups"][at], f"{at + 1}", self.facts.source.meetings
        people = sum(bool(mask & group) for mask in self.facts.reach)
        needed = sum(meetings[one].least for one in members(group))
        excluding = self._excluding(group)
        said = (row["people"], row["needed"], row["excluding"])
        self.doubts.expect(said == (people, needed, excluding), "group-counted", name)
        self.doubts.expect(people - excluding < needed, "group-enough", name)

    def _excluding(self, group: int) -> int:
        """Of parties who all exclude each other and have the same only meeting in a group, all but
        the largest (§13.6)."""
        facts = self.facts
        order = sorted(
            (facts.lot[one], one)
            for one, mask in enumerate(facts.reach)
            if (mask & group).bit_count() == 1 and facts.is_first(one)
        )
        cliques: list[tuple[int, list[int], list[int]]] = []
        for lot, one in order:
            only, size = facts.reach[one] & group, len(facts.party[one])
            foes = {facts.lot[foe] for p in facts.party[one] for foe in facts.foes[p]}
            for where, lots, sizes in cliques:
                if where == only and foes.issuperset(lots):
                    lots.append(lot)
                    sizes.append(size)
                    break
            else:
                cliques.append((only, [lot], [size]))
        return sum(sum(sizes) - max(sizes) for _, _, sizes in cliques)

    def _without_group(self, at: int, row: dict[str, Any]) -> None:
        waiting = any(
            seat < 0 and mask >> at & 1
            for seat, mask in zip(self.seats.at, self.facts.reach, strict=True)
        )
        right = "procedure" if waiting else "spare"
        self.doubts.expect(row["why"] == right, "closed-without-reason", row["id"])
        self.doubtful |= 1 << at

    # Full regions

    def _regions(self) -> None:
        facts, meetings = self.facts, self.facts.source.meetings
        for at, region in enumerate(self.regions):
            row, outside = self.document["regions"][at], self.seats.open & ~region
            self.doubts.expect(not region & self.seats.closed, "region-closed", f"{at + 1}")
            bound: dict[int, int] = {}
            for meeting in members(region):
                for person in self.seats.inside[meeting]:
                    if not facts.reach[person] & outside:
                        bound[facts.lot[person]] = len(facts.party[person])
            self.bound.append(dict(sorted(bound.items())))
            seats = sum(meetings[one].most for one in members(region))
            said = (row["people"], row["seats"])
            right = (sum(bound.values()), seats)
            self.doubts.expect(said == right, "region-counted", f"{at + 1}")

    def _person(self, person: int, row: dict[str, Any]) -> None:
        facts, expect, name = self.facts, self.doubts.expect, row["id"]
        why, reach = row["why"], facts.reach[person]
        apart = len(facts.party[person]) > 1 and all(facts.own[p] for p in facts.party[person])
        same = {self.document["people"][one].get("why") for one in facts.party[person]}
        expect(same == {why}, "reason-wrong", name)
        wanted = reach & self.seats.open
        if reach & self.doubtful:
            expect(why == "procedure", "reason-wrong", name)
            self.without_reason += 1
        elif not reach or not wanted:
            right = "closed" if reach else "apart" if apart else "nothing"
            expect(why == right, "reason-wrong", name)
        elif why == "procedure":
            self.without_reason += 1
        elif why not in ("full", "blocked") or not all(
            place < len(self.regions) for place in row["regions"]
        ):
            self.doubts.add("reason-wrong", name)
        elif why == "full":
            expect(self._is_full(person, wanted, row["regions"]), "reason-wrong", name)
        else:
            expect(self._is_blocked(person, wanted, row["regions"]), "reason-wrong", name)

    def _is_full(self, person: int, wanted: int, places: list[int]) -> bool:
        size, lot = len(self.facts.party[person]), self.facts.lot[person]
        if not places or len(set(places)) != len(places):
            return False
        for place in places:
            if not wanted & self.regions[place]:
                return False
            wanted &= ~self.regions[place]
            row = self.document["regions"][place]
            left = row["seats"] - row["people"]
            if left >= size or self._could_replace(place, size, lot, left):
                return False
        return not wanted

    def _could_replace(self, place: int, size: int, lot: int, left: int) -> bool:
        """Whether parties with worse lots hold between `size - left` and `size` seats together."""
        possible = {0}
        for other, people in reversed(self.bound[place].items()):
            if other <= lot:
                break
            possible |= {one + people for one in possible if one + people <= size}
            if max(possible) + left >= size and max(possible) > 0:
                return True
        return False

    # Exclusions

    def _is_blocked(self, person: int, wanted: int, places: list[int]) -> bool:
        """Every meeting in reach is in the set or has somebody excluded; those in the set are full,
        and nobody there has a free way out of it."""
        facts, seats = self.facts, self.seats
        if len(places) != 1:
            return False
        region, party = self.regions[places[0]], facts.party[person]
        foes = {one: self._foes(party, one) for one in members(wanted)}
        if any(not foes[one] for one in foes if not region >> one & 1):
            return False
        for meeting in members(region):
            taken = len(seats.inside[meeting]) + len(party)
            if taken <= facts.source.meetings[meeting].most:
                return False
            if any(self._way_out(one, region) for one in seats.inside[meeting]):
                return False
        if len(party) > 1:
            return True
        obstacle = wanted & ~region or any(
            facts.reach[one] & seats.open & ~region
            for meeting in members(region)
            for one in seats.inside[meeting]
        )
        return bool(obstacle) and not any(
            facts.lot[other] > facts.lot[person]
            and len(facts.party[other]) == 1
            and foes[meeting] <= {other}
            for meeting in members(wanted)
            for other in seats.inside[meeting]
        )

    def _foes(self, party: tuple[int, ...], meeting: int) -> set[int]:
        """People in a meeting whom a party excludes, or who exclude it."""
        there = self.seats.inside[meeting]
        return {one for one in there if any(one in self.facts.foes[p] for p in party)}

    def _way_out(self, person: int, region: int) -> bool:
        """Whether somebody could go to a meeting outside a set, but for exclusions and sizes."""
        facts = self.facts
        party = facts.party[person]
        for meeting in members(facts.reach[person] & self.seats.open & ~region):
            wide = len(self.seats.inside[meeting]) + len(party)
            if len(party) > 1 and wide > facts.source.meetings[meeting].most:
                continue
            if not self._foes(party, meeting):
                return True
        return False

    # Empty chairs

    def _chairs(self) -> None:
        waiting = 0
        for person, at in enumerate(self.seats.at):
            if at < 0:
                waiting |= self.facts.reach[person]
        for at, row in enumerate(self.document["meetings"]):
            if "closed" in row:
                continue
            free = self.facts.source.meetings[at].most > len(self.seats.inside[at])
            right = ("unfit" if waiting >> at & 1 else "everybody") if free else None
            self.doubts.expect(row.get("empty") == right, "empty-chair", row["id"])
