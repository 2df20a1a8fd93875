"""How much a node keeps of what it can't read: bounds in bytes (docs/protocol.md §4.8).

Members carry sealed records for each other, so that two who are never up together still meet. What
somebody carries is somebody else's, so it is bounded, here and not by a rule that is the same
everywhere: how much room there is only the node itself knows. What is over a bound is refused as
`over-limit`, never dropped once it was acknowledged; it is offered again as long as it lives, and
there is room again when something expired, was erased, or its author left.

* One author takes at most `OUTSIDE_BYTES_BY_ONE`, to whomever, so that one alone fills no disk.
* Everything that is for others takes at most `CARRIED_BYTES`. When that is full, those of whom
  little is carried still find room in `RESERVED_BYTES`: some who fill it keep nobody else out.
* What stands can always be erased, and replaced by what is not much larger.
"""

from collections.abc import Iterable

from node.store.records import Records
from protocol.errors import Refused
from protocol.record import Record

MIB = 2**20

OUTSIDE_BYTES_BY_ONE = 32 * MIB
"""Sealed and closed records of one author: `OUTSIDE_BY_ONE` of a usual size, 1.5 KiB."""

CARRIED_BYTES = 256 * MIB
"""For others, by all: what the card of a small machine can spare; 170,000 of a usual size."""

RESERVED_BYTES = 64 * MIB
"""Besides, for authors of whom this node carries no more than `SMALL_SHARE`."""

SMALL_SHARE = 64 * 1024
"""Some dozens of invitations and answers."""


class CarriedQuota:
    """The budget of one transaction."""

    def __init__(self, records: Records) -> None:
        self._records, self._outside = records, records.outside
        self._counts: dict[bytes, int] = {}
        self._all_by: dict[bytes, int] = {}
        self._carried_by: dict[bytes, int] = {}
        self._more = 0

    def look(self, authors: Iterable[bytes]) -> None:
        """See what is here of these, before something of theirs is checked."""
        new = set(authors) - self._counts.keys()
        for author, (count, size, carried) in self._outside.by(new).items():
            self._counts[author] = count
            self._all_by[author], self._carried_by[author] = size, carried

    def count(self, author: bytes) -> int:
        """Sealed and closed records of one author, with those that were found to have room."""
        self.look([author])
        return self._counts[author]

    def check(self, record: Record, carried: bool) -> None:
        """Raise `Refused` if there is no room for a foreign sealed or closed record.

        `carried`: it is for others only.
        """
        author, size = record.author, len(record.raw)
        self.look([author])
        fits = self._all_by[author] + size <= OUTSIDE_BYTES_BY_ONE
        if fits and carried:
            small = self._carried_by[author] + size <= SMALL_SHARE
            fits = self._has_room(size, CARRIED_BYTES + (RESERVED_BYTES if small else 0))
        if not fits:
            standing = sum(map(self._outside.size_of, self._records.numbers_at(record.place)))
            if size.bit_length() > standing.bit_length():
                raise Refused("sealed records for others", "over-limit")
        self._counts[author] += 1
        self._all_by[author] += size
        if carried:
            self._carried_by[author] += size
            self._more += size

    def _has_room(self, size: int, limit: int) -> bool:
        """Counting all is slow: at first by what was counted earlier, without what went since."""
        if self._outside.carried_at_most() + self._more + size <= limit:
            return True
        return self._outside.count_carried() + self._more + size <= limit
