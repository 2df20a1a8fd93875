"""Regions by what somebody types: "kiel" means Kiel and Kiel-Gaarden, "Muenchen" means München.

Rules: every word that was typed is a word of the region; where no region has it, the beginning of
one; where none has that either, one that looks like it with a slip of the fingers
(`node.base.naming.near`). Case, accents and dashes make no difference.

>>> known = Regions(["Kiel", "Kiel-Gaarden", "Kieler Umland", "München", "Landkreis Kiel"])
>>> known.meant("kiel")
('Kiel', 'Kiel-Gaarden', 'Landkreis Kiel')
>>> known.meant("Kieler"), known.meant("muenchen"), known.meant("Kile Gaarden"), known.meant("Ulm")
(('Kieler Umland',), ('München',), ('Kiel-Gaarden',), ())
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from node.base.naming import folds, near

WORDS = 6
"""Of what was typed that count."""

KEPT = 500
"""Readings that are kept."""

_WORD = re.compile(r"\w+")


class Regions:
    """Some regions, each as somebody wrote it."""

    def __init__(self, known: Iterable[str]) -> None:
        self._having: dict[str, set[str]] = {}
        for region in known:
            for word in _words(region):
                self._having.setdefault(word, set()).add(region)
        self._words = sorted(self._having)
        self._meant: dict[str, tuple[str, ...]] = {}

    def meant(self, text: str) -> tuple[str, ...]:
        """All that somebody may mean who types this; none if it is no region."""
        found = self._meant.get(text)
        if found is None:
            if len(self._meant) >= KEPT:
                self._meant.clear()
            found = self._meant[text] = tuple(sorted(self._read(text)))
        return found

    def _read(self, text: str) -> set[str]:
        found: set[str] | None = None
        for ways in list(zip(*(_WORD.findall(one) for one in folds(text)), strict=False))[:WORDS]:
            having = self._with(ways)
            found = having if found is None else found & having
        return found or set()

    def _with(self, ways: Sequence[str]) -> set[str]:
        """The regions with a word, however it was spelled."""
        whole = {one for way in ways for one in self._having.get(way, ())}
        return whole or self._beginning(ways) or self._alike(ways)

    def _beginning(self, ways: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for way in ways:
            at = bisect_left(self._words, way)
            while at < len(self._words) and self._words[at].startswith(way):
                found |= self._having[self._words[at]]
                at += 1
        return found

    def _alike(self, ways: Sequence[str]) -> set[str]:
        meant = near(ways[0], self._words)
        return {one for word in meant for one in self._having[word]}


def _words(region: str) -> set[str]:
    return {word for one in folds(region) for word in _WORD.findall(one)}
