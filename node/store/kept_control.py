"""Control records kept packed, so that a start takes in parts of them and not each again.

Rules:

1. Records are numbered for ever (`node.store.records`). A *part* is `SPAN` numbers on end; it is
   packed when all of them were given, by and by. What is in no part is read from the records.
2. A part goes in the transaction in which one of its control records goes: the database sees to
   that, whoever deletes. So there is nothing in a part that is in no record, erased things least of
   all, and a process that was killed leaves at worst a part less.
3. A part counts only if its seal fits: one that was damaged, or packed by software that packs
   otherwise or knows other kinds, is as good as none, and is packed anew.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from crypto.hashing import digest, keyed
from node.store.database import Database
from protocol.control_state import Ties
from protocol.encoding import encode
from protocol.kinds import CONTROL
from protocol.packed import VERSION, pack, tables, take_in, unpack
from protocol.record import Record, reread

SPAN = 256
"""Numbers of a part: some 50 KB that are written anew after one of its records was replaced. The
database's own rule (`node.store.schema`) counts on it."""

AT_ONCE = 5_000
"""Records that are taken in together where no part has them: some MiB."""

SEAL_BYTES = 16

SOFTWARE = digest(encode([VERSION, SPAN, sorted(CONTROL)]))
_KINDS = ", ".join(f"'{name}'" for name in sorted(CONTROL))
_READ = (
    "select envelope from records not indexed"
    f" where no between ? and ? and kind in ({_KINDS}) order by no"
)


def records_between(database: Database, first: int, last: int) -> Iterator[Record]:
    """The control records with these numbers, hidden ones too, in their order."""
    # By number: the index of places would go through all of these kinds.
    return (reread(envelope) for (envelope,) in database.conn.execute(_READ, (first, last)))


class KeptControl:
    """The parts of one store."""

    def __init__(self, database: Database) -> None:
        self.db = database
        self._useless: set[int] = set()
        """Parts whose seal did not fit."""

    def take_in(self, ties: Ties, last: int) -> None:
        """Take in all control records up to a number, into ties that have none of them yet."""
        gap = 0
        for part, body in self.believed():
            self._read(ties, gap, part * SPAN - 1)
            take_in(ties, unpack(body))
            gap = (part + 1) * SPAN
        self._read(ties, gap, last)

    def believed(self) -> Iterator[tuple[int, bytes]]:
        """The parts whose seal fits, in order."""
        self._useless.clear()
        for part, seal, body in self.db.conn.execute(
            "select part, seal, body from kept_control order by part"
        ):
            if seal == _seal(part, body):
                yield part, body
            else:
                self._useless.add(part)

    def _read(self, ties: Ties, first: int, last: int) -> None:
        if first <= last:
            for some in _batched(records_between(self.db, first, last)):
                take_in(ties, tables(some))

    def missing(self, last: int) -> list[int]:
        """The parts that could be packed and are not, where the last number given is `last`."""
        kept = {part for (part,) in self.db.all("select part from kept_control")} - self._useless
        return [part for part in range((last + 1) // SPAN) if part not in kept]

    def keep(self, part: int) -> None:
        """Pack a part. Inside a transaction."""
        body = pack(records_between(self.db, part * SPAN, (part + 1) * SPAN - 1))
        self.db.run(
            "insert or replace into kept_control values (?, ?, ?)", (part, _seal(part, body), body)
        )
        self._useless.discard(part)


def _seal(part: int, body: bytes) -> bytes:
    return keyed(SOFTWARE + part.to_bytes(8), body, SEAL_BYTES)


def _batched(records: Iterable[Record]) -> Iterator[list[Record]]:
    rest = iter(records)
    while some := list(islice(rest, AT_ONCE)):
        yield some
