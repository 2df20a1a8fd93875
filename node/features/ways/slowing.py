"""How wrong entries slow down: those of one browser, and all together; never those of an account.

Rules:

1. A browser may be wrong `FREE` times; then it waits a second, two, four … up to `LONGEST_WAIT`.
2. All together may be wrong `ALL_FREE` times at once, then once in `ALL_SECONDS`: so in the ten
   minutes of a code fewer than three hundred of its 656,100,000,000 can be tried, with however many
   browsers. Whoever types a right code meanwhile waits `ALL_SECONDS` at most, and tries again.
3. No account is named here: nobody can lock out another by typing nonsense.
4. What was refused for being too early was not looked at, and does not count.

>>> now = 0.0
>>> slowing = Slowing(lambda: now)
>>> for _one in range(FREE + 2): slowing.wrong("b")
>>> slowing.wait("b"), slowing.wait("c")
(4, 0)
"""

import math
from collections.abc import Callable

FREE = 3
"""Slips of the finger."""

LONGEST_WAIT = 60

ALL_FREE = 30
"""Fifteen people in one room with two slips each."""

ALL_SECONDS = 3
"""Then one entry in so many seconds may be wrong."""

REMEMBERED = 1_000
"""Browsers; of more those are forgotten that were wrong longest ago."""


class Slowing:
    """What one running node remembers of wrong entries. `steady`: a clock that nobody sets."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._browsers: dict[str, tuple[int, float]] = {}
        self._all_until = -math.inf
        """When all wrong entries so far are paid off, each `ALL_SECONDS`."""

    def wait(self, browser: str) -> int:
        """So many seconds this browser is to wait; 0: it may enter something now."""
        now = self._steady()
        times, last = self._browsers.get(browser, (0, now))
        own = last + _pause(times) - now if times >= FREE else 0.0
        all_ = self._all_until - (ALL_FREE - 1) * ALL_SECONDS - now
        return max(0, math.ceil(max(own, all_)))

    def wrong(self, browser: str) -> None:
        """It entered something wrong."""
        now = self._steady()
        times, _last = self._browsers.pop(browser, (0, now))
        self._browsers[browser] = (times + 1, now)
        while len(self._browsers) > REMEMBERED:
            del self._browsers[next(iter(self._browsers))]
        self._all_until = max(self._all_until, now) + ALL_SECONDS

    def right(self, browser: str) -> None:
        """It entered something right: it begins anew."""
        self._browsers.pop(browser, None)


def _pause(times: int) -> int:
    return min(2 ** min(times - FREE, 10) if times >= FREE else 0, LONGEST_WAIT)
