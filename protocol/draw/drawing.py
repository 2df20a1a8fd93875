"""The draw as a whole: list and seed in, transcript out (§12.1)."""

from collections.abc import Callable

from protocol.draw.arrange import Arrangement
from protocol.draw.certificates import Certifier, Outcome
from protocol.draw.generator import SEED_BYTES, Generator, draw_key
from protocol.draw.instance import Instance, build
from protocol.draw.minimum import settle
from protocol.draw.mixing import Mixing
from protocol.draw.transcript import document
from protocol.draw_format.checks import check
from protocol.draw_format.lists import DrawList
from protocol.draw_format.transcripts import sealed

STEPS = ("lots", "seats", "ranks", "mixing", "reasons")
"""What `progress` hears, in this order; one of `ranks` and `mixing`."""


def draw(
    source: DrawList, seed: bytes, progress: Callable[[str], None] = lambda _: None
) -> bytes:
    """The transcript's bytes; `BadList` before anything is drawn if the list is faulty.

    `seed` is 32 bytes that nobody could choose after the list was frozen.
    """
    if len(seed) != SEED_BYTES:
        raise ValueError("a seed has 32 bytes")
    check(source)
    progress("lots")
    instance = build(source, draw_key(source.fingerprint, seed))
    outcome = decide(instance, progress)
    progress("reasons")
    return sealed(document(outcome, seed))


def decide(instance: Instance, progress: Callable[[str], None] = lambda _: None) -> Outcome:
    """Seats and reasons for an instance."""
    progress("seats")
    intro = instance.source.mode == "intro"
    board, closings = settle(instance, None if intro else Generator(instance.key, "seats"))
    progress("ranks" if intro else "mixing")
    if intro:
        at = Arrangement(instance, board).arranged() or list(board.at)
    else:
        Mixing(instance, board, Generator(instance.key, "mixing")).mix()
        at = board.at
    outcome = Outcome(instance, at, board.open, closings)
    certifier = Certifier(instance, at, board.open)
    outcome.reasons = {
        unit: certifier.reason(unit) for unit, meeting in enumerate(at) if meeting < 0
    }
    return outcome
