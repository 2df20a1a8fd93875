"""What follows from list and seed, before anybody has a seat (§13.3 to §13.5)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from protocol.draw_format.lists import DrawList, Meeting, Person


def members(mask: int) -> Iterator[int]:
    """The numbers in a set."""
    return (place for place, digit in enumerate(bin(mask)[:1:-1]) if digit == "1")


@dataclass
class Facts:
    """People and meetings are numbers of the list; `party[p]` are those who come with p, and p."""

    source: DrawList
    party: list[tuple[int, ...]]
    lot: list[int]
    """From 1; people who come together have the same."""
    meeting_lot: list[int]
    own: list[int]
    """Meetings that each person can reach, alone."""
    waived: list[int]
    reach: list[int]
    """Meetings that each person can reach together with those who come along."""
    foes: list[set[int]]

    def rank(self, person: int, meeting: int) -> int:
        """What a seat there is to the person."""
        wishes = self.source.people[person].wishes
        if meeting in wishes:
            return wishes.index(meeting) + 1
        return len(wishes) + 1 + (1 if self.waived[person] & 1 << meeting else 0)

    def is_first(self, person: int) -> bool:
        """Whether a person stands for the party: so that each party is counted once."""
        return self.party[person][0] == person


def gather(source: DrawList, seed: bytes) -> Facts:
    """The facts of a list that was checked."""
    key = sha256(b"verbund draw 1 key\n" + source.fingerprint + seed).digest()
    people, number = source.people, {one.id: at for at, one in enumerate(source.people)}
    party = [
        tuple(sorted({at, *(number[name] for name in one.companions)}))
        for at, one in enumerate(people)
    ]
    pairs = [_reach(one, source) for one in people]
    own, waived = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return Facts(
        source,
        party,
        _lots(people, party, key),
        _meeting_lots(source.meetings, key),
        own,
        waived,
        [_together(group, own, source.meetings) for group in party],
        _foes(people, number),
    )


def _reach(person: Person, source: DrawList) -> tuple[int, int]:
    numerator, denominator = source.share
    counted = wished = 0  # what restrictions exclude, and what is only wished
    for name, values in person.unconfirmed:
        excluded = sum(
            1 << at
            for at, meeting in enumerate(source.meetings)
            if person.allowed >> at & 1 and not _takes(meeting, name, values)
        )
        total = (counted | excluded).bit_count()
        if total * denominator <= person.allowed.bit_count() * numerator:
            counted |= excluded
        else:
            wished |= excluded
    left = person.allowed & ~counted
    return left, left & wished


def _takes(meeting: Meeting, name: str, values: tuple[Any, ...]) -> bool:
    known = {"id": meeting.id, "host": meeting.group}
    value = known[name] if name in known else meeting.attributes.get(name)
    return (type(value), value) in {(type(one), one) for one in values}


def _together(group: tuple[int, ...], own: list[int], meetings: tuple[Meeting, ...]) -> int:
    mask = own[group[0]]
    for one in group[1:]:
        mask &= own[one]
    if len(group) > 1:
        mask &= sum(1 << at for at, one in enumerate(meetings) if one.most >= len(group))
    return mask


def _ticket(kind: bytes, key: bytes, name: str) -> bytes:
    return sha256(b"verbund draw 1 " + kind + b"\n" + key + name.encode("utf-8")).digest()


def _lots(people: tuple[Person, ...], party: list[tuple[int, ...]], key: bytes) -> list[int]:
    rows = []
    for at, group in enumerate(party):
        if group[0] == at:
            name = min(people[one].id for one in group)
            times = max(people[one].left_out for one in group)
            rows.append((-times, _ticket(b"person", key, name), name, at))
    lot = [0] * len(people)
    for place, (_, _, _, at) in enumerate(sorted(rows), 1):
        for one in party[at]:
            lot[one] = place
    return lot


def _meeting_lots(meetings: tuple[Meeting, ...], key: bytes) -> list[int]:
    rows = sorted((_ticket(b"meeting", key, one.id), one.id, at) for at, one in enumerate(meetings))
    lot = [0] * len(meetings)
    for place, (_, _, at) in enumerate(rows, 1):
        lot[at] = place
    return lot


def _foes(people: tuple[Person, ...], number: dict[str, int]) -> list[set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for at, one in enumerate(people):
        for name in one.avoids:
            found[at].add(number[name])
            found[number[name]].add(at)
    nobody: set[int] = set()
    return [found.get(at, nobody) for at in range(len(people))]
