"""The sets of one pair of nodes, kept from session to session (docs/protocol.md §8.4).

Rules:

1. An index is brought up to date only when a stage begins (`refresh`). In between it does not
   move, whatever is stored: symbols that are asked for later fit those that were sent before.
2. Bringing it up to date costs what changed: some microseconds for each record that came or went;
   where ties changed, the gate is asked once for each group, and whole groups move.
3. What came since may be prepared, a part at a time (`prepare`): it is counted beside the sets and
   joins them at the next `refresh`, as long as ties are the same. So no stage needs to begin with
   a look at 100,000 records.
4. It never says what may be sent. The gate is asked again for each envelope (`sync.transfer`).
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import compress

from crypto.hashing import digest
from protocol.kinds import control_rank
from sync.catalogue import Catalogue
from sync.header import Header
from sync.sketch import LEVELS, MARKS, Item, SetKey, Sketch

KEPT_CELLS = LEVELS[1]
"""For some 170 differences: 20 KB for each set. More are made where they are asked for."""

LONGEST_KEPT = LEVELS[2]
"""Cells that outlive a session."""

SINGLY = 50
"""Up to here a record at a time is quicker than all at once."""

NameOf = Callable[[Header], bytes | None]
"""The set in which a header's record is exchanged."""


class Index:
    """Sets by name, under a key of this pair. `catalogue` may be shared by many."""

    def __init__(self, catalogue: Catalogue, key: bytes) -> None:
        self.catalogue, self.key = catalogue, SetKey(key)
        self.sets: dict[bytes, Sketch] = {}
        self._columns, self._kinds = catalogue.columns, catalogue.kinds
        self._basis: object = None
        self._names: list[bytes | None] = []
        self._at = self._gone_at = 0
        self._ahead: dict[bytes, Sketch] = {}
        self._ahead_at = 0

    def lacks(self, basis: object) -> int:
        """How many records `prepare` would look at."""
        if self._columns is not self.catalogue.columns or self._basis not in (None, basis):
            return 0
        return len(self._columns.refs) - max(self._at, self._ahead_at)

    def prepare(self, name_of: NameOf, basis: object, most: int) -> None:
        """Count what came since `refresh`, `most` records of it; the sets do not move."""
        if not self.lacks(basis):
            return
        self._basis = basis
        columns, names, kinds = self._columns, self._names, self._kinds
        start = max(self._at, self._ahead_at)
        end = min(start + most, len(columns.refs))
        here = bytearray(columns.alive[start:end])
        for position in columns.gone[self._gone_at :]:
            if start <= position < end:
                here[position - start] = 1  # `refresh` takes it out again
        last = max(columns.groups[start:end])
        names.extend(name_of(one) for one in kinds[len(names) : last + 1])
        for name, found in self._sorted(compress(range(start, end), here)).items():
            ahead = self._ahead.get(name)
            if ahead is None:
                ahead = self._ahead[name] = Sketch(self.key, KEPT_CELLS)
            ahead.add_many(columns.ids_at(found))
        self._ahead_at = end

    def refresh(self, name_of: NameOf, basis: object) -> None:
        """Take in what changed. `name_of` gives the same answers as long as `basis` is equal."""
        if self._columns is not self.catalogue.columns:
            self._columns, self._kinds = self.catalogue.columns, self.catalogue.kinds
            self.sets, self._names, self._at, self._gone_at = {}, [], 0, 0
            self._ahead, self._ahead_at = {}, 0
            self._basis = None
        self._take_in_prepared()
        self._take_in_gone()
        self._regroup(name_of, basis)
        self._take_in_new()

    def sketch(self, name: bytes) -> Sketch:
        """A set; empty if nothing is in it."""
        found = self.sets.get(name)
        if found is None:
            found = self.sets[name] = Sketch(self.key, KEPT_CELLS)
        return found

    def cells(self, name: bytes, start: int, end: int) -> list[int]:
        """Cells of a set."""
        sketch = self.sketch(name)
        sketch.grow(end, lambda: self.ids(self.positions(name)))
        return sketch.cells[start:end]

    def positions(self, name: bytes) -> list[int]:
        """Where the records of a set stand, as of the last `refresh`."""
        wanted = bytes(one == name for one in self._names)
        alive = bytearray(self._columns.alive[: self._at])
        for position in self._columns.gone[self._gone_at :]:
            if position < self._at:
                alive[position] = 1  # went since then
        groups = self._columns.groups[: self._at]
        return [at for at in compress(range(self._at), alive) if wanted[groups[at]]]

    def ids(self, positions: Iterable[int]) -> bytes:
        """The ids at these positions, 16 bytes each."""
        return self._columns.ids_at(positions)

    def refs(self, positions: Iterable[int]) -> list[int]:
        """The store's numbers of these, dependencies first as far as the kinds tell."""
        columns = self._columns
        ranks = [control_rank(one.kind) for one in self._kinds]
        needed = sorted(positions, key=lambda at: ranks[columns.groups[at]])
        return [columns.refs[at] for at in needed]

    def by_set(self, refs: Iterable[int]) -> dict[bytes, list[int]]:
        """Where these stand, by the set in which they are; what is in none is left out."""
        columns, names = self._columns, self._names
        found: dict[bytes, list[int]] = {}
        for at in {columns.find(ref) for ref in refs}:
            if at is not None and at < self._at:
                name = names[columns.groups[at]]
                if name is not None:
                    found.setdefault(name, []).append(at)
        return found

    def item(self, position: int) -> Item:
        """The item of the record at a position, under the set key."""
        return self.key.item(self._columns.id(position))

    def trim(self) -> None:
        """Keep no more cells than most sessions need."""
        for sketch in self.sets.values():
            del sketch.cells[LONGEST_KEPT:]

    # Bringing it up to date

    def _take_in_prepared(self) -> None:
        for name, ahead in self._ahead.items():
            self.sketch(name).join(ahead)
        self._at, self._ahead = max(self._at, self._ahead_at), {}

    def _take_in_gone(self) -> None:
        gone = self._columns.gone[self._gone_at :]
        self._gone_at += len(gone)
        self._move((at for at in gone if at < self._at), -1)

    def _regroup(self, name_of: NameOf, basis: object) -> None:
        kinds, before = self._kinds, self._names
        if basis == self._basis and self._basis is not None:
            before.extend(name_of(one) for one in kinds[len(before) :])
            return
        self._basis = basis
        names = [name_of(one) for one in kinds]
        moved = bytearray(len(names))
        for number, name in enumerate(before):
            moved[number] = name != names[number]
        if any(moved):
            columns = self._columns
            alive = compress(range(self._at), columns.alive[: self._at])
            positions = [at for at in alive if moved[columns.groups[at]]]
            self._move(positions, -1)
            self._names = names
            self._move(positions, 1)
        self._names = names

    def _take_in_new(self) -> None:
        start, self._at = self._at, len(self._columns.refs)
        self._move(compress(range(start, self._at), self._columns.alive[start:]), 1)

    def _move(self, positions: Iterable[int], sign: int) -> None:
        """Put records into their sets, or take them out."""
        for name, found in self._sorted(positions).items():
            sketch = self.sketch(name)
            if len(found) > SINGLY:
                ids = self._columns.ids_at(found)
                (sketch.add_many if sign > 0 else sketch.remove_many)(ids)
            else:
                for at in found:
                    (sketch.add if sign > 0 else sketch.remove)(self.item(at))

    def _sorted(self, positions: Iterable[int]) -> dict[bytes, list[int]]:
        found: dict[bytes, list[int]] = {}
        for at in positions:
            name = self._names[self._columns.groups[at]]
            if name is not None:
                found.setdefault(name, []).append(at)
        return found


class View:
    """One set as a stage sees it: without what the other side refused, under either key."""

    def __init__(self, index: Index, name: bytes, out: Iterable[int] = ()) -> None:
        """`out`: positions in this set that are left out."""
        self._index, self._name = index, name
        self._out = frozenset(out)
        self._key = index.key
        self._fresh: Sketch | None = None
        self._less = Sketch(index.key, KEPT_CELLS)
        if self._out:
            self._less.add_many(index.ids(self._out))

    @property
    def key(self) -> SetKey:
        """Under which short ids are made."""
        return self._key

    @property
    def is_fresh(self) -> bool:
        """Whether the kept key was given up for this stage."""
        return self._fresh is not None

    @property
    def count(self) -> int:
        """How many records."""
        if self._fresh is not None:
            return self._fresh.count
        return self._index.sketch(self._name).count - len(self._out)

    @property
    def total(self) -> int:
        """The sum of their marks, under the key in use: the digest."""
        if self._fresh is not None:
            return self._fresh.total
        return (self._index.sketch(self._name).total - self._less.total) % MARKS

    def freshen(self, key: bytes) -> None:
        """Use another key until the stage is over."""
        self._key = SetKey(key)
        self._fresh = Sketch(self._key, KEPT_CELLS)
        self._fresh.add_many(self._index.ids(self._positions()))

    def cells(self, start: int, end: int) -> list[int]:
        """Cells of the set."""
        if self._fresh is not None:
            self._fresh.grow(end, lambda: self._index.ids(self._positions()))
            return self._fresh.cells[start:end]
        cells = self._index.cells(self._name, start, end)
        if not self._out:
            return cells
        self._less.grow(end, lambda: self._index.ids(self._out))
        return [cell - less for cell, less in zip(cells, self._less.cells[start:end], strict=True)]

    def refs(self, positions: Iterable[int]) -> list[int]:
        """The store's numbers of records of this set, in the order in which to send them."""
        return self._index.refs(positions)

    def shorts(self) -> tuple[int, ...]:
        """All short ids."""
        return self._key.shorts(self._index.ids(self._positions()))

    def split(self, theirs: Iterable[int]) -> tuple[list[int], list[int]]:
        """(positions of what is not among `theirs`, what of `theirs` is not here)."""
        lacking = dict.fromkeys(theirs)
        positions = self._positions()
        if not lacking:
            return positions, []
        giving = []
        here = self._key.shorts(self._index.ids(positions))
        known = set(lacking)
        for at, short in zip(positions, here, strict=True):
            if short in known:
                lacking.pop(short, None)
            else:
                giving.append(at)
        return giving, list(lacking)

    def named(self, shorts: Iterable[int]) -> Iterator[int]:
        """Positions of the records with these short ids."""
        wanted = set(shorts)
        if wanted:
            positions = self._positions()
            here = self._key.shorts(self._index.ids(positions))
            hits = [one in wanted for one in here]
            yield from compress(positions, hits)

    def by_short(self) -> dict[int, tuple[int, ...]]:
        """All positions by short id; nearly always one."""
        found: dict[int, tuple[int, ...]] = {}
        positions = self._positions()
        here = self._key.shorts(self._index.ids(positions))
        for at, short in zip(positions, here, strict=True):
            found[short] = (*found.get(short, ()), at)
        return found

    def _positions(self) -> list[int]:
        positions = self._index.positions(self._name)
        return [at for at in positions if at not in self._out] if self._out else positions


def set_key(own_salt: bytes, their_salt: bytes) -> bytes:
    """The key of a pair's sets: the same on both sides, known to nobody else."""
    return digest(b"verbund/sets/1" + b"".join(sorted((own_salt, their_salt))))


class Kept:
    """Salt and index that a node keeps for one peer between sessions."""

    def __init__(self, salt: bytes) -> None:
        self.salt = salt
        self._key = b""
        self.last: Index | None = None
        """The index of the session before, if there was one."""

    def trim(self) -> None:
        """A session begins: the one before may have asked for more than is worth keeping."""
        if self.last is not None:
            self.last.trim()

    def index(self, catalogue: Catalogue, their_salt: bytes) -> Index:
        """The index of this pair; a new one if the other side, or the catalogue, is new."""
        key = set_key(self.salt, their_salt)
        found = self.last
        if found is None or self._key != key or found.catalogue is not catalogue:
            found = self.last = Index(catalogue, key)
            self._key = key
        return found
