"""Authors that contradict themselves: two records at one place with one number (protocol.md §4.4).

Rules: which of them counts is the same everywhere, and nobody could tell by it that something is
wrong; so it is written down when the second one arrives, and a person is told until `SHOWN_SECONDS`
after the last. One entry for each author, for the latest `AUTHORS` of others: whoever makes
identities by the thousand fills nobody's disk. One's own is never dropped.
"""

from typing import NamedTuple

from node.store.core import Core
from protocol.ids import from_text, to_text

SHOWN_SECONDS = 30 * 86_400
"""After which it is past: by then somebody did something about it, or it repeated."""

AUTHORS = 100
KINDS = 20
"""Kinds that are named of one author; a hostile one may invent any number."""

_KEY = "contradiction/"


class Contradiction(NamedTuple):
    """Contradictions noticed of one author: in which kinds, how often, and when last."""

    author: bytes
    kinds: tuple[str, ...]
    times: int
    last: int


def write_down(core: Core) -> None:
    """Keep what the store noticed. Inside the transaction in which it did."""
    noticed, core.records.contradictions = core.records.contradictions, []
    for number, kind in noticed:
        key = _KEY + to_text(core.records.identities.thing(number))
        before = core.settings.get(key, {"kinds": [], "times": 0})
        kinds = sorted({*before["kinds"], kind})[:KINDS]
        kept = {"kinds": kinds, "times": before["times"] + 1, "last": core.clock()}
        core.settings.set(key, kept)
    if noticed:
        _drop_oldest(core)


def _drop_oldest(core: Core) -> None:
    others = [one for one in _all(core) if one.author not in core.own]
    for one in sorted(others, key=lambda one: one.last)[: max(0, len(others) - AUTHORS)]:
        core.settings.set(_KEY + to_text(one.author), None)


def contradictions(core: Core) -> list[Contradiction]:
    """Of which a person should know, one's own first, then the latest."""
    shown = [one for one in _all(core) if one.last > core.clock() - SHOWN_SECONDS]
    return sorted(shown, key=lambda one: (one.author not in core.own, -one.last, one.author))


def _all(core: Core) -> list[Contradiction]:
    return [
        Contradiction(
            from_text(key.removeprefix(_KEY)), tuple(kept["kinds"]), kept["times"], kept["last"]
        )
        for key, kept in core.settings.starting_with(_KEY)
    ]
