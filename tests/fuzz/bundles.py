"""Target: records in a file, cut, altered, or made by a writer that lies (docs/protocol.md §10)."""

from functools import cache
from typing import Any

from crypto.parts import seal_part, wrap_key
from protocol.control_state import Ties
from protocol.encoding import decode, encode
from sync.bundle import (
    CODES,
    FIRST,
    LENGTH_BYTES,
    START_BYTES,
    BundleError,
    Head,
    Lost,
    Part,
    Reader,
    Writer,
    proven_by,
)
from sync.errors import END_CODES, SessionError
from tests.fuzz.registry import documented
from tests.fuzz.source import Source, spoil
from tests.sync.memory import ANNA, Node
from tests.sync.people import NOW, entropy

KEY = entropy("bundle key")
ENVELOPES = [ANNA.introduction(), ANNA.group(), ANNA.meeting("fest")]


@cache
def good() -> tuple[bytes, bytes, bytes, Any]:
    """A bundle for everybody: its start, its head and its only part; and what the head says."""
    writer = Writer(KEY)
    parts = b"".join(map(writer.add, ENVELOPES)) + writer.finish()
    front = writer.head(Node(ANNA).holdings(), NOW, None)
    start, head = front[:START_BYTES], front[START_BYTES:]
    (found,) = Reader([]).feed(front)
    assert isinstance(found, Head)
    said = [found.statement, [list(one) for one in found.proofs], list(found.envelopes)]
    return start, head, parts, said


def bundles(data: bytes) -> None:
    """`BundleError`, or whole and lost parts; whoever is named as its writer signed the head."""
    source = Source(data)
    start, head, parts, said = good()
    file = start + head + parts
    match source.below(4):
        case 0:  # altered on its way
            at, size = source.below(len(file)), source.below(40)
            file = file[:at] + source.rest() + file[at + size :]
        case 1:  # a head that lies, well sealed
            told = list(said)
            if source.below(2):
                told[0] = encode(spoil(decode(told[0]), source))
            sealed = seal_part(KEY, 0, encode(spoil(told, source)))
            file = FIRST + wrap_key(KEY, None) + len(sealed).to_bytes(LENGTH_BYTES, "big")
            file += sealed + parts
        case 2:  # a part that lies, well sealed and signed
            writer = Writer(KEY)
            writer.add(source.take(source.below(200)))
            writer.plain += source.rest()
            parts = writer.finish()
            file = writer.head(Node(ANNA).holdings(), NOW, None) + parts
        case _:
            file = source.rest()
    _read(file)


def _read(file: bytes) -> None:
    reader, whole = Reader([]), 0
    head: Head | None = None
    try:
        for at in range(0, len(file), 997):
            for event in reader.feed(file[at : at + 997]):
                head = event if isinstance(event, Head) else head
                whole += isinstance(event, Part)
        lost = sum(isinstance(event, Lost) for event in reader.end())
    except BundleError as error:
        documented(error.code, CODES)
        return
    assert head is not None
    assert whole + lost <= head.parts
    try:
        proven = proven_by(head, Ties())
    except SessionError as error:
        documented(error.code, END_CODES)
        return
    assert proven == (ANNA.id,), "nobody else's key is here to sign with"


def bundles_seeds() -> list[bytes]:
    start, head, parts, _said = good()
    whole = [start + head + parts, start + head, start, FIRST, start + head + parts + b"x"]
    spoilt = [bytes([1, half, 1, at, 1, 3, 5]) for half in (0, 1) for at in range(6)]
    altered = [b"\x00" + at.to_bytes(2, "big") + b"\x04abcd" for at in range(0, 600, 40)]
    return [
        *(b"\x03" + one for one in whole),
        *spoilt,
        *altered,
        b"\x02\x00\x05abcdefgh" + bytes(30),
    ]
