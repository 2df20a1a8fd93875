"""Identities that nothing refers to: kept apart, counted, and forgotten (docs/protocol.md §6.5).

Anybody can make identities. The chain of one that nobody else names lies here and not among the
records: no start reads it, no session compares it, and it takes no memory. Once it has said
something itself its chain is with the records; it is counted here until somebody else names it.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from node.store.database import Database
from node.store.records import Records
from protocol.control_state import Ties
from protocol.identity import Identity
from protocol.record import Record, reread


class Chain(NamedTuple):
    """A row. `at`: when it came; `envelope`: None where it is with the records."""

    author: bytes
    name: str
    introducer: bytes
    size: int
    at: int
    issued: int
    envelope: bytes | None


class Usage(NamedTuple):
    """How many chains, and how many bytes."""

    chains: int
    size: int


class Strangers:
    """The table. All writing happens inside `Database.writing`."""

    def __init__(self, database: Database) -> None:
        self.db = database
        self._apart: set[bytes] | None = None
        """Whose chains lie here: most who are asked for do not."""

    def forget(self) -> None:
        """After a rollback what was noted may not be so."""
        self._apart = None

    @property
    def apart(self) -> set[bytes]:
        """Whose chains lie here."""
        if self._apart is None:
            sql = "select distinct author from strangers where envelope is not null"
            self._apart = {author for (author,) in self.db.all(sql)}
        return self._apart

    def chains(self, author: bytes) -> list[tuple[Identity, int]]:
        """The chains of an identity that lie here, each with when its record was issued."""
        return [
            (Identity.reread((one.content or {})["links"]), one.issued)
            for one in self.records(author)
        ]

    def records(self, author: bytes) -> list[Record]:
        """The `identity` records of an identity that lie here."""
        if author not in self.apart:
            return []
        sql = "select envelope from strangers where author = ? and envelope is not null"
        return [reread(envelope) for (envelope,) in self.db.all(sql, (author,))]

    def holds(self, record: Record) -> bool:
        """Whether this very record lies here."""
        if record.author not in self.apart:
            return False
        sql = "select 1 from strangers where author = ? and name = ? and envelope = ?"
        return self.db.one(sql, (record.author, record.name, record.raw)) is not None

    def counts(self, author: bytes) -> bool:
        """Whether an identity is counted."""
        return self.db.one("select 1 from strangers where author = ?", (author,)) is not None

    def are_there(self) -> bool:
        """Whether there is any."""
        return self.db.one("select 1 from strangers limit 1") is not None

    def usage(self, introducer: bytes | None = None) -> Usage:
        """Of what one brought; None: of all."""
        where, values = ("", ()) if introducer is None else (" where introducer = ?", (introducer,))
        sql = f"select count(*), coalesce(sum(size), 0) from strangers{where}"
        return Usage(*self.db.one(sql, values))

    def largest(self) -> bytes:
        """Who brought the most bytes."""
        sql = "select introducer from strangers group by introducer order by sum(size) desc limit 1"
        return bytes(self.db.one(sql)[0])

    def put(self, chains: Iterable[Chain]) -> None:
        """Count chains, and keep those that have an envelope."""
        rows, marks = list(chains), "?, ?, ?, ?, ?, ?, ?"
        self.apart.update(one.author for one in rows if one.envelope is not None)
        self.db.many(f"insert or replace into strangers values ({marks})", rows)

    def moved(self, author: bytes) -> None:
        """The chains of an identity are with the records now. They are counted on."""
        if author in self.apart:
            self.db.run("update strangers set envelope = null where author = ?", (author,))
            self.apart.discard(author)

    def delete(self, author: bytes, name: str | None = None) -> None:
        """Neither keep nor count an identity any more, or one of its chains."""
        more, values = ("", (author,)) if name is None else (" and name = ?", (author, name))
        self.db.run(f"delete from strangers where author = ?{more}", values)
        if name is None:
            self.apart.discard(author)

    def drop_oldest(self, introducer: bytes, some: int) -> int:
        """Forget the oldest that lie here of those that one brought; gives how many."""
        self.forget()
        return self.db.run(
            "delete from strangers where rowid in (select rowid from strangers"
            " where introducer = ? and envelope is not null order by at, rowid limit ?)",
            (introducer, some),
        )

    def sweep(self, before: int, is_needed: Callable[[bytes], bool]) -> int:
        """Forget what came `before` and nobody needs, and what is no more; gives how many.

        Whoever is needed is not counted any more if its chains are with the records.
        """
        gone = self.db.run(
            "delete from strangers where envelope is null and not exists (select 1 from records"
            " where kind = 'identity' and author ="
            " (select no from identities where id = strangers.author))"
        )
        rows = self.db.all("select author, at, envelope is null from strangers")
        for author, at, elsewhere in rows:
            if is_needed(author):
                if elsewhere:
                    self.delete(author)
            elif at < before and not elsewhere:
                self.delete(author)
                gone += 1
        return gone


_ALONE = (
    "select no, author from records r where kind = 'identity' and expires > ? and no <= ? and"
    " not exists (select 1 from records where author = r.author and kind <> 'identity')"
)
"""Most have said something: the index tells, and nobody has to look at their ties."""


def forget_unlisted(records: Records, ties: Ties, now: int, before: int) -> int:
    """Remove identities, stored up to number `before`, that nothing refers to; gives how many."""
    alone = [(no, records.identities.thing(by)) for no, by in records.db.all(_ALONE, (now, before))]
    if not alone:
        return 0
    needed = {one for chain in ties.identities.values() for one in chain.signers}
    needed |= _named_by_own(ties)
    gone = [
        no
        for no, author in alone
        if author not in needed and not ties.accepts_public_from(author, now)
    ]
    records.delete(gone)
    return len(gone)


def _named_by_own(ties: Ties) -> set[bytes]:
    """Whom one's own word names, run out or not: it can be given again (§4.5)."""
    own = ties.own
    found = {peer for (one, peer), half in ties.peerings.items() if one in own and half.content}
    for network, roster in ties.rosters.items():
        for member, bond in roster.items():
            if network in own and bond.answered and bond.answered.content:
                found.add(member)
            if member in own and bond.membership and bond.membership.content:
                found.add(network)
    return found
