"""How much a node keeps of what it does not understand (docs/protocol.md §4.9).

Kinds can be invented, so that their limits of places bound nothing: what one author may say in
kinds that this software does not know is bounded together. What stands can be replaced by what is
not much larger, and erased.
"""

from node.store.records import Records
from node.store.unread import unread_by
from protocol.errors import Refused
from protocol.record import Record

UNREAD_BY_ONE, UNREAD_BYTES_BY_ONE = 2_000, 8 * 2**20
"""Records and bytes of one author: ten meetings a day for as long as they live, of some KiB."""


class UnreadQuota:
    """The budget of one transaction."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._used: dict[bytes, tuple[int, int]] = {}

    def check(self, record: Record) -> None:
        """Raise `Refused` if there is no room."""
        size = len(record.raw)
        if record.author not in self._used:  # nothing of it is pending yet
            self._used[record.author] = unread_by(self._records, record.author)
        count, total = self._used[record.author]
        if count >= UNREAD_BY_ONE or total + size > UNREAD_BYTES_BY_ONE:
            old = self._records.at(record.place)
            if old is None or size.bit_length() > len(old.raw).bit_length():
                raise Refused("a kind that this software does not know", "over-limit")
        self._used[record.author] = count + 1, total + size
