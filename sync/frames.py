"""The frames of a session: bytes ↔ values (docs/protocol.md §8.3, bounds of §8.6).

Rules:

1. A frame is an encoded array (§2) whose first element names it. Anything else, a field too many
   or of another type is `protocol`.
2. What is of the right shape but over a bound is `bounds`.
3. Tags, short ids and cells travel as one byte string: an array of byte strings would need a
   quarter more and be slower to look at.

>>> decode_frame(encode_frame(Want(1, 0, ((b"the set.", b"short"),), True)))
Want(round=1, stage=0, sets=((b'the set.', b'short'),), last=True)
>>> unpack_tags(pack_tags([7, 300]))
(7, 300)
"""

import struct
from collections.abc import Callable, Collection
from itertools import pairwise
from typing import Any, NamedTuple

from crypto.channel import FRAME_OVERHEAD_BYTES, HEADER_BYTES
from crypto.hashing import DIGEST_BYTES
from protocol.encoding import ENVELOPE_BYTES, encode, unpack
from protocol.errors import CODES, Malformed
from protocol.fields import Check, array, boolean, integer, octets, one_of, pair, raw_bytes
from sync.errors import END_CODES, SessionError
from sync.sketch import SHORT_BYTES, SYMBOL_BYTES, SYMBOLS
from sync.tags import TAG_BYTES

FRAME_BYTES = 1_048_576
"""All symbols of a stage, or 15 of the largest records, before encryption."""

MESSAGE_BYTES = FRAME_BYTES + FRAME_OVERHEAD_BYTES + HEADER_BYTES
"""The largest WebSocket message: what the shell lets in."""

SHORTS_IN_FRAME = 100_000
"""500,000 bytes of short ids: fits into a frame with their tags."""

SYMBOLS_IN_STAGE = 4 * SYMBOLS
"""Of all sets together: they fit into one frame."""

IDS_IN_FRAME = 10_000
"""Announced at once, 32 bytes each; also what is remembered of it."""

DIGEST_OF_SET_BYTES = 8
"""The sum of the marks of its records, big-endian."""

NETWORK_BYTES = TAG_BYTES + DIGEST_OF_SET_BYTES
"""A network's set in `compare`."""

SALT_BYTES = 16
"""Half of what the keys of a pair's sets are made of."""

SETS_IN_FRAME = 1_000
"""Two nodes of 16 identities don't share more networks."""

RECORDS_IN_FRAME = 1_000
"""A commit stays short."""

WINDOW_RECORDS = 5_000
WINDOW_BYTES = 8 * 1_048_576
"""Records on their way without an answer: one batch of intake; memory of a session."""

OPEN_SETS = 3
"""Those that are always compared: control, public, direct."""

LISTED = 4_096
"""Peers of one node: more is a network's work."""

ROUNDS = 2**32 - 1
"""A round every second for a hundred years."""


class Answer(NamedTuple):
    """One set in `symbols`: all its short ids (`whole`), or its next cells."""

    tag: bytes
    size: int
    """How many records are in it."""
    total: bytes
    """Its digest, under the key that the cells hang on."""
    whole: bool
    data: bytes


class Ask(NamedTuple):
    """One set in `more`: cells up to before `end`."""

    tag: bytes
    end: int
    fresh: bool
    """Under the other key from now on, from the first cell on."""


class Listed(NamedTuple):
    """`tag(id)` of the peers that the sender accepts, ascending; its half of the sets' key."""

    tags: bytes
    salt: bytes


class Refresh(NamedTuple):
    """The answering side asks for a new round; `round` is the last one that it has seen."""

    round: int


class Compare(NamedTuple):
    """Digests: of control, public and direct records; then tag and digest of each network's."""

    round: int
    stage: int
    open: bytes
    networks: bytes


class Symbols(NamedTuple):
    """Of the answering side's sets that differ; `stage` says of which stage these are."""

    round: int
    stage: int
    sets: tuple[Answer, ...]


class More(NamedTuple):
    """Further cells are wanted."""

    round: int
    stage: int
    sets: tuple[Ask, ...]


class Ids(NamedTuple):
    """The dialling side's short ids of a set, a part of them."""

    round: int
    stage: int
    tag: bytes
    shorts: bytes
    last: bool


class Want(NamedTuple):
    """(tag, short ids) that the dialling side lacks."""

    round: int
    stage: int
    sets: tuple[tuple[bytes, bytes], ...]
    last: bool


class Lack(NamedTuple):
    """(tag, short ids) of the dialling side's lists that the answering side lacks."""

    round: int
    stage: int
    sets: tuple[tuple[bytes, bytes], ...]


class Sent(NamedTuple):
    """The answering side has sent what was wanted, as far as it still has it."""

    round: int
    stage: int


class Records(NamedTuple):
    """Envelopes."""

    envelopes: tuple[bytes, ...]


class Have(NamedTuple):
    """Ids of records that were just stored: 32 bytes each."""

    ids: bytes


class Get(NamedTuple):
    """Ids of announced records that are wanted."""

    ids: bytes


class Ack(NamedTuple):
    """After COMMIT: tags of records stored or already had; (tag, code) refused."""

    stored: bytes
    refused: tuple[tuple[bytes, str], ...]


class Settled(NamedTuple):
    """The round is over."""

    round: int


class End(NamedTuple):
    """The last frame."""

    code: str


Round = Refresh | Compare | Symbols | More | Ids | Want | Lack | Sent | Settled
Frame = Listed | Round | Records | Have | Get | Ack | End

_round, _stage, _tag = integer(1, ROUNDS), integer(0, 1), octets(TAG_BYTES)


def _any(check: Check) -> Check:
    """An array of any length: lengths are bounds, looked at afterwards."""
    return array(check, FRAME_BYTES)


def _many(size: int) -> Check:
    """A byte string of any number of things of this size."""
    return lambda value: raw_bytes(value) and len(value) % size == 0


_tags, _shorts, _ids = _many(TAG_BYTES), _many(SHORT_BYTES), _many(DIGEST_BYTES)
_size, _end = integer(0, 2**32 - 1), integer(1, SYMBOLS)
_digest = octets(DIGEST_OF_SET_BYTES)


def _ascending(value: Any) -> bool:
    return _tags(value) and all(a < b for a, b in pairwise(unpack_tags(value)))


def _answer(value: Any) -> bool:
    if type(value) is not list or len(value) != 5:
        return False
    name, size, total, whole, data = value
    fits = _shorts if whole else _many(SYMBOL_BYTES)
    return _tag(name) and _size(size) and _digest(total) and boolean(whole) and fits(data)


def _ask(value: Any) -> bool:
    if type(value) is not list or len(value) != 3:
        return False
    name, end, fresh = value
    return _tag(name) and _end(end) and boolean(fresh)


class _Shape(NamedTuple):
    frame: Callable[..., Frame]
    checks: tuple[Check, ...]


SHAPES: dict[str, _Shape] = {
    "listed": _Shape(Listed, (_ascending, octets(SALT_BYTES))),
    "refresh": _Shape(Refresh, (integer(0, ROUNDS),)),
    "compare": _Shape(
        Compare, (_round, _stage, octets(OPEN_SETS * DIGEST_OF_SET_BYTES), _many(NETWORK_BYTES))
    ),
    "symbols": _Shape(Symbols, (_round, _stage, _any(_answer))),
    "more": _Shape(More, (_round, _stage, _any(_ask))),
    "ids": _Shape(Ids, (_round, _stage, _tag, _shorts, boolean)),
    "want": _Shape(Want, (_round, _stage, _any(pair(_tag, _shorts)), boolean)),
    "lack": _Shape(Lack, (_round, _stage, _any(pair(_tag, _shorts)))),
    "sent": _Shape(Sent, (_round, _stage)),
    "records": _Shape(Records, (_any(raw_bytes),)),
    "have": _Shape(Have, (_ids,)),
    "get": _Shape(Get, (_ids,)),
    "ack": _Shape(Ack, (_tags, _any(pair(_tag, one_of(*CODES))))),
    "settled": _Shape(Settled, (_round,)),
    "end": _Shape(End, (one_of(*END_CODES),)),
}
"""Every frame of §8.3: its name, its type, its fields."""

_NAMES = {shape.frame: name for name, shape in SHAPES.items()}


def frame_name(frame: Frame | type[Frame]) -> str:
    """The name that stands in the bytes."""
    return _NAMES[frame if isinstance(frame, type) else type(frame)]


def encode_frame(frame: Frame) -> bytes:
    """The bytes of a frame."""
    return encode([frame_name(frame), *frame])


def decode_frame(raw: bytes) -> Frame:
    """The frame in `raw`; raises `SessionError` (`protocol` or `bounds`)."""
    if len(raw) > FRAME_BYTES:
        raise SessionError("bounds")
    try:
        value = unpack(raw, FRAME_BYTES)
    except Malformed as error:
        raise SessionError("protocol") from error
    if type(value) is not list or not value or type(value[0]) is not str:
        raise SessionError("protocol")
    shape = SHAPES.get(value[0])
    if shape is None or len(value) != len(shape.checks) + 1:
        raise SessionError("protocol")
    fields = value[1:]
    if not all(check(one) for check, one in zip(shape.checks, fields, strict=True)):
        raise SessionError("protocol")
    frame = shape.frame(*map(_frozen, fields))
    if isinstance(frame, Symbols):
        frame = frame._replace(sets=tuple(map(Answer._make, frame.sets)))
    elif isinstance(frame, More):
        frame = frame._replace(sets=tuple(map(Ask._make, frame.sets)))
    if not within_bounds(frame):
        raise SessionError("bounds")
    return frame


def within_bounds(frame: Frame) -> bool:
    """Whether a frame keeps the bounds of §8.6 that its bytes don't show."""
    match frame:
        case Listed(tags):
            return len(tags) <= LISTED * TAG_BYTES
        case Compare(networks=networks):
            return len(networks) <= SETS_IN_FRAME * NETWORK_BYTES
        case Symbols(sets=sets) | More(sets=sets):
            return len(sets) <= SETS_IN_FRAME
        case Ids(shorts=shorts):
            return len(shorts) <= SHORTS_IN_FRAME * SHORT_BYTES
        case Want(sets=pairs) | Lack(sets=pairs):
            size = sum(len(one) for _tag, one in pairs)
            return len(pairs) <= SETS_IN_FRAME and size <= SHORTS_IN_FRAME * SHORT_BYTES
        case Records(envelopes):
            return len(envelopes) <= RECORDS_IN_FRAME and all(
                len(one) <= ENVELOPE_BYTES for one in envelopes
            )
        case Have(ids) | Get(ids):
            return len(ids) <= IDS_IN_FRAME * DIGEST_BYTES
        case Ack(stored, refused):
            return len(stored) // TAG_BYTES + len(refused) <= WINDOW_RECORDS
        case _:
            return True


def pack_tags(tags: Collection[int]) -> bytes:
    """Tags as they travel."""
    return struct.pack(f">{len(tags)}Q", *tags)


def unpack_tags(raw: bytes) -> tuple[int, ...]:
    """Tags as numbers. `raw` is a whole number of them."""
    return struct.unpack(f">{len(raw) // TAG_BYTES}Q", raw)


def cut_ids(raw: bytes) -> tuple[bytes, ...]:
    """Ids as they travel, one by one."""
    return tuple(raw[at : at + DIGEST_BYTES] for at in range(0, len(raw), DIGEST_BYTES))


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if type(value) is list else value
