"""Departures: who has to confirm that what was ours in a network is deleted (protocol.md §6.4)."""

from collections.abc import Iterable
from typing import NamedTuple

from node.store.database import Database


class Witness(NamedTuple):
    """Who must confirm a departure, and when it did."""

    network: bytes
    member: bytes
    epoch: bytes
    at: int
    witness: bytes
    confirmed: int | None


class Departures:
    """The table of departures. All writing happens inside `Database.writing`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def expect(
        self, network: bytes, member: bytes, epoch: bytes, now: int, witnesses: Iterable[bytes]
    ) -> None:
        """Who has to confirm that what was `member`'s in `network` is deleted."""
        self.db.many(
            "insert into departures (network, member, epoch, at, witness)"
            " values (?, ?, ?, ?, ?) on conflict do nothing",
            [(network, member, epoch, now, witness) for witness in witnesses],
        )

    def confirm(self, epoch: bytes, witness: bytes, now: int) -> None:
        """A receipt came."""
        self.db.run(
            "update departures set confirmed = ?"
            " where epoch = ? and witness = ? and confirmed is null",
            (now, epoch, witness),
        )

    def has(self, network: bytes) -> bool:
        """Whether anything was expected of a network that was left."""
        found = self.db.one("select 1 from departures where network = ? limit 1", (network,))
        return found is not None

    def of(self, network: bytes) -> list[Witness]:
        """What was expected and came of one network, the oldest first."""
        rows = self.db.all(
            "select network, member, epoch, at, witness, confirmed from departures"
            " where network = ? order by at, witness",
            (network,),
        )
        return [Witness(*row) for row in rows]

    def all(self) -> list[Witness]:
        """All that was expected and came, the oldest first."""
        rows = self.db.all(
            "select network, member, epoch, at, witness, confirmed from departures"
            " order by at, witness"
        )
        return [Witness(*row) for row in rows]
