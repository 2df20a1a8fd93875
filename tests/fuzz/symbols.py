"""Target: coded symbols of a peer, honest or spoilt, against a set of one's own (§8.5)."""

from crypto.hashing import digest
from sync.decoder import Decoder, UndecodableError
from sync.sketch import MARKS, SYMBOL_BYTES, SetKey, Sketch, pack_cells
from tests.fuzz.source import Source

KEY = SetKey(bytes(range(32)))
CELLS = 64


def symbols(data: bytes) -> None:
    """Whatever arrives: `UndecodableError`, or few records; honest cells are read right."""
    source = Source(data)
    both = _ids(source, 0)
    only_here, only_there = _ids(source, 1) - both, _ids(source, 2) - both
    here, there = _sketch(both | only_here), _sketch(both | only_there)
    cells = pack_cells(there.cells)
    spoilt = False
    for _ in range(source.below(4)):
        at, size = source.below(len(cells)), source.below(24)
        changed = cells[:at] + source.take(size).ljust(size, b"\0") + cells[at + size :]
        spoilt |= changed[: CELLS * SYMBOL_BYTES] != cells
        cells = changed[: CELLS * SYMBOL_BYTES]
    decoder = Decoder(KEY, there.count - here.count)
    try:
        for start in (0, 4, 16):
            end = start * 4 or 4
            part = cells[start * SYMBOL_BYTES : end * SYMBOL_BYTES]
            decoder.feed(part, here.cells[start:end])
            decoder.estimate()
    except UndecodableError:
        assert spoilt, "honest cells always decode, or want more"
        return
    assert len(decoder.theirs) + len(decoder.ours) <= decoder.cells
    right = decoder.mark == (there.total - here.total) % MARKS
    if decoder.is_done and (right or not spoilt):
        assert set(decoder.theirs) == {KEY.item(one).short for one in only_there - only_here}
        assert set(decoder.ours) == {KEY.item(one).short for one in only_here - only_there}


def _ids(source: Source, which: int) -> set[bytes]:
    return {digest(bytes([which, source.byte()])) for _ in range(source.below(30))}


def _sketch(ids: set[bytes]) -> Sketch:
    sketch = Sketch(KEY, CELLS)
    for one in ids:
        sketch.add(KEY.item(one))
    again = Sketch(KEY, CELLS)
    again.add_many(b"".join(sorted(one[:16] for one in ids)))
    assert (again.cells, again.total, again.count) == (sketch.cells, sketch.total, sketch.count)
    return sketch


def symbols_seeds() -> list[bytes]:
    """Some records on each side, with and without a change on their way."""
    sets = bytes([3, 1, 2, 3, 2, 4, 5, 4, 6, 7, 8, 9])
    return [sets + bytes([0]), sets + bytes([2, 0, 9, 1, 255, 1, 3, 20]), bytes(40), b"\x1d" * 90]
