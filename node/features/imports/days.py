"""Days in cells: as people and spreadsheets write them, and what was never meant as one.

A year of two digits is the last such year that is not to come. 05/06/2027 is two days; which is
meant the column tells, if any other cell of it can be read in one way only.

>>> today = date(2026, 11, 30)
>>> [read(one, today).day for one in ("5.6.1987", "05.06.87", "5. Juni 1987", "1987-06-05 00:00")]
['1987-06-05', '1987-06-05', '1987-06-05', '1987-06-05']
>>> [read(one, today).day for one in ("Juni 1987", "06/1987", "1987", "Frühjahr")]
['1987-06', '1987-06', '1987', '']
>>> read("05/06/2020", today).days
('2020-06-05', '2020-05-06')
>>> number_behind("1900-01-09"), number_behind("03. Mai"), number_behind("5.6.1987")
('9', '3-5', '')
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

from node.base.dates import MONTHS

_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
_ISO = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_TIME}")
_DOTS = re.compile(rf"(\d{{1,2}})\. ?(\d{{1,2}})\. ?(\d{{4}}|\d{{2}}){_TIME}")
_SIGNS = re.compile(rf"(\d{{1,2}})([/-])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_SAID = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)? ?(?:of )?([^\W\d]+)\.? ?(\d{4})")
_US = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_MONTH = re.compile(r"([^\W\d]+)\.? (\d{4})")
_MONTH_NUMBER = re.compile(r"(\d{1,2})[./-](\d{4})")
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_DAY_MONTH = re.compile(r"(\d{1,2})\.?[ -]?([^\W\d]{3,})\.?")
_MONTH_DAY = re.compile(r"([^\W\d]{3,})\.? (\d{1,2})")

OLDEST_YEAR = 1905
"""Before it nobody who lives was born: it is a number that a spreadsheet took for a day, counted
from 1900 or, as old Macs do, from 1904."""

AHEAD = timedelta(days=366 * 2)
"""Farther ahead no membership begins or ends."""

LONGEST = 40
"""Characters; what is longer is no day."""


class Day(NamedTuple):
    """`day`: YYYY-MM-DD, YYYY-MM or YYYY; empty if it is none, or may be either of `days`."""

    day: str
    days: tuple[str, ...] = ()


NONE = Day("")


def read(text: str, today: date, day_first: bool | None = None) -> Day:
    """The day that is meant; `day_first`: how a column is to be read, if that is known."""
    said = " ".join(text.split()).lower()
    if not said or len(said) > LONGEST:
        return NONE
    if found := _ISO.fullmatch(said):
        return _one(int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTS.fullmatch(said):
        return _one(_year(found[3], today), int(found[2]), int(found[1]))
    if found := _SIGNS.fullmatch(said):
        numbers = int(found[1]), int(found[3])
        return _either(_year(found[4], today), *numbers, day_first)
    if found := _SAID.fullmatch(said):
        return _one(int(found[3]), MONTHS.get(found[2], 0), int(found[1]))
    if found := _US.fullmatch(said):
        return _one(int(found[3]), MONTHS.get(found[1], 0), int(found[2]))
    return _part(said)


def _part(said: str) -> Day:
    """A month or a year."""
    if (found := _MONTH.fullmatch(said)) and found[1] in MONTHS:
        return Day(f"{found[2]}-{MONTHS[found[1]]:02}")
    for pattern, month, year in ((_MONTH_NUMBER, 1, 2), (_YEAR_MONTH, 2, 1)):
        if (found := pattern.fullmatch(said)) and 1 <= int(found[month]) <= 12:
            return Day(f"{found[year]}-{int(found[month]):02}")
    return Day(said) if _YEAR.fullmatch(said) else NONE


def order_of(texts: list[str]) -> bool | None:
    """Whether the day comes first in a column with slashes, or the month; None if nothing tells."""
    first = second = False
    for text in texts:
        if found := _SIGNS.fullmatch(" ".join(text.split()).lower()):
            first |= int(found[1]) > 12
            second |= int(found[3]) > 12
    return first if first != second else None


def is_odd(day: str, today: date, *, birth: bool = False) -> bool:
    """Whether it can hardly be meant: long ago, or far ahead."""
    if int(day[:4]) < OLDEST_YEAR:
        return True
    latest = today if birth else today + AHEAD
    return day > latest.isoformat()


def number_behind(text: str) -> str:
    """What somebody typed of which a spreadsheet made a day, if that is what it looks like: a day
    in the first years that it knows, or one without a year; else nothing."""
    said = " ".join(text.split()).lower()
    for pattern, day, month in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        if (found := pattern.fullmatch(said)) and found[month] in MONTHS:
            return f"{int(found[day])}-{MONTHS[found[month]]}"
    full = next((one for one in (_ISO, _DOTS) if one.fullmatch(said)), None)
    if full is None:
        return ""
    found_day = read(text, date(2000, 1, 1)).day
    if not found_day or int(found_day[:4]) >= OLDEST_YEAR:
        return ""
    begin = date(1904, 1, 1) if found_day >= "1904" else date(1899, 12, 31)
    if "1900-03" <= found_day < "1904":
        begin = date(1899, 12, 30)  # after the 29 February 1900 that spreadsheets believe in
    return str((date.fromisoformat(found_day) - begin).days)


def is_full_day(text: str) -> bool:
    """Whether a cell is nothing but a day with its year."""
    said = " ".join(text.split())
    return any(one.fullmatch(said) for one in (_ISO, _DOTS))


def from_serial(text: str, today: date) -> str:
    """The day that spreadsheets count as this number of days, if it could be meant; else nothing.

    >>> from_serial("31933", date(2026, 11, 30))
    '1987-06-05'
    """
    if not (text.isascii() and text.isdigit() and len(text) == 5):
        return ""
    day = date(1899, 12, 30) + timedelta(int(text))
    return day.isoformat() if day.year >= 1920 and day <= today + AHEAD else ""


def _year(text: str, today: date) -> int:
    if len(text) == 4:
        return int(text)
    year = today.year // 100 * 100 + int(text)
    return year if year <= today.year else year - 100


def _one(year: int, month: int, day: int) -> Day:
    try:
        return Day(date(year, month, day).isoformat())
    except ValueError:
        return NONE


def _either(year: int, first: int, second: int, day_first: bool | None) -> Day:
    readings = (_one(year, second, first).day, _one(year, first, second).day)
    if day_first is not None and readings[0 if day_first else 1]:
        return Day(readings[0 if day_first else 1])
    days = tuple(dict.fromkeys(one for one in readings if one))
    return Day(days[0]) if len(days) == 1 else Day("", days)
