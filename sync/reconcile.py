"""Set reconciliation: which records does one side lack? (docs/protocol.md §8.4)

The first way: compare a count and a sum, then exchange plain lists where they differ. It stands
behind four names, so that a better one can take its place: `Index` (a set that a side has),
`Asking` (the dialling side of one stage), `answer` (the answering side) and `short`.

Rules:

1. A record's short id is keyed with the session's tag key: nobody can choose records whose short
   ids collide, or sum to nothing, for others.
2. A sum alone is no proof against the peer itself, which knows the key; it could only deceive
   itself about what it lacks.
3. What a peer names is bounded (`SHORTS_IN_STAGE`) before it is kept.

>>> here, there = Index({1: 10, 2: 20}), Index({2: 70, 3: 80})
>>> asking = Asking({b"control!": here})
>>> parts = list(answer({b"control!": there}, asking.compare()))
>>> parts
[((b'control!', (2, 3)),)]
>>> for part in parts:
...     asking.hear(part)
>>> asking.lacking, asking.giving()
({3: None}, {1: 10})
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crypto.hashing import keyed
from sync.errors import SessionError
from sync.frames import SHORT_BYTES, SHORTS_IN_FRAME

MODULUS = 2**64

SHORTS_IN_STAGE = 500_000
"""Five times the largest store we plan for; 40 MB in memory while a stage lasts."""

Part = tuple[tuple[bytes, tuple[int, ...]], ...]
"""(tag, short ids), as one `ids` frame carries them."""


def tag(tag_key: bytes, name: bytes) -> bytes:
    """The 8 bytes by which both sides, and nobody else, know a name (§8.2)."""
    return keyed(tag_key, name, SHORT_BYTES)


def short(tag_key: bytes, record_id: bytes) -> int:
    """A record's short id."""
    return int.from_bytes(keyed(tag_key, record_id, SHORT_BYTES), "big")


@dataclass(slots=True)
class Summary:
    """Number and sum (modulo 2⁶⁴) of the short ids in a set."""

    count: int = 0
    total: int = 0

    def add(self, one: int) -> None:
        """A record came in."""
        self.count += 1
        self.total = (self.total + one) % MODULUS

    def remove(self, one: int) -> None:
        """A record that was in the set is gone."""
        self.count -= 1
        self.total = (self.total - one) % MODULUS


class Index:
    """A set of records that one side has: short id → ref."""

    __slots__ = ("refs", "summary")

    def __init__(self, refs: Mapping[int, int] | None = None) -> None:
        self.refs: dict[int, int] = {}
        self.summary = Summary()
        for one, ref in (refs or {}).items():
            self.add(one, ref)

    def add(self, one: int, ref: int) -> None:
        """Put a record into the set; a second time changes nothing."""
        if one not in self.refs and len(self.refs) < SHORTS_IN_STAGE:
            self.refs[one] = ref
            self.summary.add(one)


class Asking:
    """One stage, as the dialling side goes through it."""

    def __init__(self, sets: Mapping[bytes, Index]) -> None:
        self._sets = sets
        self._rest: dict[bytes, dict[int, int]] = {}
        self._heard = 0
        self.lacking: dict[int, None] = {}

    def compare(self) -> list[tuple[bytes, int, int]]:
        """The digests to send."""
        return [(t, s.summary.count, s.summary.total) for t, s in self._sets.items()]

    def hear(self, part: Iterable[tuple[bytes, Sequence[int]]]) -> None:
        """Short ids that the other side has. Sets that were not asked for are passed over."""
        for name, shorts in part:
            mine = self._sets.get(name)
            if mine is None:
                continue
            self._heard += len(shorts)
            if self._heard > SHORTS_IN_STAGE:
                raise SessionError("bounds")
            rest = self._rest.setdefault(name, dict(mine.refs))
            for one in shorts:
                if one in mine.refs:
                    rest.pop(one, None)
                else:
                    self.lacking[one] = None

    @property
    def equal(self) -> bool:
        """Whether the other side found no difference."""
        return not self._rest

    def giving(self) -> dict[int, int]:
        """What the other side lacks: short id → ref, in the order of the sets."""
        return {one: ref for rest in self._rest.values() for one, ref in rest.items()}


def answer(sets: Mapping[bytes, Index], theirs: Iterable[tuple[bytes, int, int]]) -> Iterator[Part]:
    """Lists of the sets that differ, in parts that fit into a frame. Unknown sets: passed over."""
    part: list[tuple[bytes, tuple[int, ...]]] = []
    room = SHORTS_IN_FRAME
    for name, index in differing(sets, theirs).items():
        shorts = tuple(index.refs)
        while True:
            part.append((name, shorts[:room]))
            shorts, room = shorts[room:], room - len(part[-1][1])
            if room:
                break
            yield tuple(part)
            part, room = [], SHORTS_IN_FRAME
            if not shorts:
                break
    if part:
        yield tuple(part)


def differing(
    sets: Mapping[bytes, Index], theirs: Iterable[tuple[bytes, int, int]]
) -> dict[bytes, Index]:
    """The sets of both sides whose digests are not the same."""
    found = {}
    for name, count, total in theirs:
        mine = sets.get(name)
        if mine is not None and mine.summary != Summary(count, total):
            found[name] = mine
    return found
