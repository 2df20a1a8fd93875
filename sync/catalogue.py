"""Headers of all records of a node, in order of arrival, for all its sessions together (§8.4).

36 bytes for a record: the first 16 of its id, the store's number for it, when it expires, and its
*group*. Records of one group are all the same to the gate, so that it is asked once for a thousand
of them, and a set of 100,000 is built without a look at each header.

Rules:

1. The store's numbers rise for ever: a record is found by bisection.
2. What is gone is marked, and noted in order, so that an index finds what changed since it last
   looked. When half is gone, everything is written anew into new columns; indexes notice.
3. What expires leaves at the first look after that.

>>> from protocol.audience import PUBLIC
>>> from sync.header import Header
>>> header = Header(bytes(32), PUBLIC, "meeting", "a", None, 900, b"i" * 32, 7)
>>> catalogue = Catalogue()
>>> catalogue.put(header)
>>> catalogue.columns.refs[0], catalogue.columns.groups[0], catalogue.kinds[0].kind
(7, 0, 'meeting')
>>> catalogue.expire(900)
>>> list(catalogue.columns.alive), catalogue.columns.gone
([0], [0])
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from protocol.kinds import CONTROL
from sync.header import Header
from sync.sketch import ID_BYTES

NEVER = 2**63
"""When a group expires: what expires is each record."""

WORTH_WRITING_ANEW = 1_000
"""Fewer records that are gone don't matter."""

_Group = tuple[bytes, object, str, str | None, bytes | None]


class Columns:
    """Records by position. Positions stay until everything is written anew."""

    __slots__ = ("alive", "expires", "gone", "groups", "ids", "refs")

    def __init__(self) -> None:
        self.refs = array("Q")
        self.groups = array("I")
        self.expires = array("Q")
        self.ids = bytearray()
        self.alive = bytearray()
        self.gone: list[int] = []
        """Positions in the order in which their records went."""

    def id(self, position: int) -> bytes:
        """The 16 bytes of an id that count."""
        return bytes(self.ids[position * ID_BYTES : (position + 1) * ID_BYTES])

    def ids_at(self, positions: Iterable[int]) -> bytes:
        """Those of many, one after the other."""
        ids = self.ids
        return b"".join([ids[at * ID_BYTES : (at + 1) * ID_BYTES] for at in positions])

    def find(self, ref: int) -> int | None:
        """Where a record stands; None if it does not."""
        at = bisect_left(self.refs, ref)
        found = at < len(self.refs) and self.refs[at] == ref and self.alive[at]
        return at if found else None


class Catalogue:
    """The columns, and what the groups are."""

    def __init__(self) -> None:
        self.columns = Columns()
        self.kinds: list[Header] = []
        """One header for each group, which stands for all; it never expires."""
        self._numbers: dict[_Group, int] = {}
        self._next = NEVER
        self._ids: set[bytes] | None = None

    def __contains__(self, record_id: bytes) -> bool:
        """Whether a record is here. The first question costs 80 bytes for each record."""
        columns = self.columns
        if self._ids is None:
            self._ids = {columns.id(at) for at, one in enumerate(columns.alive) if one}
        return record_id[:ID_BYTES] in self._ids

    def put(self, header: Header) -> None:
        """A record was stored, with a higher number than all before."""
        self.put_many([(header.ref, self.group(header), header.expires, header.id)])

    def put_many(self, rows: Sequence[tuple[int, int, int, bytes]]) -> None:
        """Records were stored: (number, group, when it expires, id), numbers ascending."""
        if not rows:
            return
        columns = self.columns
        refs, groups, expires, ids = zip(*rows, strict=True)
        shorts = [one[:ID_BYTES] for one in ids]
        columns.refs.extend(refs)
        columns.groups.extend(groups)
        columns.expires.extend(expires)
        columns.ids += b"".join(shorts)
        columns.alive += bytes([1]) * len(rows)
        self._next = min(self._next, *expires)
        if self._ids is not None:
            self._ids.update(shorts)

    def drop(self, ref: int) -> None:
        """A record is gone; one that is not here is passed over."""
        position = self.columns.find(ref)
        if position is not None:
            self._mark_gone(position)

    def expire(self, now: int) -> None:
        """Leave out what has expired."""
        if now < self._next:
            return
        columns, soonest = self.columns, NEVER
        for position, expires in enumerate(columns.expires):
            if columns.alive[position]:
                if expires <= now:
                    self._mark_gone(position)
                elif expires < soonest:
                    soonest = expires
        self._next = soonest

    def tidy(self) -> None:
        """Write everything anew if half of it is gone."""
        old = self.columns
        if len(old.gone) < max(WORTH_WRITING_ANEW, len(old.refs) // 2):
            return
        stay = [at for at, one in enumerate(old.alive) if one]
        columns = self.columns = Columns()
        columns.refs.extend(old.refs[at] for at in stay)
        columns.expires.extend(old.expires[at] for at in stay)
        columns.ids += old.ids_at(stay)
        columns.alive += bytes([1]) * len(stay)
        kinds, self.kinds, self._numbers = self.kinds, [], {}
        columns.groups.extend(self.group(kinds[old.groups[at]]) for at in stay)

    def _mark_gone(self, position: int) -> None:
        self.columns.alive[position] = 0
        self.columns.gone.append(position)
        if self._ids is not None:
            self._ids.discard(self.columns.id(position))

    def group(self, header: Header) -> int:
        """The number of the group of this record and its like."""
        # The gate looks at the name of a control record only, and into none but an admission's.
        name = header.name if header.kind in CONTROL else None
        key = (header.author, header.audience, header.kind, name, header.epoch)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.kinds)
            self.kinds.append(header._replace(expires=NEVER))
        return number
