"""The draw as a whole: list and seed in, transcript out (§13.1)."""

from collections.abc import Callable

from protocol.draw.deciding import decide
from protocol.draw.generator import SEED_BYTES, draw_key
from protocol.draw.instance import build
from protocol.draw.transcript import document
from protocol.draw_format.checks import check
from protocol.draw_format.lists import DrawList
from protocol.draw_format.transcripts import sealed

STEPS = ("lots", "seats", "ranks", "mixing", "reasons")
"""What `progress` hears, in this order; one of `ranks` and `mixing`."""


def draw(source: DrawList, seed: bytes, progress: Callable[[str], None] = lambda _: None) -> bytes:
    """The transcript's bytes; `BadList` before anything is drawn if the list is faulty.

    `seed` is 32 bytes that nobody could choose after the list was frozen.
    """
    if len(seed) != SEED_BYTES:
        raise ValueError("a seed has 32 bytes")
    check(source)
    progress("lots")
    instance = build(source, draw_key(source.fingerprint, seed))
    return sealed(document(decide(instance, progress), seed))
