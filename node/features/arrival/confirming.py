"""The recovery words until a person has them on paper (docs/protocol.md §5.5).

Rules: which words are asked back is drawn once, kept, and stays: looking again does not change it.
Whoever confirms first ends it for all; from then on the words are nowhere here.
"""

import secrets
from collections.abc import Mapping

from crypto.words import words_from_entropy
from node.base.errors import Problem
from node.features.start.words import ASKED, forget_words
from node.store.core import Core

SETTING = "words_asked"
"""The places of the words that are asked back, from 0."""


def are_kept(core: Core) -> bool:
    """Whether the words still lie in the key file."""
    return core.ring.words is not None


def kept_words(core: Core) -> list[str]:
    """The words; `Problem` if they are on paper alone."""
    if core.ring.words is None:
        raise Problem("words-confirmed")
    return words_from_entropy(core.ring.words).split()


def asked_back(core: Core) -> list[int]:
    """The places of the words that are asked back; drawn when it is first asked for."""
    found: list[int] = core.settings.get(SETTING, [])
    if not found:
        found = sorted(secrets.SystemRandom().sample(range(len(kept_words(core))), ASKED))
        with core.transaction():
            core.settings.set(SETTING, found)
    return found


def confirm(core: Core, given: Mapping[int, str]) -> list[int]:
    """The places at which something else stands on the paper; if none, the words are wiped here.

    `Problem` if somebody else confirmed them meanwhile.
    """
    words = kept_words(core)
    wrong = [at for at in asked_back(core) if given.get(at, "").strip().casefold() != words[at]]
    if not wrong:
        with core.transaction():
            core.settings.set(SETTING, None)
            forget_words(core)
    return wrong
