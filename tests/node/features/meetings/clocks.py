"""When the clocks of a zone are put forward or back next, counted from today."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.days import wall


def jump(zone: str, *, backwards: bool) -> str:
    """The day of the next change, as YYYY-MM-DD; today's is over."""
    here = ZoneInfo(zone)
    day = datetime.fromisoformat(wall(1)[:10]).replace(tzinfo=UTC)
    for _ in range(370):
        before, after = (one.astimezone(here).utcoffset() for one in (day, day + timedelta(1)))
        if before and after and before != after and (after < before) is backwards:
            return f"{day:%Y-%m-%d}"
        day += timedelta(1)
    raise LookupError(zone)
