"""Whether two names mean the same: for look-ups, filters and lists. Pure, and the one place for it.

Rules: case, accents, composed or decomposed letters, the kind of quotation marks and dashes, blanks
and what can't be seen make no difference; ß is ss, a Turkish ı or İ is i, and an umlaut is the plain letter or the
one with an e. Who writes a name exactly means that one; then whoever is the same folded; only then
a part of a name counts. Names that differ less than that are still different names.

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
from difflib import SequenceMatcher
from heapq import nlargest
from itertools import islice
from typing import TypeVar

from protocol.fields import INVISIBLE

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

_LETTERS = str.maketrans(
    {
        **dict.fromkeys("ıİ", "i"),
        **dict.fromkeys("’‘‚‛′`´ʼ＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "ø": "o",
        "Ø": "o",
        "ł": "l",
        "Ł": "l",
        "đ": "d",
        "Đ": "d",
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "Œ": "oe",
    }
)
_MARK = re.compile("[\u0300-\u036f]+")
_UMLAUT = re.compile("([aou])\u0308")
_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """What is left of a name when case, accents, blanks and kinds of quotation marks don't count."""
    if text.isascii():
        return " ".join(text.casefold().translate(_LETTERS).split())
    return _MARK.sub("", _apart(text))


def folds(text: str) -> tuple[str, ...]:
    """All that a name may be typed as, folded: with umlauts as plain letters, and with an e."""
    if text.isascii():
        return (fold(text),)
    apart = _apart(text)
    plain, spelled = _MARK.sub("", apart), _MARK.sub("", _UMLAUT.sub(r"\1e", apart))
    return (plain,) if plain == spelled else (plain, spelled)


def _apart(text: str) -> str:
    """In small letters, with accents apart from their letters."""
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).translate(_LETTERS).casefold()
    return " ".join(unicodedata.normalize("NFD", text).split())


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
    compare = SequenceMatcher(autojunk=False)
    compare.set_seq2(wanted)
    scored = {}
    for name in islice(names, NEAR_AMONG):
        score = max(_likeness(compare, one) for one in _candidates(name, wanted))
        if score >= CLOSE:
            scored[name] = max(score, scored.get(name, 0))
    return [name for name, _score in nlargest(NEAR_NAMES, scored.items(), key=_by_score)]


def _by_score(row: tuple[str, float]) -> tuple[float, str]:
    return row[1], row[0]


def _candidates(name: str, wanted: str) -> list[str]:
    """The whole name, and its words: people leave out what seems less important."""
    whole = fold(name)[:NEAR_CHARACTERS]
    return [whole, *(one for one in _WORD.findall(whole) if len(one) > PART_CHARACTERS)]


def _likeness(compare: "SequenceMatcher[str]", text: str) -> float:
    compare.set_seq1(text)
    if compare.real_quick_ratio() < CLOSE or compare.quick_ratio() < CLOSE:
        return 0
    return compare.ratio()
