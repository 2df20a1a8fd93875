"""Time zones for calendars (RFC 5545 §3.6.5).

* Where the zone goes on by a rule, the rule (RRULE); a change that no rule makes stands by itself.
* What is described begins with the last change before the first meeting, and ends a year after the
  last one, or never.
"""

from datetime import UTC, date, datetime, timedelta

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from node.base.zone_table import DAY, Change, Day, Offset, Rule, read_table

AFTER = 400 * DAY
"""Described after the last meeting where there is no rule: both changes of a year."""

WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
Observance = TimezoneStandard | TimezoneDaylight

_SHORTEST = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def vtimezone(name: str, start: int, end: int) -> Timezone:
    """The zone `name` for all moments from `start` to `end` (seconds UTC); see `read_table`."""
    zone = read_table(name)
    found, ruled = zone.changes(start, end + AFTER)
    rules = _rules(zone.rule) if ruled > 1 else None
    if zone.rule is None or rules is None:
        ruled = 0
    made = Timezone()
    made.add("tzid", name)
    if not found or found[0].at > start:
        made.add_component(_ever(found[0].before if found else zone.first, start))
    for change in found[: len(found) - ruled]:
        made.add_component(_observance(change, None))
    if rules is not None and ruled:
        for change in found[len(found) - ruled :][:2]:
            made.add_component(_observance(change, rules[change.after.summer]))
    return made


def _ever(offset: Offset, start: int) -> Observance:
    """From before the first meeting on, until something changes."""
    return _observance(Change(min(start, 0), offset, offset._replace(summer=False)), None)


def _observance(change: Change, rule: dict[str, object] | None) -> Observance:
    made = TimezoneDaylight() if _is_daylight(change) else TimezoneStandard()
    local = datetime.fromtimestamp(0, UTC) + timedelta(seconds=change.at + change.before.seconds)
    made.add("dtstart", local.replace(tzinfo=None))
    made.add("tzoffsetfrom", timedelta(seconds=change.before.seconds))
    made.add("tzoffsetto", timedelta(seconds=change.after.seconds))
    made.add("tzname", change.after.name)
    if rule is not None:
        made.add("rrule", rule)
    return made


def _is_daylight(change: Change) -> bool:
    """In tables Ireland has summer time in winter, back by an hour; calendars take it amiss."""
    if change.before.summer != change.after.summer:
        return change.after.seconds > change.before.seconds
    return change.after.summer


def _rules(rule: Rule | None) -> dict[bool, dict[str, object]] | None:
    """By whether summer time begins with it; None if RRULE can't say one of them."""
    if rule is None:
        return None
    begins, ends = yearly(rule.begins), yearly(rule.ends)
    return {True: begins, False: ends} if begins and ends else None


def yearly(day: Day) -> dict[str, object] | None:
    """A day of each year as RRULE says it. Its time may lie on another day: 50:00 is two later."""
    moved = day.seconds // DAY
    found: dict[str, object] = {"freq": "yearly", "bymonth": day.month}
    weekday = WEEKDAYS[(day.weekday + moved) % 7]
    if moved == 0:
        return found | {"byday": f"{-1 if day.week == 5 else day.week}{weekday}"}
    length = _SHORTEST[day.month - 1]
    last = length if day.week == 5 else 7 * day.week
    days = [number + moved for number in range(last - 6, last + 1)]
    if days[0] >= 1 and days[-1] <= length and not (day.month == 2 and day.week == 5):
        return found | {"byday": weekday, "bymonthday": days}
    if day.month <= 2:
        return None
    # Into another month, as in Egypt at the end of October: counted from the end of the year.
    first = (date(2001, day.month, 1) - date(2002, 1, 1)).days - 1
    return {"freq": "yearly", "byday": weekday, "byyearday": [first + number for number in days]}
