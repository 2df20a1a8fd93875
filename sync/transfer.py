"""Records on their way: out through a window, in until the store has them (docs/protocol.md §8.6).

Rules:

1. At most `WINDOW_RECORDS` records and `WINDOW_BYTES` are on their way without an answer, in each
   direction. Whoever sends keeps it, whoever receives ends the session if it is not kept.
2. What is pushed goes before what a round sends: an invitation does not wait for a directory.
3. The decision whether a record may leave is made twice: when it is queued, by its header, and
   on the very envelope that is about to be sent, because ties may have changed in between.
4. No record is twice on its way.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from crypto.hashing import digest
from protocol.errors import ProtocolError
from protocol.record import Record, open_envelope, reread
from sync.errors import SessionError
from sync.frames import (
    FRAME_BYTES,
    RECORDS_IN_FRAME,
    WINDOW_BYTES,
    WINDOW_RECORDS,
    Frame,
    Records,
)
from sync.shelf import Shelf

FRAME_ROOM = FRAME_BYTES - 8_192
"""For envelopes; the rest is for their lengths, five bytes each."""

LOADED = 500
"""Envelopes from the store at a time: a page of results, not the whole window."""

PUSHES = 20_000
"""Waiting for a peer that is slow. What is over is found by the next round."""

SEEN = 20_000
"""Short ids that the peer has for certain: 2 MB. Forgetting them costs a duplicate."""

ANNOUNCED = 20_000
"""Announced and not asked for: 3 MB. What is older, and asked for, is found by a round."""

Short = Callable[[bytes], int]


def record_id(envelope: bytes) -> bytes:
    """The id of the record in an envelope; of garbage, the digest of all of it."""
    try:
        _key, payload, _signature = open_envelope(envelope)
    except ProtocolError:
        return digest(envelope)
    return digest(payload)


class Outbox:
    """Records to be sent, and records that were sent and not answered."""

    def __init__(self, shelf: Shelf, short: Short, permits: Callable[[Record], bool]) -> None:
        self._shelf, self._short, self._permits = shelf, short, permits
        self._pushes: dict[int, int] = {}
        self._bulk: deque[int] = deque()
        self._then: Frame | None = None
        self._flying: dict[int, tuple[int, int]] = {}
        self._bytes = 0

    @property
    def idle(self) -> bool:
        """Nothing waits, and everything was answered."""
        return not (self._bulk or self._then or self._pushes or self._flying)

    @property
    def waiting(self) -> int:
        """How many records of rounds wait to be sent."""
        return len(self._bulk)

    @property
    def flying(self) -> int:
        """How many records wait for an answer."""
        return len(self._flying)

    def has(self, one: int) -> bool:
        """Whether a record is about to be pushed, or is on its way."""
        return one in self._flying or one in self._pushes

    def push(self, one: int, ref: int) -> bool:
        """Send this soon. False if too much waits already."""
        if len(self._pushes) >= PUSHES:
            return False
        self._pushes[one] = ref
        return True

    def add(self, refs: Iterable[int], then: Frame | None = None) -> None:
        """Send these, and after them a frame."""
        self._bulk.extend(refs)
        self._then = then or self._then

    def answered(self, one: int) -> int:
        """The other side stored or refused a record, whose ref this gives."""
        flying = self._flying.pop(one, None)
        if flying is None:
            raise SessionError("protocol")
        self._bytes -= flying[0]
        return flying[1]

    def fill(self) -> list[Frame]:
        """Some of the frames that the window lets through now; more if it is called again.

        `LOADED` records, usually one frame: that is short to load, and a short commit over there.
        """
        batch: list[bytes] = []
        while not batch and (refs := self._next()):
            batch += self._load(refs)
        frames = packed(batch)
        if self._then is not None and not self._bulk:
            frames.append(self._then)
            self._then = None
        return frames

    def _next(self) -> list[int]:
        """Refs to load now; none while the window has no room for a whole frame."""
        if self._bytes > WINDOW_BYTES - FRAME_BYTES:
            return []
        room = min(LOADED, WINDOW_RECORDS - len(self._flying))
        pushed = list(islice(self._pushes, room))
        refs = [self._pushes.pop(one) for one in pushed]
        while self._bulk and len(refs) < room:
            refs.append(self._bulk.popleft())
        return refs

    def _load(self, refs: Sequence[int]) -> list[bytes]:
        """Envelopes that may leave; they count as being on their way."""
        loaded = []
        envelopes = self._shelf.envelopes(refs)
        for number, (ref, envelope) in enumerate(zip(refs, envelopes, strict=True)):
            record = None if envelope is None else reread(envelope, content=False)
            if envelope is None or record is None or not self._permits(record):
                continue
            one = self._short(record.id)
            if one in self._flying:
                continue
            if self._bytes + len(envelope) > WINDOW_BYTES:
                self._bulk.extendleft(reversed(refs[number:]))
                break
            self._flying[one] = len(envelope), ref
            self._bytes += len(envelope)
            loaded.append(envelope)
        return loaded


class Inbox:
    """Envelopes that arrived and are not yet stored or refused."""

    def __init__(self, short: Short) -> None:
        self._short = short
        self._pending: dict[bytes, int | None] = {}
        """Envelope → the record's short id, where it had to be known before it was verified."""
        self._shorts: set[int] = set()
        self._unnamed = 0
        self._bytes = 0

    @property
    def idle(self) -> bool:
        """The store has answered for everything."""
        return not self._pending

    def has(self, one: int) -> bool:
        """Whether this came from the peer and is being taken in."""
        if self._unnamed:
            self._unnamed = 0
            for envelope, short in self._pending.items():
                if short is None:
                    short = self._pending[envelope] = self._short(record_id(envelope))
                    self._shorts.add(short)
        return one in self._shorts

    def put(self, envelopes: Iterable[bytes]) -> None:
        """Keep the other side to its window, and to sending nothing twice at a time."""
        for envelope in envelopes:
            if envelope in self._pending:
                raise SessionError("protocol")
            self._pending[envelope] = None
            self._bytes += len(envelope)
            self._unnamed += 1
        if len(self._pending) > WINDOW_RECORDS or self._bytes > WINDOW_BYTES:
            raise SessionError("bounds")

    def done(self, envelope: bytes, id_: bytes | None = None) -> int:
        """The short id of an envelope that the store answered for; KeyError if none waits.

        `id_` is that of its record, if it is known.
        """
        one = self._pending.pop(envelope)
        if one is None:
            one, self._unnamed = self._short(id_ or record_id(envelope)), self._unnamed - 1
        self._shorts.discard(one)
        self._bytes -= len(envelope)
        return one


class Seen:
    """Short ids of records that the peer has for certain, as far as memory goes."""

    def __init__(self) -> None:
        self._shorts: set[int] = set()

    def __contains__(self, one: int) -> bool:
        return one in self._shorts

    def add(self, one: int) -> None:
        """The peer sent or stored it."""
        if len(self._shorts) >= SEEN:
            self._shorts.clear()
        self._shorts.add(one)


class Announcements:
    """Records that were announced to the peer and may be asked for, as far as memory goes."""

    def __init__(self) -> None:
        self._refs: OrderedDict[bytes, int] = OrderedDict()
        self.forgot = False
        """Whether what is asked for and not here may have been announced."""

    def put(self, id_: bytes, ref: int) -> None:
        """Remember it; the oldest is forgotten, which costs a round if it is asked for."""
        if len(self._refs) >= ANNOUNCED:
            self._refs.popitem(last=False)
            self.forgot = True
        self._refs[id_] = ref

    def take(self, id_: bytes) -> int | None:
        """Where the store has it, once."""
        return self._refs.pop(id_, None)


def packed(envelopes: Iterable[bytes]) -> list[Frame]:
    """As few frames as the bounds of a frame allow."""
    frames: list[Frame] = []
    batch: list[bytes] = []
    size = 0
    for envelope in envelopes:
        if batch and (size + len(envelope) > FRAME_ROOM or len(batch) == RECORDS_IN_FRAME):
            frames.append(Records(tuple(batch)))
            batch, size = [], 0
        batch.append(envelope)
        size += len(envelope)
    if batch:
        frames.append(Records(tuple(batch)))
    return frames
