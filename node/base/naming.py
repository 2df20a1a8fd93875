"""Whether two names mean the same: for look-ups, filters and lists. Pure, and the one place for it.

Rules: case, accents, composed or decomposed letters, the kind of quotation marks and dashes, blanks
and what can't be seen make no difference; ß is ss, a Turkish i is an i with or without its dot, and
an umlaut is the plain letter or the one with an e. Somebody who writes a name exactly means that
one; then those count that are the same folded; only then a part of a name.

>>> fold("GIESSEN") == fold("Gießen"), same("Müller", "Mueller"), same("Muller", "Mueller")
(True, True, False)
>>> best("chor", [(1, "Chor"), (2, "Frauenchor")])
[1]
>>> near("Mitläufr", ["Die Mitläufer", "Chor"])
['Die Mitläufer']
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from heapq import nlargest
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from protocol.fields import INVISIBLE

if TYPE_CHECKING:
    from difflib import SequenceMatcher

T = TypeVar("T")

PART_CHARACTERS = 3
"""Of a name: fewer are in too many names."""

CLOSE = 0.75
"""From here on two words look like one with a slip of the fingers: one wrong letter in four."""

NEAR_NAMES = 3
"""Of more suggestions none is read."""

NEAR_AMONG = 20_000
"""Names that are looked at for a suggestion: half a second at most."""

NEAR_CHARACTERS = 80
"""Of what was typed: comparing takes the product of both lengths."""

WORDS_KEPT = 4_096
"""Respelled words that are kept: texts about one matter have their words in common; some 1 MB."""

_LETTERS = str.maketrans(
    {
        "\u0131": "i",
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032`\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "æ": "ae",
        "œ": "oe",
    }
)
_ACUTE = "\u00b4"
_MARK = re.compile("[\u0300-\u036f]+")
_UMLAUT = re.compile("([aou])\u0308")
_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """What is left of a name when case, accents, blanks and kinds of quotation marks don't count.

    Any one of `folds`.
    """
    if text.isascii():
        return " ".join(text.casefold().replace("`", "'").split())
    return _unmarked(_apart(text))


def folds(text: str) -> tuple[str, ...]:
    """All that a name may be typed as, folded: with umlauts as plain letters, and with an e."""
    if text.isascii():
        return (fold(text),)
    apart = _apart(text)
    plain, spelled = _unmarked(apart), _unmarked(_UMLAUT.sub(r"\1e", apart))
    return (plain,) if plain == spelled else (plain, spelled)


def respelled(text: str) -> str:
    """What the words of a text may be typed as that a full-text index takes for other words, each
    after a blank: Straße as Strasse, Mühle as Muehle.

    The index leaves out case and accents by itself.
    """
    if text.isascii():
        return ""
    found = {one for word in text.split() if not word.isascii() for one in _respelled(word)}
    return "".join(f" {one}" for one in sorted(found))


@lru_cache(WORDS_KEPT)
def _respelled(text: str) -> frozenset[str]:
    words = [one for one in _WORD.findall(text) if not one.isascii()]
    return frozenset(
        one for word in words for one in folds(word) if one not in unaccented(word).split()
    )


def unaccented(text: str) -> str:
    """Without case and accents, as the full-text index compares."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", text.lower())
    return "".join(one for one in parts if not unicodedata.combining(one))


def _unmarked(text: str) -> str:
    return " ".join(_MARK.sub("", text).split())


@lru_cache(WORDS_KEPT)
def _apart(text: str) -> str:
    """In small letters, with accents apart from their letters."""
    text = INVISIBLE.sub("", text).replace(_ACUTE, "'")  # NFKC makes a blank with an accent of it
    text = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFD", text).translate(_LETTERS)


def same(one: str, other: str) -> bool:
    """Whether two names are the same folded."""
    return not set(folds(one)).isdisjoint(folds(other))


def best(text: str, named: Iterable[tuple[T, str]]) -> list[T]:
    """Those that `text` names: exactly, or else folded."""
    exact = unicodedata.normalize("NFC", text.strip())
    wanted = set(folds(text))
    if wanted == {""}:
        return []
    found = [(one, name) for one, name in named if not wanted.isdisjoint(folds(name))]
    return [one for one, name in found if name == exact] or [one for one, _name in found]


def parts(text: str, named: Iterable[tuple[T, str]]) -> list[T]:
    """Those that have `text` in their name, folded; none if it is too short."""
    wanted = [part for part in folds(text) if len(part) >= PART_CHARACTERS]
    return [
        one
        for one, name in named
        if wanted and any(part in full for part in wanted for full in folds(name))
    ]


def near(text: str, names: Iterable[str]) -> list[str]:
    """The names that somebody may have meant who wrote `text`, the likeliest first."""
    wanted = fold(text)[:NEAR_CHARACTERS]
    if len(wanted) < PART_CHARACTERS:
        return []
    from difflib import SequenceMatcher  # only where nothing has that name

    compare = SequenceMatcher(autojunk=False)
    compare.set_seq2(wanted)
    scored: dict[str, float] = {}
    for name in islice(names, NEAR_AMONG):
        score = max(_likeness(compare, one) for one in _candidates(name))
        if score >= CLOSE:
            scored[name] = max(score, scored.get(name, 0))
    return [name for name, _score in nlargest(NEAR_NAMES, scored.items(), key=_by_score)]


def _by_score(row: tuple[str, float]) -> tuple[float, str]:
    return row[1], row[0]


def _candidates(name: str) -> list[str]:
    """The whole name, and its words: people leave out what seems less important."""
    whole = fold(name)[:NEAR_CHARACTERS]
    return [whole, *(one for one in _WORD.findall(whole) if len(one) > PART_CHARACTERS)]


def _likeness(compare: "SequenceMatcher[str]", text: str) -> float:
    compare.set_seq1(text)
    if compare.real_quick_ratio() < CLOSE or compare.quick_ratio() < CLOSE:
        return 0
    return compare.ratio()
