"""The directory by its columns, in memory: counting what thousands of entries have in common.

For each value of a filter the entries that have it: many as the bits of one number, few as a list.
What fulfils several filters is then `&`, and how many of these have a value is `bit_count`:
microseconds, where counting rows takes a quarter of a second for 100,000 entries.

A picture of one moment. Values are looked at from the most frequent one on, and no further than
they could still be among those asked for, so the counts are exact.
"""

from array import array
from collections.abc import Callable, Iterable
from functools import reduce
from heapq import heappush, heapreplace
from operator import or_
from typing import Any, NamedTuple, TypeAlias

from node.store.directory import OF_ROWS
from node.store.filters import Filters, spellings

SPARSE = 32
"""Bits of one position in a list: a value that fewer entries have takes less room as a list."""

Ask: TypeAlias = Callable[..., list[Any]]
"""Rows for SQL and values."""

Where: TypeAlias = "int | array[int]"
"""Entries by their positions: bits, or a list."""


class Value(NamedTuple):
    """How many entries have a value, and which."""

    entries: int
    value: Any
    where: Where


class Columns:
    """All entries that were live at `now`, as `ask` tells them: `Database.all`, or the same from
    another thread. `best_of`: what filters may name (`Filters`), if anything.
    """

    def __init__(self, ask: Ask, now: int, best_of: int | None = None) -> None:
        live = ask("select no from directory where expires > ? order by no", (now,))
        self._position = {no: position for position, (no,) in enumerate(live)}
        self.size = len(live)
        self._all = (1 << self.size) - 1
        self._columns: dict[str, list[Value]] = {}
        for what, column in (("audience", "audience"), *OF_ROWS.items()):
            self._keep(
                what,
                ask(
                    f"select {column}, group_concat(no) from directory"
                    f" where {column} is not null group by {column}"
                ),
            )
        for what in ("topic", "language"):
            self._keep(
                what,
                ask(
                    "select value, group_concat(no) from directory_tags"
                    " where what = ? group by value",
                    (what,),
                ),
            )
        self._best_of, self._best = best_of, self._all
        if best_of is not None:
            where, values = Filters(now, best_of=best_of).sql()
            best = ask(f"select d.no from directory d where {where}", values)
            known = (self._position.get(no) for (no,) in best)
            self._best = self._bits(one for one in known if one is not None)
        self._found = {
            (what, one.value): one.where for what, some in self._columns.items() for one in some
        }

    def _keep(self, what: str, rows: Iterable[tuple[Any, str]]) -> None:
        values = []
        for value, numbers in rows:
            known = map(self._position.get, map(int, numbers.split(",")))
            positions = array("I", [one for one in known if one is not None])
            dense = len(positions) * SPARSE > self.size
            where = self._bits(positions) if dense else positions
            values.append(Value(len(positions), value, where))
        values.sort(key=lambda one: -one.entries)
        self._columns[what] = values

    def _bits(self, positions: Iterable[int]) -> int:
        octets = bytearray(self.size // 8 + 1)
        for one in positions:
            octets[one >> 3] |= 1 << (one & 7)
        return int.from_bytes(octets, "little")

    def matching(self, filters: Filters) -> int:
        """The entries that fulfil the filters, as bits. Authors are not looked at."""
        found = self._all
        takes = None if filters.takes_members is None else int(filters.takes_members)
        for what, wanted in (
            ("topic", filters.topic and spellings(filters.topic)),
            ("region", filters.region and spellings(filters.region)),
            ("language", filters.language and spellings(filters.language)),
            ("takes", None if takes is None else (takes,)),
            ("form", filters.form and (filters.form,)),
            ("audience", filters.audiences),
        ):
            if wanted is not None:
                found &= self._having_any(what, wanted)
        left_out = map(self._position.get, filters.without)
        found &= ~self._bits(one for one in left_out if one is not None)
        if filters.best_of is None:
            return found
        assert filters.best_of == self._best_of  # noqa: S101 - it was read for this viewer
        return found & self._best

    def _having_any(self, what: str, values: Iterable[Any]) -> int:
        return reduce(or_, (self._having(what, value) for value in values), 0)

    def _having(self, what: str, value: Any) -> int:
        where = self._found.get((what, value), 0)
        return where if isinstance(where, int) else self._bits(where)

    def counts(self, what: str, matching: int, limit: int) -> list[tuple[Any, int]]:
        """The most frequent values among some entries: of topic, language, or one of `OF_ROWS`."""
        octets = matching.to_bytes(self.size // 8 + 1, "little")
        found: list[tuple[Any, int]] = []
        most: list[int] = []
        for value in self._columns[what]:
            if len(most) == limit and value.entries < most[0]:
                break
            n = _common(value.where, matching, octets)
            if n:
                found.append((value.value, n))
                if len(most) < limit:
                    heappush(most, n)
                elif n > most[0]:
                    heapreplace(most, n)
        found.sort(key=lambda row: (-row[1], row[0]))
        return found[:limit]


def _common(where: Where, matching: int, octets: bytes) -> int:
    if isinstance(where, int):
        return (where & matching).bit_count()
    return sum(octets[one >> 3] >> (one & 7) & 1 for one in where)
