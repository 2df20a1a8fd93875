"""What the clock shows, and how far it may be believed (docs/protocol.md §4.5).

A clock hides what ran out; it never destroys anything by itself. A node goes by what its clock
shows as long as that goes on from where it was, within `STEP`, or is vouched for:

| the clock shows | trouble | time by which the node acts |
|---|---|---|
| a time within `STEP` of the one expected, or one that is vouched for | none | what it shows |
| later than that | `ahead` | what it shows |
| earlier than that | `behind` | the time expected |
| a time before this was written | `unset` | the time expected |

The time *expected* is the latest by which the node acted, and what has passed since this process
read it. So a machine without a clock goes on where it was switched off. A node of less than a day
(`FRESH`) has nothing to set against a clock that goes back: it was set up while that was wrong.

A time is *vouched for* by two nodes that say the same within a day (`node.store.witnesses`), or by
a person. What others wrote is deleted only up to the time that is *sure*: one that was vouched for,
and the seconds counted since; while a clock stays within a day of that (`NEAR`) it may say so
itself. Where two others say the same and something else than the clock, the sure time stands still.
"""

import contextlib
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from node.store.settings import Settings
from node.store.witnesses import Consensus, Witnesses
from protocol.check import GRACE

DAY = 86_400

STEP = 15 * DAY
"""A fortnight and a day: whoever is seldom there starts it on every other weekend. A wrong month is
more, and so is an empty battery."""

NEAR = DAY

FRESH = DAY

EARLIEST = 1_793_491_200
"""November 2026, when this was written: no clock that is right shows less."""

WRITTEN_SECONDS = 3_600
"""How often the time reached is written down."""

KEY = "clock"
AHEAD, BEHIND, UNSET = "ahead", "behind", "unset"


class Known(NamedTuple):
    """What is remembered. `at`: the time reached, 0 if none is; `since`: when that began.

    `sure`: the time that has certainly come. `insists`: a person said so against what others say.

    `future`: own records may have been issued in what is the future now. `early`: the numbers
    between which they were issued by a clock that was behind, the second None while it is.
    """

    at: int = 0
    since: int = 0
    future: bool = False
    early: tuple[int, int | None] | None = None
    sure: int = 0
    insists: bool = False


def wall_clock() -> int:
    """Seconds since 1970, UTC."""
    return int(time.time())


def steady_clock() -> float:
    """Seconds that passed, whatever the clock was set to; also asleep, where the system tells."""
    with contextlib.suppress(AttributeError, OSError):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Timekeeper:
    """The clock of a node: called, it gives the time by which the node acts."""

    def __init__(
        self, wall: Callable[[], int], steady: Callable[[], float], settings: Settings
    ) -> None:
        self.wall, self.steady = wall, steady
        self._settings = settings
        self.witnesses = Witnesses(steady, settings)
        self._known = Known()
        self._anchors: dict[int, float] = {}
        self._began = steady()
        self._first: int | None = None
        self.read()

    def __call__(self) -> int:
        """Seconds since 1970, UTC."""
        shown = self.wall()
        return self.expected if self._judge(shown) in (BEHIND, UNSET) else shown

    @property
    def trouble(self) -> str | None:
        """`ahead`, `behind` or `unset`; None if the clock can be right."""
        return self._judge(self.wall())

    @property
    def expected(self) -> int:
        """The time reached and what has passed since."""
        return max(self._known.at, EARLIEST) + self._passed(self._known.at)

    def _passed(self, anchor: int) -> int:
        return int(self.steady() - self._anchors.setdefault(anchor, self.steady()))

    @property
    def reached(self) -> int:
        """The time that has certainly come: what others wrote and ran out by it may be deleted."""
        shown, known = self.wall(), self._known
        if shown >= EARLIEST and (self.witnesses.vouch_for(shown) or not known.at):
            return shown
        if self.contradicted is not None:
            return min(shown, known.sure)
        counted = known.sure + self._passed(known.sure)
        if self._judge(shown):
            return counted
        return shown if shown < counted + NEAR else counted

    @property
    def contradicted(self) -> Consensus | None:
        """What others say it is, if they agree, not with this clock, and nobody insisted on it."""
        shown = self.wall()
        return None if self._insists(shown) else self.witnesses.against(shown)

    def _insists(self, shown: int) -> bool:
        """A person said that the clock is right, and it was not set since."""
        return self._known.insists and abs(shown - self.expected) <= NEAR

    @property
    def known(self) -> Known:
        """What is remembered."""
        return self._known

    def _judge(self, shown: int) -> str | None:
        if shown < EARLIEST:
            return UNSET
        if not self._known.at or self.witnesses.vouch_for(shown):
            return None
        off = shown - self.expected
        if off > STEP:
            return AHEAD
        return BEHIND if off < -STEP and not self._is_fresh else None

    @property
    def _is_fresh(self) -> bool:
        return self._known.at - self._known.since < FRESH

    # What is remembered

    def read(self) -> None:
        """Look what was written."""
        self.witnesses.read()
        found: dict[str, Any] | None = self._settings.get(KEY)
        if found is None:  # of a node that an earlier version ran
            found = {"at": self._settings.get("tidied", 0)}
        early = found.get("early")
        self._set(
            Known(
                found["at"],
                found.get("since", 0),
                bool(found.get("future")),
                (early[0], early[1]) if early else None,
                found.get("sure", found["at"]),
                bool(found.get("insists")),
            )
        )

    def _set(self, known: Known) -> None:
        self._known = known
        for anchor in (known.at, known.sure):
            self._anchors.setdefault(anchor, self.steady())
        while len(self._anchors) > 6:  # after a rollback the one before counts again
            del self._anchors[next(iter(self._anchors))]

    def step(self, last: int) -> None:
        """Remember the time that is reached; `last`: the number of the last record.

        Inside a transaction, before anything is written in it.
        """
        first = self._first = last if self._first is None else self._first
        old, shown = self._known, self.wall()
        known = self._next(old, shown, first, last)
        steps = known.at - old.at, known.sure - old.sure
        soon = all(0 <= step < WRITTEN_SECONDS for step in steps)
        if soon and known._replace(at=old.at, sure=old.sure) == old:
            return
        self._write(known)

    def _next(self, old: Known, shown: int, first: int, last: int) -> Known:
        expected = self.expected if old.at else 0
        trouble, sure = self._judge(shown), self.reached
        insists = self._insists(shown) and not self.witnesses.vouch_for(shown)
        if trouble == AHEAD:
            # A machine without a clock begins where it was switched off, and is told then.
            early, young = _closed(old.early, last), self.steady() - self._began < DAY
            if early is None and young and not old.future and first < last:
                early = (first, last)
            return Known(expected, old.since, True, early, sure)
        if trouble is not None:
            return Known(expected, old.since, old.future, old.early or (last, None), sure)
        anew = not old.at or shown < expected - STEP
        went_back = bool(old.at) and shown < expected - GRACE
        since = shown if anew else old.since
        early = _closed(old.early, last)
        return Known(shown, since, old.future or went_back, early, sure, insists)

    def confirm(self, last: int) -> None:
        """A person says that the clock is right, also against what others say. Inside a
        transaction."""
        shown = self.wall()
        insists = self.witnesses.against(shown) is not None
        back = shown < self.expected
        early = _closed(self._known.early, last)
        self._write(Known(shown, shown, self._known.future or back, early, shown, insists))

    def note_own(self, issued: int) -> None:
        """Something of one's own came back that may have been dated by a clock that was ahead.
        Inside a transaction."""
        if issued > self() + GRACE and not self._known.future:
            self._write(self._known._replace(future=True))

    def mended(self) -> None:
        """What was issued at wrong times was issued again. Inside a transaction."""
        if self._known.future or self._known.early:
            self._write(self._known._replace(future=False, early=None))

    def _write(self, known: Known) -> None:
        self._settings.set(KEY, known._asdict())
        self._set(known)


def _closed(early: tuple[int, int | None] | None, last: int) -> tuple[int, int | None] | None:
    if early is None or early[1] is not None:
        return early
    return early[0], last
