"""Control records in columns, so that a start takes in many at once.

Rules:

1. What is packed was checked before it was stored, and is never sent: this is no part of the
   protocol, and `unpack` checks nothing. Whoever keeps it answers for its bytes.
2. A column holds what stands in the records: ids, numbers, times, and bodies as they were signed.
   Nothing that our classes make of them is packed, so these may change from version to version.
3. Groups of which a record shows no more than the first link stand apart: it can be taken in
   without decoding it, and most groups are such.

>>> pack([])
b'\\x90'
>>> unpack(pack([]))
[]
"""

from collections.abc import Iterable, Iterator
from functools import partial
from sys import intern
from typing import Any, NamedTuple

import msgpack

from protocol.audience import Audience
from protocol.control_state import Noted, Ties
from protocol.encoding import encode, load
from protocol.identity import Identity
from protocol.ids import to_name
from protocol.kind import Seq, State, Statement
from protocol.kinds import KINDS
from protocol.membership import Half
from protocol.record import Record
from protocol.succession import Succession

VERSION = 1
"""Another one whenever `pack` gives other bytes for the same records."""

_seq: partial[Seq] = partial(tuple.__new__, Seq)
_half: partial[Half] = partial(tuple.__new__, Half)


class Table(NamedTuple):
    """Records of one kind; each column has a value for each of them. `first_links`: rule 3."""

    kind: str
    first_links: bool
    authors: tuple[bytes, ...]
    audiences: tuple[Audience, ...]
    names: tuple[str, ...]
    seqs: tuple[Seq, ...]
    ids: tuple[bytes, ...]
    issued: tuple[int, ...]
    expires: tuple[int, ...]
    epochs: tuple[bytes | None, ...]
    bodies: tuple[bytes | None, ...]

    def newest(self) -> Iterator[tuple[Noted, tuple[Seq, bytes]]]:
        """Kind, author, audience and name of each; its `seq` and id."""
        kinds = (self.kind,) * len(self.ids)
        places = zip(kinds, self.authors, self.audiences, self.names, strict=True)
        return zip(places, zip(self.seqs, self.ids, strict=True), strict=True)

    def contents(self) -> Iterator[dict[str, Any] | None]:
        """What each says."""
        return (None if body is None else load(body) for body in self.bodies)

    def halves(self) -> Iterator[tuple[bytes, Audience, str, Half]]:
        """Author, audience and name of each, and what it says as `Half.of` has it."""
        none = (None,) * len(self.ids)
        rows = zip(self.contents(), self.epochs, self.issued, self.expires, none, strict=True)
        return zip(self.authors, self.audiences, self.names, map(_half, rows), strict=True)

    def chains(self) -> list[Identity]:
        """The chains that first links are."""
        return list(map(Identity.introduced, self.authors, self.bodies))

    def statements(self) -> Iterator[Statement]:
        """One by one."""
        for content, *row in zip(self.contents(), *self[2:], strict=True):
            one = Statement()
            one.kind, one.content = self.kind, content
            one.author, one.audience, one.name, one.seq, _id = row[:5]
            one.issued, one.expires, one.epoch, one.body = row[5:]
            yield one


def tables(records: Iterable[Record]) -> list[Table]:
    """Control records, by kind."""
    rows: dict[tuple[str, bool], list[tuple[Any, ...]]] = {}
    for one in records:
        values = (one.author, one.audience, one.name, one.seq, one.id)
        rest = (one.issued, one.expires, one.epoch, one.body)
        rows.setdefault((one.kind, _is_first_link(one)), []).append((*values, *rest))
    return [Table(*which, *zip(*some, strict=True)) for which, some in rows.items()]


def _is_first_link(record: Record) -> bool:
    if KINDS[record.kind].state is not State.CHAINS or record.content is None:
        return False
    chain = Identity.reread(record.content["links"])
    return chain.is_first and chain.type == "group" and record.name == to_name(chain.id)


def pack(records: Iterable[Record]) -> bytes:
    """The bytes of some control records."""
    return encode([_columns(*one) for one in tables(records)])


def unpack(raw: bytes) -> list[Table]:
    """The tables that `pack` made. Of its bytes, not of others: nothing is checked."""
    return [_read(*one) for one in msgpack.unpackb(raw, use_list=False)]


def _columns(
    kind: str, first_links: bool, authors: Any, audiences: Any, names: Any, seqs: Any, *rest: Any
) -> list[Any]:
    """Each audience once, as there are few, and `seq` as three columns."""
    different = list(dict.fromkeys(audiences))
    places = {one: at for at, one in enumerate(different)}
    which = [places[one] for one in audiences]
    arrays = [one.array() for one in different]
    return [kind, first_links, authors, arrays, which, names, *zip(*seqs, strict=True), *rest]


def _read(
    kind: str, first_links: bool, authors: Any, arrays: Any, which: Any, names: Any, *rest: Any
) -> Table:
    different = [Audience.parse(list(one)) for one in arrays]
    seqs = tuple(map(_seq, zip(*rest[:3], strict=True)))
    audiences = tuple(map(different.__getitem__, which))
    # Many are the names of groups, which occur again and again: each is kept once.
    shared = tuple(map(intern, names))
    return Table(kind, first_links, authors, audiences, shared, seqs, *rest[3:])


def take_in(ties: Ties, some: Iterable[Table]) -> None:
    """As `note` and `apply` of all, where no two have one place and none was taken in before.

    Several times as quick: a start goes through all that a node holds.
    """
    for table in some:
        ties.note_all(table.newest())
        state = KINDS[table.kind].state
        if table.first_links:
            _introduce(ties, table)
        elif state is State.MEMBERSHIPS:
            for member, audience, _name, half in table.halves():
                ties.joined(audience.ids[0], member, half)
        elif state is State.ADMISSIONS:
            for _author, audience, name, half in table.halves():
                ties.answered(audience.ids[0], bytes.fromhex(name), half)
        elif state is State.ENDPOINTS:
            for author, audience, name, half in table.halves():
                ties.found_at(author, audience, name, half)
        else:
            for statement in table.statements():
                ties.apply(statement)


def _introduce(ties: Ties, table: Table) -> None:
    chains = table.chains()
    # Whose chain is known, or what depends on keys: the usual way.
    if ties.certificates.cases or not ties.successions.keys().isdisjoint(table.authors):
        for chain, issued in zip(chains, table.issued, strict=True):
            ties.introduce(chain, issued)
        return
    for chain in chains:
        ties.successions[chain.id] = Succession(chain, (chain,))
        ties.identities[chain.id] = chain
    ties.shown.update(zip(table.authors, table.issued, strict=True))
