"""What the machines of others say about the time (docs/protocol.md §4.5, 8).

Each node says in a handshake what its clock shows. Whose word counts is not asked here: a caller
hears only those whose tie a person accepted, and each node once, by its home, however many
networks it looks after. One alone is nobody: he may lie, or his clock may be wrong.
"""

from collections.abc import Callable
from statistics import median_low
from typing import Any, NamedTuple

from node.store.settings import Settings

DAY = 86_400

AGREE = 2
"""So many must say the same: one alone moves nothing."""

APART = DAY
"""Seconds by which two clocks that say the same may differ."""

KEPT_SECONDS = 2 * DAY
"""How long a word counts; every session begins with another one."""

AGAIN_SECONDS = 3_600
"""A word that says the same as the last is not written down each time."""

MOST = 64
"""Words that are kept: the latest."""

KEY = "clocks"


class Word(NamedTuple):
    """What somebody's clock showed, and what this machine had counted then."""

    said: int
    counted: float


class Consensus(NamedTuple):
    """A time that `by` nodes say it is."""

    time: int
    by: int


class Witnesses:
    """The words of others, as far as they count now."""

    def __init__(self, steady: Callable[[], float], settings: Settings) -> None:
        self._steady, self._settings = steady, settings
        self._words: dict[str, Word] = {}

    def read(self) -> None:
        """Look what this or another process wrote."""
        found: dict[str, Any] = self._settings.get(KEY) or {}
        self._words = {home: Word(*word) for home, word in found.items()}

    def hear(self, home: str, said: int) -> None:
        """The node of `home` says that it is `said`. Inside a transaction."""
        self._words.pop(home, None)
        self._words[home] = Word(said, self._steady())
        kept = list(self._words.items())[-MOST:]
        self._words = {one: word for one, word in kept if self._counts(word)}
        self._settings.set(KEY, {one: list(word) for one, word in self._words.items()})

    def forget(self, home: str) -> None:
        """What the node of `home` said counts no more. Inside a transaction."""
        if self._words.pop(home, None):
            self._settings.set(KEY, {one: list(word) for one, word in self._words.items()})

    def has(self, home: str) -> bool:
        """Whether the node of `home` said anything."""
        return home in self._words

    def knows(self, home: str, said: int) -> bool:
        """Whether that is what it said before, within the hour, and not long ago."""
        word = self._words.get(home)
        fresh = word is not None and 0 <= self._steady() - word.counted <= KEPT_SECONDS / 2
        return word is not None and fresh and abs(self._now(word) - said) < AGAIN_SECONDS

    def vouch_for(self, shown: int) -> bool:
        """Whether as many as it takes agree with what the clock shows."""
        return sum(abs(one - shown) <= APART for one in self._times()) >= AGREE

    def against(self, shown: int) -> Consensus | None:
        """What as many as it takes say instead; None if they don't, or the clock is vouched for."""
        if self.vouch_for(shown):
            return None
        others = sorted(one for one in self._times() if abs(one - shown) > APART)
        found = [[two for two in others if 0 <= two - one <= APART] for one in others]
        most = max(found, key=len, default=[])
        return Consensus(median_low(most), len(most)) if len(most) >= AGREE else None

    def _times(self) -> list[int]:
        return [self._now(word) for word in self._words.values() if self._counts(word)]

    def _now(self, word: Word) -> int:
        return word.said + int(self._steady() - word.counted)

    def _counts(self, word: Word) -> bool:
        """Not of before the machine was switched on, when it began to count anew."""
        return 0 <= self._steady() - word.counted <= KEPT_SECONDS
