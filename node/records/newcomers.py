"""Identities that a peer brings, and how many nobody has asked for (docs/protocol.md §6.5).

Rules:

1. *Introducer* of a chain is who was proven first in the session, or wrote the bundle, by which it
   came. What a person does on this machine has none, and no bounds.
2. Whom something here names, by somebody else (`protocol.references`), is let in, always; so is
   the introducer itself.
3. Of others, *strangers*, one introducer brings so many, and so many bytes. More is refused before
   its chain is looked at. Where all together are too many, the oldest go of who brought most.
4. A stranger that said nothing itself lies apart, and in nobody's memory (`node.store.strangers`).
   It is brought in when it is needed, and stays once it is named.

A refused chain is offered again in the next round: if it is named by then it comes in.
"""

from collections.abc import Callable, Collection, Iterable

from node.store.core import Core
from node.store.strangers import Chain, Usage
from protocol.errors import Refused
from protocol.identity import Identity
from protocol.record import Record
from protocol.references import References

STRANGERS_BY_ONE = Usage(4_096, 2 * 2**20)
"""Of one introducer: as many as members of a large network that are told of before the network's
answers to them are, at twice their usual size. The rest of a larger one comes a round later."""

STRANGERS = Usage(32_768, 16 * 2**20)
"""Of all: eight such networks at once. They are on the disk for a day."""

GO_AT_ONCE = 256
"""The oldest that make room for new ones."""


Put = Callable[[Iterable[Record]], None]


class Newcomers:
    """Those of one transaction; `introducer` None: a person."""

    def __init__(self, core: Core, proven: frozenset[bytes], introducer: bytes | None) -> None:
        self.core, self.ties, self.now = core, core.ties, core.clock()
        self._proven, self._introducer = proven, introducer
        self._used: Usage | None = None
        self._all = Usage(0, 0)
        self._references: References | None = None
        self._kept: dict[bytes, list[Record]] = {}
        self._answered: set[bytes] = set()

    def is_known(self, record: Record) -> bool:
        """Whether this very `identity` record is here already."""
        return self.ties.stands(record, record.id) or self.core.strangers.holds(record)

    def check_room(self, record: Record) -> None:
        """Raise `Refused` if its introducer brought enough strangers. No chain is looked at."""
        if not self._is_strange(record.author):
            return
        size, used = len(record.raw), self._usage()
        if _is_over(used, size, STRANGERS_BY_ONE):
            raise Refused("identities that nothing refers to", "over-limit")
        while _is_over(self._all, size, STRANGERS):
            self._make_room()
        self._used = Usage(used.chains + 1, used.size + size)
        self._all = Usage(self._all.chains + 1, self._all.size + size)

    def keep(self, record: Record) -> bool:
        """Whether a chain that was found good is for `settle`, and not for the records yet."""
        if not self._is_strange(record.author):
            return False
        self._kept.setdefault(record.author, []).append(record)
        return True

    def drop(self, author: bytes, names: Collection[str]) -> None:
        """Chains that count no more."""
        for name in names:
            self.core.strangers.delete(author, name)
        if names and author in self._kept:
            self._kept[author] = [one for one in self._kept[author] if one.name not in names]

    def answered(self, member: bytes) -> None:
        """A network named it."""
        self._answered.add(member)

    def settle(self, put: Put) -> None:
        """Decide who stays and who lies apart. `put` writes chains to the records."""
        aside, is_there = self.ties.aside, self.core.strangers.are_there
        if not (self._kept or aside.brought) and not (self._answered and is_there()):
            return
        some = dict.fromkeys((*self._kept, *aside.brought, *self._answered))
        while some:
            aside.brought = set()
            said = self.core.records.have_any(some)
            networks = [one for one in some if self._is_network(one)]
            if networks:  # whom a stranger names is a stranger, too
                self._settle(networks, said, put)
            self._settle([one for one in some if one not in networks], said, put)
            some, aside.brought = dict.fromkeys(aside.brought - some.keys()), set()

    def _settle(self, some: Iterable[bytes], said: set[bytes], put: Put) -> None:
        references, strangers = References(self.ties, self.now), self.core.strangers
        rows: list[Chain] = []
        for one in some:
            kept = self._kept.pop(one, [])
            if one in references and one in self.ties.identities:  # in memory from now on
                put([*strangers.records(one), *kept])
                strangers.delete(one)
                self._fetch_signers(one)
            elif one in said or one in self._proven:
                put([*strangers.records(one), *kept])
                strangers.moved(one)
                rows += self._rows(kept, apart=False)
            else:
                rows += self._rows(kept, apart=True)
                self.ties.set_aside(one)
        strangers.put(rows)

    def _is_network(self, one: bytes) -> bool:
        identities = self.ties.identities
        return identities.is_near(one) and identities[one].type == "network"

    def _fetch_signers(self, network: bytes) -> None:
        """Whom a chain that stays refers to stays."""
        chain: Identity | None = self.ties.identities.get(network)
        for one in chain.signers if chain is not None else ():
            self.ties.identities.get(one)

    def _rows(self, records: Iterable[Record], apart: bool) -> list[Chain]:
        by = self._introducer or b""
        return [
            Chain(
                one.author,
                one.name,
                by,
                len(one.raw),
                self.now,
                one.issued,
                one.raw if apart else None,
            )
            for one in records
        ]

    def _is_strange(self, author: bytes) -> bool:
        if self._introducer is None or author == self._introducer:
            return False
        if self._references is None:
            self._references = References(self.ties, self.now)
        return author not in self._references

    def _usage(self) -> Usage:
        if self._used is None:
            self._used = self.core.strangers.usage(self._introducer)
            self._all = self.core.strangers.usage()
        return self._used

    def _make_room(self) -> None:
        strangers, most = self.core.strangers, self.core.strangers.largest()
        if most == self._introducer or not strangers.drop_oldest(most, GO_AT_ONCE):
            raise Refused("identities that nothing refers to", "over-limit")
        pending = [record for records in self._kept.values() for record in records]
        self._all = strangers.usage()
        self._all = Usage(
            self._all.chains + len(pending), self._all.size + sum(len(one.raw) for one in pending)
        )


def _is_over(used: Usage, size: int, bound: Usage) -> bool:
    return used.chains + 1 > bound.chains or used.size + size > bound.size
