"""The store as a session reads it (`sync.shelf.Shelf`)."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary, proxy

from node.base.tuning import uncollected
from node.store.core import Core
from node.store.records import Row
from protocol.audience import Audience
from protocol.control_state import Standing, Ties
from protocol.ids import to_name
from protocol.kinds import CONTROL
from sync.catalogue import Catalogue
from sync.frames import SALT_BYTES
from sync.index import Kept
from sync.shelf import Header

KEPT = 64
"""Peers whose sets are kept: 20 KB for each set of each, and more while a session lasts."""

AT_ONCE = 2_500
"""Rows of the store that are taken into the catalogue at a time: 6 ms, 1 MB."""

KEPT_SECONDS = 86_400
"""After that another key: what collided under the old one does so no more."""


def endings(core: Core, peer: Iterable[bytes], now: int) -> list[Header]:
    """Headers of records that ended memberships of this node's identities, or of the peer's.

    Told before anything else: until the other side knows of it, it names and sends what a former
    member must not have any more (docs/protocol.md §6.4).
    """
    found: list[Header] = []
    for one in {*core.own, *peer}:
        for network in core.ties.connected(one, now):
            if core.ties.standing(network, one, now) in (Standing.LEFT, Standing.EXPELLED):
                audience = Audience.network(network)
                found += core.records.headers(now, ["membership"], audience, one)
                found += core.records.headers(
                    now, ["admission"], audience, network, names=(to_name(one),)
                )
    return found


class Shelves:
    """Shared by the sessions of one node: the catalogue, and the salt and index of each peer."""

    def __init__(self, core: Core) -> None:
        self.core = proxy(core)
        self._catalogue = Catalogue()
        self._last = 0
        self._kept: dict[bytes, tuple[int, Kept]] = {}

    def catalogue(self, now: int) -> Catalogue:
        """All that is stored and has not expired. Brought up to date by what changed."""
        found = self._catalogue
        self.drop_deleted()
        while self._take_in_new(now):
            pass
        found.expire(now)
        found.tidy()
        return found

    async def read_ahead(self) -> None:
        """Fill the catalogue before a peer has to wait for it; others have their turn meanwhile."""
        more = True
        while more:
            self.drop_deleted()
            with uncollected():  # all of it stays
                more = self._take_in_new(self.core.clock())
            await asyncio.sleep(0)

    def drop_deleted(self) -> None:
        """Leave out what was deleted since."""
        for no in self.core.records.deleted:
            self._catalogue.drop(no)
        self.core.records.deleted.clear()

    def _take_in_new(self, now: int) -> bool:
        """A part of what is new; whether there may be more."""
        records = self.core.records
        last = records.last()
        if last <= self._last:
            return False
        rows = records.rows(now, self._last, AT_ONCE)
        self._put(rows)
        self._last = rows[-1][7] if len(rows) == AT_ONCE else last  # which may have expired
        return len(rows) == AT_ONCE

    def _put(self, rows: Sequence[Row]) -> None:
        """As `Catalogue.put`, but that only one header of each group is made."""
        made, groups = [], dict[tuple[Any, ...], int]()
        for row in rows:
            author, audience, kind, name, epoch, expires, id_, no = row
            key = (author, audience, kind, epoch, name if kind in CONTROL else None)
            group = groups.get(key)
            if group is None:
                group = groups[key] = self._catalogue.group(self.core.records.header(row))
            made.append((no, group, expires, id_))
        self._catalogue.put_many(made)

    def lacking(self, ids: Iterable[bytes], now: int) -> list[bytes]:
        """Which of these records are not here."""
        found = self.catalogue(now)
        return [one for one in ids if one not in found]

    def kept(self, peer: bytes) -> Kept:
        """Salt and index of a peer; kept for a day, and for the peers that were here last."""
        now = self.core.clock()
        made, found = self._kept.pop(peer, (now, None))
        if found is None or not 0 <= now - made < KEPT_SECONDS:
            made, found = now, Kept(self.core.entropy(SALT_BYTES))
        self._kept[peer] = made, found
        if len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return found


_SHELVES: WeakKeyDictionary[Core, Shelves] = WeakKeyDictionary()


def shelves_of(core: Core) -> Shelves:
    """The one that all who read this core share: it alone hears what was deleted."""
    found = _SHELVES.get(core)
    if found is None:
        found = _SHELVES[core] = Shelves(core)
    return found


class NodeShelf:
    """Reads of one node's records."""

    def __init__(self, core: Core, shelves: Shelves) -> None:
        self.core, self._shelves = core, shelves

    @property
    def ties(self) -> Ties:
        """The control state as it is now."""
        return self.core.ties

    @property
    def own(self) -> frozenset[bytes]:
        """The identities of this node."""
        return self.core.own

    def catalogue(self, now: int) -> Catalogue:
        """All that this node has and that has not expired."""
        return self._shelves.catalogue(now)

    def kept(self, peer: bytes) -> Kept:
        """Salt and index of a peer, kept from session to session."""
        return self._shelves.kept(peer)

    def envelopes(self, refs: Sequence[int]) -> Sequence[bytes | None]:
        """One for each, None where it is gone."""
        return self.core.records.envelopes(refs)
