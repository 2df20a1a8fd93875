"""Reads VTIMEZONE as a calendar does: from its text alone, by nobody's table of zones."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from functools import cache

from dateutil.rrule import rrulestr
from icalendar import Component

LAST = datetime(2060, 1, 1)  # noqa: DTZ001 - wall clock
"""Until when rules are followed."""


@cache
def _rule(text: str, starts: datetime) -> tuple[datetime, ...]:
    return tuple(rrulestr(text, dtstart=starts).between(starts, LAST, inc=True))


class ReadZone:
    """The offset at a moment, as the observances of a VTIMEZONE say."""

    def __init__(self, zone: Component) -> None:
        found: list[tuple[datetime, timedelta]] = []
        self.rules = 0
        for one in zone.subcomponents:
            before, after = one["tzoffsetfrom"].td, one["tzoffsetto"].td
            starts: datetime = one["dtstart"].dt
            moments = (starts,)
            if "rrule" in one:
                self.rules += 1
                moments = _rule(one["rrule"].to_ical().decode(), starts)
                assert moments[0] == starts, "a rule begins with a moment of its own"
            found += [((local - before).replace(tzinfo=UTC), after) for local in moments]
        found.sort()
        assert len({moment for moment, _ in found}) == len(found), "two changes at one moment"
        self._moments = [moment for moment, _ in found]
        self._offsets = [offset for _, offset in found]

    def offset(self, moment: datetime) -> timedelta:
        """Of the last observance that began."""
        at = bisect_right(self._moments, moment)
        assert at, "before the first observance"
        return self._offsets[at - 1]
