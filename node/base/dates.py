"""Days and times as people type them, in German and English; never guessed.

Two steps, so that the first needs no clock: `parse` understands the words or refuses them, `Spoken`
tells which day that is once today is known. What can mean two days is refused with both (05/06,
Tuesday), what is no day of the calendar (30 February) with the reason. A day without a year is in
the next twelve months; a year of two digits is one of this century.

    2027-06-05 19:00    5.6.2027 19 Uhr    05.06.27 19.30    5.6. 19 Uhr    5. Juni 2027 um 19 Uhr
    June 5 2027 7 pm    5th of June, 19:30    Sa, 5.6. 19 Uhr    in 3 weeks 19:00    morgen 9 Uhr
    am 5.6. um 19 Uhr   7 pm tomorrow         5.6 19 Uhr         um 19.30 am Dienstag

>>> read_moment("5.6. 19 Uhr", datetime(2026, 11, 30, 12, 0))
'2027-06-05T19:00'
>>> read_day("in 3 weeks", date(2026, 11, 30))
datetime.date(2026, 12, 21)
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from node.base.errors import UnclearDate

CENTURY = 2000
"""Of a year that is written with two digits."""

LONGEST = 80
"""Characters; what is longer is no date, and is not looked at."""

FARTHEST = 1000
"""Of "in N days": what is farther is told by its date."""


CODES = (
    *("unknown", "ambiguous", "no_day", "no_time", "weekday", "other_weekday", "time_missing"),
    "day_missing",
)
"""Why a text is refused: not understood; two days; not in the calendar; not on the clock; only a
weekday; the weekday is another; a day without a time where one is needed; a time without a day. A
time where only a day is asked for is `unknown`."""

_MONTHS = (
    *("january jan januar jänner", "february feb februar", "march mar märz maerz mär mrz"),
    *("april apr", "may mai", "june jun juni", "july jul juli", "august aug"),
    *("september sep sept", "october oct oktober okt", "november nov", "december dec dezember dez"),
)
MONTHS = {name: at for at, names in enumerate(_MONTHS, 1) for name in names.split()}
"""1 to 12, by each name that a month has."""

_WEEKDAYS = (
    *("monday mon montag mo", "tuesday tue tues dienstag di", "wednesday wed mittwoch mi"),
    *("thursday thu thurs donnerstag do", "friday fri freitag fr"),
    *("saturday sat samstag sonnabend sa", "sunday sun sonntag so"),
)
WEEKDAYS = {name: at for at, names in enumerate(_WEEKDAYS) for name in names.split()}
"""0 (Monday) to 6, by each name that a weekday has."""

_NEAR = {"today": 0, "heute": 0, "tomorrow": 1, "morgen": 1, "übermorgen": 2}

_NUMBERS = (
    *("one a an ein eine einem einer einen", "two zwei", "three drei", "four vier", "five fünf"),
    *("six sechs", "seven sieben", "eight acht", "nine neun", "ten zehn", "eleven elf"),
    "twelve zwölf",
)
NUMBERS = {name: at for at, names in enumerate(_NUMBERS, 1) for name in names.split()}

_UNITS = {"day": 1, "days": 1, "tag": 1, "tage": 1, "tagen": 1}
_UNITS |= dict.fromkeys(("week", "weeks", "woche", "wochen"), 7)
_MONTH_UNITS = ("month", "months", "monat", "monate", "monaten")


def _either(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_MONTH = rf"(?P<name>{_either(MONTHS)})\.?"
_YEAR = r"(?:,? (?P<year>\d{4}))?"
_DAYS = (
    re.compile(r"(?P<year>\d{4})(?P<sign>[-/])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\.(?: ?(?P<year>\d{4})|(?P<short>\d{2}))?"),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>[1-9])"),  # no time: minutes have two digits
    re.compile(rf"(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)? ?(?:of )?{_MONTH}{_YEAR}"),
    re.compile(rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}"),
    re.compile(
        r"(?P<first>\d{1,2})(?P<sign>[-/])(?P<second>\d{1,2})"
        r"(?:(?P=sign)(?:(?P<year>\d{4})|(?P<short>\d{2})))?"
    ),
    re.compile(
        rf"in (?P<count>\d{{1,4}}|{_either(NUMBERS)})"
        rf" (?P<unit>{_either((*_UNITS, *_MONTH_UNITS))})"
    ),
    re.compile(rf"(?P<near>{_either(_NEAR)})"),
)
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:"
    r"[:.](?P<minute>\d{2})(?::00)?(?: ?(?P<half>[ap])\.?m\.?| ?uhr| ?h)?"
    r"|(?: ?uhr| ?h)(?: (?P<after>\d{2}))?"
    r"| ?(?P<half2>[ap])\.?m\.?)"
)
_AT = r"(?:,? (?:um |at )?|t(?=\d))"
_LEAD = re.compile(r"(?:am|on|den|the) ")
_CLOCK = re.compile(rf"(?:um |at )?{_TIME.pattern}")
_GERMAN = "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag di mi do fr sa so"
_AM = re.compile(  # “um 7.30 am Dienstag”: no time before noon
    r"(?P<time>(?:um )?\d{1,2}(?:[.:]\d{2})?) am"
    rf" (?=\d{{1,2}}\.|(?:{_either(_GERMAN.split())})\b)"
)
_TIME_FIRST = re.compile(rf"{_CLOCK.pattern},? (?=\S)")
_WEEKDAY = re.compile(rf"(?P<weekday>{_either(WEEKDAYS)})(?:\.?,? (?:den |the )?|$)")
_ONLY_WEEKDAY = re.compile(
    r"(?:(?:am|on|next|this|nächste[rn]?|kommende[rn]?|diese[rn]?) )?"
    rf"(?P<weekday>{_either(WEEKDAYS)})"
    rf"(?:{_AT}{_TIME.pattern})?"
)


@dataclass(frozen=True)
class Spoken:
    """A day, and perhaps a time, as somebody said it."""

    text: str
    month: int = 0
    day: int = 0
    year: int | None = None
    """None: in the next twelve months."""
    days: int | None = None
    """So many days from today."""
    months: int | None = None
    """The same day, so many months from now."""
    readings: tuple[tuple[int, int], ...] = ()
    """(month, day), where it can be two."""
    weekday: int | None = None
    """As it was said besides; it has to fit."""
    alone: bool = False
    """Nothing but a weekday was said: that can be this week's or the next one's."""
    at: time | None = None
    dayless: bool = False
    """Nothing but a time was said."""

    @property
    def is_relative(self) -> bool:
        """Whether it is counted from today."""
        return self.days is not None or self.months is not None

    def on(self, today: date) -> date:
        """Which day that is; `UnclearDate` if it is none, or not one only."""
        if self.readings:
            raise UnclearDate("ambiguous", self.text, self._both(today))
        if self.alone and self.weekday is not None:
            first = today + timedelta((self.weekday - today.weekday()) % 7)
            raise UnclearDate("weekday", self.text, (first, first + timedelta(7)))
        found = self._found(today, self.month, self.day)
        if self.weekday is not None and found.weekday() != self.weekday:
            raise UnclearDate("other_weekday", self.text, (found,))
        return found

    def meant(self, found: date) -> "Spoken":
        """The same, after somebody said which day they mean."""
        return Spoken(self.text, found.month, found.day, found.year, at=self.at)

    def moment(self, now: datetime) -> str:
        """The day and time as records write them, `now` being wall time where it is meant."""
        if self.dayless and self.at is not None:
            later = datetime.combine(now.date(), self.at) > now
            first = now.date() + timedelta(0 if later else 1)
            raise UnclearDate("day_missing", self.text, (first, first + timedelta(1)))
        found = self.on(now.date())
        if self.at is None:
            raise UnclearDate("time_missing", self.text, (found,))
        return datetime.combine(found, self.at).isoformat(timespec="minutes")

    def _found(self, today: date, month: int, day: int) -> date:
        try:
            if self.days is not None:
                return today + timedelta(self.days)
            if self.months is not None:
                years, month0 = divmod(today.month - 1 + self.months, 12)
                return date(today.year + years, month0 + 1, today.day)
            if self.year is not None:
                return date(self.year, month, day)
            return _next(today, month, day)
        except (ValueError, OverflowError):
            raise UnclearDate("no_day", self.text) from None

    def _both(self, today: date) -> tuple[date, ...]:
        return tuple(self._found(today, month, day) for month, day in self.readings)


def _next(today: date, month: int, day: int) -> date:
    """In the twelve months that begin today."""
    found = None
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            break
    if found is None or found < today or found >= _in_a_year(today):
        raise ValueError
    return found


def _in_a_year(today: date) -> date:
    try:
        return today.replace(year=today.year + 1)
    except ValueError:  # 29 February
        return date(today.year + 1, 3, 1)


def parse(text: str, *, timed: bool) -> Spoken:
    """What was said; `UnclearDate` if it can't be any day (or, if `timed`, day with a time).

    >>> parse("5.6.", timed=False).on(date(2026, 11, 30))
    datetime.date(2027, 6, 5)
    """
    said = _plain(text)
    if len(said) > LONGEST:
        raise UnclearDate("unknown", text)
    if only := _ONLY_WEEKDAY.fullmatch(said):
        return _only_weekday(only, text, timed)
    if timed and (first := _by_the_clock(said, text)):
        return first
    said = _LEAD.sub("", said, count=1) if _LEAD.match(said) else said
    begin = _WEEKDAY.match(said)
    parts = _parts(said[begin.end() :] if begin else said)
    if parts is None or (parts[1] and not timed):
        raise UnclearDate("unknown", text)
    found, at = parts
    values = _day(found, text)
    if timed and at is None:
        raise UnclearDate("time_missing", text)
    weekday = WEEKDAYS[begin["weekday"]] if begin else None
    return Spoken(text, weekday=weekday, at=_clock(at, text) if at else None, **values)


def _by_the_clock(said: str, text: str) -> Spoken | None:
    """What begins with a time; None if it does not, or no day follows."""
    said = _AM.sub(r"\g<time>, ", said, count=1)
    if only := _CLOCK.fullmatch(said):
        return Spoken(text, at=_clock(only, text), dayless=True)
    first = _TIME_FIRST.match(said)
    if first is None:
        return None
    try:
        day = parse(said[first.end() :], timed=False)
    except UnclearDate as error:
        if error.code == "unknown":
            return None
        raise UnclearDate(error.code, text, error.readings) from None
    return replace(day, text=text, at=_clock(first, text))


def read_clock(text: str) -> time | None:
    """The time of day that a text is, if it is nothing else; `UnclearDate` if no clock shows it.

    >>> read_clock("um 19.30"), read_clock("7 pm"), read_clock("5.6.")
    (datetime.time(19, 30), datetime.time(19, 0), None)
    """
    found = _CLOCK.fullmatch(_plain(text)) if len(text) <= LONGEST else None
    return _clock(found, text) if found else None


def read_day(text: str, today: date) -> date:
    """The day that a text means."""
    return parse(text, timed=False).on(today)


def read_moment(text: str, now: datetime) -> str:
    """The wall time that a text means, as records write it."""
    return parse(text, timed=True).moment(now)


def _only_weekday(found: re.Match[str], text: str, timed: bool) -> Spoken:
    if found["hour"] and not timed:
        raise UnclearDate("unknown", text)
    at = _clock(found, text) if found["hour"] else None
    return Spoken(text, weekday=WEEKDAYS[found["weekday"]], alone=True, at=at)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def _parts(said: str) -> tuple[re.Match[str], re.Match[str] | None] | None:
    """The day, and the time if there is one: first the whole as a day."""
    for one in _DAYS:
        if day := one.fullmatch(said):
            return day, None
    for one in _DAYS:
        if both := re.fullmatch(rf"(?P<said>{one.pattern}){_AT}{_TIME.pattern}", said):
            day, at = one.fullmatch(both["said"]), _TIME.fullmatch(said, both.start("hour"))
            return (day, at) if day and at else None
    return None


def _day(found: re.Match[str], text: str) -> dict[str, Any]:
    said = found.groupdict()
    if said.get("near"):
        return {"days": _NEAR[said["near"]]}
    if said.get("count"):
        return _relative(said["count"], said["unit"], text)
    year = int(said["year"]) if said.get("year") else None
    if said.get("short"):
        year = CENTURY + int(said["short"])
    if said.get("first"):
        return {"year": year, **_either_way(int(said["first"]), int(said["second"]), year, text)}
    month = MONTHS[said["name"]] if said.get("name") else int(said["month"])
    return {"year": year, **_possible(month, int(said["day"]), year, text)}


def _possible(month: int, day: int, year: int | None, text: str) -> dict[str, Any]:
    if not _exists(month, day, year):
        raise UnclearDate("no_day", text)
    return {"month": month, "day": day}


def _exists(month: int, day: int, year: int | None) -> bool:
    try:
        date(2000 if year is None else year, month, day)  # a leap year
    except ValueError:
        return False
    return True


def _either_way(first: int, second: int, year: int | None, text: str) -> dict[str, Any]:
    """Day and month in either order: 05/06 is two days, 13/06 and 05/05 are one."""
    readings = {(second, first), (first, second)}
    possible = sorted(one for one in readings if _exists(*one, year))
    if len(possible) == 2:
        return {"readings": tuple(possible)}
    if not possible:
        raise UnclearDate("no_day", text)
    return _possible(*possible[0], year, text)


def _relative(count: str, unit: str, text: str) -> dict[str, Any]:
    n = int(count) if count.isdigit() else NUMBERS[count]
    if n > FARTHEST:
        raise UnclearDate("unknown", text)
    return {"months": n} if unit in _MONTH_UNITS else {"days": n * _UNITS[unit]}


def _clock(found: re.Match[str], text: str) -> time:
    half = found["half"] or found["half2"]
    hour, minute = int(found["hour"]), int(found["minute"] or found["after"] or 0)
    if half:
        if not 1 <= hour <= 12:
            raise UnclearDate("no_time", text)
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise UnclearDate("no_time", text) from None
