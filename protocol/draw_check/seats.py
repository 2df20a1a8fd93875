"""Who sits where: capacities, restrictions, companions, exclusions, ranks (§13.9)."""

from itertools import combinations
from typing import Any

from protocol.draw_check.doubts import Doubts
from protocol.draw_check.facts import Facts


class Seats:
    """The seats of a transcript, as numbers; checks each against the list."""

    def __init__(self, facts: Facts, document: dict[str, Any], doubts: Doubts) -> None:
        self.facts = facts
        self.document = document
        self.doubts = doubts
        self.number = {one.id: at for at, one in enumerate(facts.source.meetings)}
        self.closed = sum(1 << at for at, row in enumerate(document["meetings"]) if "closed" in row)
        self.open = (1 << len(facts.source.meetings)) - 1 & ~self.closed
        self.at: list[int] = []
        self.inside: list[list[int]] = [[] for _ in facts.source.meetings]
        for person, row in enumerate(document["people"]):
            meeting = self.number.get(row.get("seat"), -1)
            self.at.append(meeting)
            if meeting >= 0:
                self.inside[meeting].append(person)

    def check(self) -> None:
        """All of it."""
        for person, row in enumerate(self.document["people"]):
            self._person(person, row)
        for meeting, row in enumerate(self.document["meetings"]):
            self._meeting(meeting, row)
        self._totals()

    def _person(self, person: int, row: dict[str, Any]) -> None:
        facts, expect, name = self.facts, self.doubts.expect, row["id"]
        at = self.at[person]
        expect(row["lot"] == facts.lot[person], "lot", name)
        waived = facts.waived[person].bit_count()
        expect(row.get("waived", 0) == waived, "waived", name)
        if "seat" in row and not expect(at >= 0, "seat-unknown", name):
            return
        if any(self.at[one] != at for one in facts.party[person]):
            self.doubts.add("companions-apart", name)
        if at < 0:
            return
        expect(bool(facts.reach[person] >> at & 1), "seat-not-allowed", name)
        expect(bool(self.open >> at & 1), "seat-closed", name)
        if any(self.at[one] == at for one in facts.foes[person]):
            self.doubts.add("excluded-together", name)
        if "rank" in row:
            expect(row["rank"] == facts.rank(person, at), "rank", name)
            wished = at in facts.source.people[person].wishes
            expect(("unwished" not in row) == wished, "rank", name)

    def _meeting(self, meeting: int, row: dict[str, Any]) -> None:
        expect, name = self.doubts.expect, row["id"]
        known, people = self.facts.source.meetings[meeting], len(self.inside[meeting])
        expect(row["lot"] == self.facts.meeting_lot[meeting], "meeting-lot", name)
        if "closed" in row:
            expect(not people, "seat-closed", name)
            return
        expect(people <= known.most, "too-many", name)
        expect(people >= known.least, "too-few", name)
        expect(row["people"] == people, "people-counted", name)

    def _totals(self) -> None:
        rows, source = self.document["people"], self.facts.source
        wanted = {
            "open": self.open.bit_count(),
            "people": len(rows),
            "seated": sum(at >= 0 for at in self.at),
            "seats": sum(one.most for at, one in enumerate(source.meetings) if self.open >> at & 1),
        }
        if source.mode == "intro":
            wanted["ranks"] = sum(row.get("rank", 0) for row in rows)
        else:
            wanted |= self._encounters()
        self.doubts.expect(self.document["totals"] == wanted, "totals")

    # Random meetings

    def _encounters(self) -> dict[str, int]:
        """Pairs who sit together, of them those who met before or are of one group."""
        people = self.facts.source.people
        met = _met(self.facts)
        again, own = [0] * len(people), [0] * len(people)
        pairs = 0
        for row in self.inside:
            pairs += len(row) * (len(row) - 1) // 2
            for one, other in combinations(row, 2):
                if other in met.get(one, ()):
                    again[one] += 1
                    again[other] += 1
                if people[one].group is not None and people[one].group == people[other].group:
                    own[one] += 1
                    own[other] += 1
        for person, row in enumerate(self.document["people"]):
            if "seat" in row:
                said = (row["again"], row["own"])
                self.doubts.expect(said == (again[person], own[person]), "mixing", row["id"])
        return {"again": sum(again) // 2, "own": sum(own) // 2, "pairs": pairs}


def _met(facts: Facts) -> dict[int, set[int]]:
    number = {one.id: at for at, one in enumerate(facts.source.people)}
    met: dict[int, set[int]] = {}
    for tables in facts.source.rounds:
        for table in tables:
            known = {number[name] for name in table if name in number}
            for one in known:
                met.setdefault(one, set()).update(known - {one})
    return met
