"""Which announced records to ask for, and of whom (docs/protocol.md §8.3).

In a network whose nodes are linked many times over, everybody hears of a new record from several
sides. Each is asked for once, of whoever announced it first; if that one does not deliver, of the
next. So a record crosses about as many links as there are nodes, and not as many as there are
links.

Rules:

1. Whatever is here is not asked for (`Shelves.lacking`), nor what came lately and was no news:
   known by then, or older than what is here.
2. Who was asked and is silent for `PATIENCE_SECONDS`, or hangs up, is passed over.
3. Who let this node wait `FAILED` times in a row is not waited for any more: the next one is asked
   at once. So some who announce everything first and send nothing keep nothing from a node, however
   many they are.
4. All of it is memory with a bound. What is forgotten, or never comes, is found by the next round.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

PATIENCE_SECONDS = 1.5
"""A record that is on its way is here by then; if not, it comes twice."""

REMEMBERED = 20_000
"""Ids of records that came lately: 3 MB. Forgetting one costs a duplicate."""

AWAITED = 50_000
"""Records asked for and not here yet."""

OTHERS = 256
"""Other links remembered for each record that they announced: as many as a node may have. With room
for fewer, links that announce and send nothing could fill it, and the record would be lost."""

FAILED = 8
"""Records that did not come, and none that came: more than one that was erased meanwhile."""

L = TypeVar("L", bound=Hashable)


@dataclass(slots=True)
class _Awaited(Generic[L]):
    link: L
    since: float
    others: list[L] = field(default_factory=list)


class Fetching(Generic[L]):
    """Of one node. `L` is a link, or whatever stands for one."""

    def __init__(self) -> None:
        self.awaited: dict[bytes, _Awaited[L]] = {}
        """By id: of whom a record was asked for, and who else has it."""
        self.known: dict[bytes, None] = {}
        """Records that came lately, the oldest first."""
        self.failed: dict[L, int] = {}
        """Links, and how often each let us wait since it last sent what it was asked for."""

    @property
    def idle(self) -> bool:
        """Whether no record is awaited."""
        return not self.awaited

    def announced(self, link: L, ids: Iterable[bytes], now: float) -> list[bytes]:
        """The ids to ask this link for at once."""
        asked = []
        for id_ in ids:
            if id_ in self.known:
                continue
            awaited = self.awaited.get(id_)
            if awaited is None:
                if len(self.awaited) < AWAITED:
                    self.awaited[id_] = _Awaited(link, now)
                asked.append(id_)
            elif link not in (awaited.link, *awaited.others):
                if self._fails(awaited.link) and not self._fails(link):
                    self.awaited[id_] = _Awaited(link, now, awaited.others)
                    asked.append(id_)
                elif len(awaited.others) < OTHERS:
                    awaited.others.append(link)
        return asked

    def came(self, link: L, ids: Iterable[bytes]) -> None:
        """A link sent these records: it is waited for again."""
        if any(awaited.link == link for id_ in ids if (awaited := self.awaited.get(id_))):
            self.failed.pop(link, None)

    def _fails(self, link: L) -> bool:
        return self.failed.get(link, 0) >= FAILED

    def refused(self, ids: Iterable[bytes]) -> None:
        """These were refused: nobody else is asked for them."""
        for id_ in ids:
            self.awaited.pop(id_, None)

    def stored(self, ids: Iterable[bytes]) -> None:
        """These are here now, or are no news, wherever they came from."""
        fresh = dict.fromkeys(ids)
        for id_ in fresh:
            self.awaited.pop(id_, None)
            self.known.pop(id_, None)
        self.known.update(fresh)
        over = len(self.known) - REMEMBERED
        if over > 0:  # the oldest, all at once: each look for the first one passes what is gone
            for id_ in list(islice(self.known, over)):
                del self.known[id_]

    def gone(self, link: L, now: float) -> dict[L, list[bytes]]:
        """A link is over; gives the ids to ask other links for."""
        self.failed.pop(link, None)
        for awaited in self.awaited.values():
            awaited.others = [one for one in awaited.others if one != link]
        return self._ask_others([i for i, one in self.awaited.items() if one.link == link], now)

    def late(self, now: float) -> dict[L, list[bytes]]:
        """Pass over links that did not send in time; gives the ids to ask other links for."""
        before = now - PATIENCE_SECONDS + 0.01
        for awaited in self.awaited.values():
            if awaited.since < before:
                self.failed[awaited.link] = self.failed.get(awaited.link, 0) + 1
        return self._ask_others([i for i, one in self.awaited.items() if one.since < before], now)

    def _ask_others(self, ids: Iterable[bytes], now: float) -> dict[L, list[bytes]]:
        asked: dict[L, list[bytes]] = {}
        for id_ in ids:
            awaited = self.awaited.pop(id_)
            if awaited.others:
                link = min(awaited.others, key=self._fails)  # of equals the first
                awaited.others.remove(link)
                self.awaited[id_] = _Awaited(link, now, awaited.others)
                asked.setdefault(link, []).append(id_)
        return asked
