"""Consents: that a field of a person goes to an audience, in the words that the person read.

Rules:

1. A consent is for one field and one audience. Its words are kept as they were shown, with their
   version and language, and the time; they are never changed. Other words are a new consent.
2. Withdrawing needs no reason, and keeps the proof until its person has everything erased.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from node.features.mine.tables import Consent, consents
from node.store.core import Core
from protocol.audience import Audience

VERSION = 1
"""Of the words by which people agree. They stand in the texts of the nouns that ask; whoever
changes what they mean raises it, and `tests/node/features/mine/test_consenting.py` tells."""

PAGE, TERMINAL, MOVED = "page", "terminal", "left"
"""How somebody agreed, or took it back; or the group left the audience."""


class Asked(NamedTuple):
    """What a person was asked: a language, and the words for each field."""

    language: str
    words: Mapping[str, str]
    how: str = PAGE


def give(core: Core, person: str, purpose: str, audience: Audience, asked: Asked) -> None:
    """A person agrees to each of these fields; what stood is not given anew. In a transaction."""
    table, now = consents(core), core.clock()
    stands = set(table.open(person, purpose, str(audience)))
    for field, words in asked.words.items():
        if field in stands:
            continue
        wording = table.wording(VERSION, asked.language, words, now)
        table.give(person, purpose, field, str(audience), wording, now, asked.how)


def withdraw(
    core: Core, person: str, purpose: str, audience: Audience, fields: Iterable[str], how: str
) -> None:
    """A person agrees to these no more. In a transaction."""
    consents(core).withdraw(person, purpose, fields, str(audience), core.clock(), how)


def released(core: Core, person: str, purpose: str, audience: Audience) -> list[str]:
    """The fields that a person released to an audience."""
    return consents(core).open(person, purpose, str(audience))


def consents_of(core: Core, person: str) -> list[Consent]:
    """All that a person agreed to, the latest first."""
    return consents(core).of(person)
