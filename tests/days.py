"""Days as seen from the moment in which the tests run.

Commands, pages and servers that a test starts live in the present, each in a process of its own.
So what such a test types is relative to the present; it names no day of the calendar.
`make test-later` proves it.
"""

import os
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = 86_400

IS_MOVED = "LATER_SECONDS" in os.environ
"""This is `make test-later`. What asks the kernel itself for the time lives in the true present."""


def today() -> date:
    """In UTC, as what is written in seconds."""
    return datetime.now(UTC).date()


def day(ahead: int, today_: date | None = None) -> str:
    """A day of the calendar, so many days from now: 2027-03-05."""
    return ((today_ or today()) + timedelta(days=ahead)).isoformat()


def wall(ahead: int, hour: str = "19:00", now: int | None = None) -> str:
    """A wall clock time as records write it: 2027-03-05T19:00; `now` is that of a clock that a test
    sets."""
    since = None if now is None else datetime.fromtimestamp(now, UTC).date()
    return f"{day(ahead, since)}T{hour}"


def typed(ahead: int, hour: str = "19:00") -> str:
    """A wall clock time as people type it: 2027-03-05 19:00."""
    return f"{day(ahead)} {hour}"


def moment(wall_time: str, zone: str = "Europe/Berlin") -> int:
    """The seconds since 1970 of a wall clock time of a zone."""
    return int(datetime.fromisoformat(wall_time).replace(tzinfo=ZoneInfo(zone)).timestamp())


def later(days: float) -> int:
    """Seconds since 1970, so many days from now."""
    return int(time.time() + days * DAY)


def german(ahead: int, hour: str = "19:00") -> str:
    """The same as people type it in German: 5.3.2027 19:00."""
    there = today() + timedelta(days=ahead)
    return f"{there.day}.{there.month}.{there.year} {hour}"
