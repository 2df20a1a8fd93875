"""When the meetings of a measurement are: always ahead, whenever it is measured."""

from datetime import UTC, datetime

AHEAD_SECONDS = 90 * 86_400


def to_come(now: float) -> str:
    """A wall clock time about three months after `now` (seconds since 1970).

    >>> to_come(0)
    '1970-04-01T19:00'
    """
    return f"{datetime.fromtimestamp(now + AHEAD_SECONDS, UTC):%Y-%m-%dT19:00}"
