"""The frames of a session: bytes ↔ values (docs/protocol.md §8.3, bounds of §8.5).

Rules:

1. A frame is an encoded array (§2) whose first element names it. Anything else, a field too many
   or of another type is `protocol`.
2. What is of the right shape but over a bound is `bounds`.
3. Short ids and tags travel as one byte string, 8 bytes each: an array of byte strings would need
   a quarter more and be slower to look at.

>>> decode_frame(encode_frame(Want(1, 0, b"shortids", True)))
Want(round=1, stage=0, shorts=b'shortids', last=True)
>>> unpack_shorts(pack_shorts([7, 300]))
(7, 300)
"""

import struct
from collections.abc import Callable, Collection
from itertools import pairwise
from typing import Any, NamedTuple

from crypto.channel import FRAME_OVERHEAD_BYTES, HEADER_BYTES
from protocol.encoding import ENVELOPE_BYTES, encode, unpack
from protocol.errors import CODES, Malformed
from protocol.fields import Check, array, boolean, integer, octets, one_of, pair, raw_bytes
from sync.errors import END_CODES, SessionError

FRAME_BYTES = 1_048_576
"""100,000 short ids, or 15 of the largest records, before encryption."""

MESSAGE_BYTES = FRAME_BYTES + FRAME_OVERHEAD_BYTES + HEADER_BYTES
"""The largest WebSocket message: what the shell lets in."""

SHORT_BYTES = 8
"""Of a million records of both sides about one pair in 40 million sessions collides."""

SHORTS_IN_FRAME = 100_000
"""800,000 bytes: fits into a frame with its tags."""

SETS_IN_FRAME = 1_000
"""Two nodes of 16 identities don't share more networks."""

RECORDS_IN_FRAME = 1_000
"""A commit stays short."""

WINDOW_RECORDS = 5_000
WINDOW_BYTES = 8 * 1_048_576
"""Records on their way without an answer: one batch of intake; memory of a session."""

LISTED = 4_096
"""Peers of one node: more is a network's work."""

ROUNDS = 2**32 - 1
"""A round every second for a hundred years."""


class Listed(NamedTuple):
    """`tag(id)` of the peers that the sender accepts, ascending."""

    tags: bytes


class Refresh(NamedTuple):
    """The answering side asks for a new round; `round` is the last one that it has seen."""

    round: int


class Compare(NamedTuple):
    """(tag, count, sum) of the dialling side's sets."""

    round: int
    stage: int
    sets: tuple[tuple[bytes, int, int], ...]


class Ids(NamedTuple):
    """(tag, short ids) of the answering side's sets that differ."""

    round: int
    stage: int
    sets: tuple[tuple[bytes, bytes], ...]
    last: bool


class Want(NamedTuple):
    """Short ids that the dialling side lacks."""

    round: int
    stage: int
    shorts: bytes
    last: bool


class Sent(NamedTuple):
    """The answering side has sent what was wanted, as far as it still has it."""

    round: int
    stage: int


class Records(NamedTuple):
    """Envelopes."""

    envelopes: tuple[bytes, ...]


class Ack(NamedTuple):
    """After COMMIT: short ids stored or already had; (short id, code) refused."""

    stored: bytes
    refused: tuple[tuple[bytes, str], ...]


class Settled(NamedTuple):
    """The round is over."""

    round: int


class End(NamedTuple):
    """The last frame."""

    code: str


Frame = Listed | Refresh | Compare | Ids | Want | Sent | Records | Ack | Settled | End

_round, _stage, _tag = integer(1, ROUNDS), integer(0, 1), octets(SHORT_BYTES)


def _any(check: Check) -> Check:
    """An array of any length: lengths are bounds, looked at afterwards."""
    return array(check, FRAME_BYTES)


def _shorts(value: Any) -> bool:
    return raw_bytes(value) and len(value) % SHORT_BYTES == 0


def _ascending(value: Any) -> bool:
    if not _shorts(value):
        return False
    tags = unpack_shorts(value)
    return all(a < b for a, b in pairwise(tags))


def _digest(value: Any) -> bool:
    count, total = integer(0, 2**32 - 1), integer(0, 2**64 - 1)
    return (
        type(value) is list
        and len(value) == 3
        and _tag(value[0])
        and count(value[1])
        and total(value[2])
    )


class _Shape(NamedTuple):
    frame: Callable[..., Frame]
    checks: tuple[Check, ...]


_SHAPES: dict[str, _Shape] = {
    "listed": _Shape(Listed, (_ascending,)),
    "refresh": _Shape(Refresh, (integer(0, ROUNDS),)),
    "compare": _Shape(Compare, (_round, _stage, _any(_digest))),
    "ids": _Shape(Ids, (_round, _stage, _any(pair(_tag, _shorts)), boolean)),
    "want": _Shape(Want, (_round, _stage, _shorts, boolean)),
    "sent": _Shape(Sent, (_round, _stage)),
    "records": _Shape(Records, (_any(raw_bytes),)),
    "ack": _Shape(Ack, (_shorts, _any(pair(_tag, one_of(*CODES))))),
    "settled": _Shape(Settled, (_round,)),
    "end": _Shape(End, (one_of(*END_CODES),)),
}
"""Every frame of §8.3: its name, its type, its fields."""

_NAMES = {shape.frame: name for name, shape in _SHAPES.items()}


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
    shape = _SHAPES.get(value[0])
    if shape is None or len(value) != len(shape.checks) + 1:
        raise SessionError("protocol")
    fields = value[1:]
    if not all(check(one) for check, one in zip(shape.checks, fields, strict=True)):
        raise SessionError("protocol")
    frame = shape.frame(*map(_frozen, fields))
    if not within_bounds(frame):
        raise SessionError("bounds")
    return frame


def within_bounds(frame: Frame) -> bool:
    """Whether a frame keeps the bounds of §8.5 that its bytes don't show."""
    match frame:
        case Listed(tags):
            return len(tags) <= LISTED * SHORT_BYTES
        case Compare(sets=sets):
            return len(sets) <= SETS_IN_FRAME
        case Ids(sets=sets):
            shorts = sum(len(one) for _tag, one in sets)
            return len(sets) <= SETS_IN_FRAME and shorts <= SHORTS_IN_FRAME * SHORT_BYTES
        case Want(shorts=shorts):
            return len(shorts) <= SHORTS_IN_FRAME * SHORT_BYTES
        case Records(envelopes):
            return len(envelopes) <= RECORDS_IN_FRAME and all(
                len(one) <= ENVELOPE_BYTES for one in envelopes
            )
        case Ack(stored, refused):
            return len(stored) // SHORT_BYTES + len(refused) <= WINDOW_RECORDS
        case _:
            return True


def pack_shorts(shorts: Collection[int]) -> bytes:
    """Short ids as they travel."""
    return struct.pack(f">{len(shorts)}Q", *shorts)


def unpack_shorts(raw: bytes) -> tuple[int, ...]:
    """Short ids as numbers. `raw` is a whole number of them."""
    return struct.unpack(f">{len(raw) // SHORT_BYTES}Q", raw)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if type(value) is list else value
