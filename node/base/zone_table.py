"""Time zones as their files tell them: every change, and the rule that goes on for ever.

`zoneinfo` answers "which offset at this moment" and no more; calendars want to be told when it
changes. Read from the files that `zoneinfo` reads (TZif, RFC 9636), whose last line is the rule for
all time to come (a POSIX TZ string). Some zones have none: theirs are single changes.
"""

import re
import struct
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

DAY = 86_400
EPOCH = date(1970, 1, 1)

_LOCAL = re.compile(r"localtime|posixrules|(posix|right)/.*")
"""In the folders of some systems: whatever this machine is set to, and tables of another kind."""


class Offset(NamedTuple):
    """What a clock shows: seconds east of UTC, its name, and whether it is summer time."""

    seconds: int
    name: str
    summer: bool


class Change(NamedTuple):
    """At the second `at` (UTC) the clock goes from one offset to another."""

    at: int
    before: Offset
    after: Offset


class Day(NamedTuple):
    """A day of each year, and the second of it by the clock that ends. `Mm.w.d` in POSIX: `week` 5
    is the last, `weekday` 0 is Sunday. `seconds` may be before or after that day."""

    month: int
    week: int
    weekday: int
    seconds: int


class Rule(NamedTuple):
    """Two changes a year, for ever."""

    standard: Offset
    summer: Offset
    begins: Day
    ends: Day

    def changes(self, year: int) -> list[Change]:
        """Those of one year, in order."""
        found = [
            Change(_second(year, self.begins) - self.standard.seconds, self.standard, self.summer),
            Change(_second(year, self.ends) - self.summer.seconds, self.summer, self.standard),
        ]
        return sorted(found)


class Zone(NamedTuple):
    """A zone: the changes of its table, what was before them, and the rule after the last."""

    first: Offset
    table: tuple[Change, ...]
    rule: Rule | None

    def changes(self, start: int, end: int) -> tuple[list[Change], int]:
        """The last change until `start`, and all from there to `end` (seconds UTC); and how many
        of them, at the end, the rule makes."""
        last = self.table[-1].at if self.table else -(2**40)
        years = range(_year(start) - 2, _year(end) + 2)
        ruled = [one for year in years for one in self.rule.changes(year)] if self.rule else []
        later = [one for one in ruled if one.at > last]
        found = [one for one in (*self.table, *later) if one.at <= end]
        before = [number for number, one in enumerate(found) if one.at <= start]
        found = found[before[-1] if before else 0 :]
        return found, _common_end(found, [one for one in ruled if one.at <= end])


def _common_end(found: list[Change], ruled: list[Change]) -> int:
    count = 0
    for one, other in zip(reversed(found), reversed(ruled), strict=False):
        if (one.at, one.before.seconds, one.after.seconds) != (
            other.at,
            other.before.seconds,
            other.after.seconds,
        ):
            break
        count += 1
    return count


def known_zone(name: str) -> ZoneInfo | None:
    """The zone of this name, if this machine knows one that is the same everywhere."""
    if _LOCAL.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=64)
def read_table(name: str) -> Zone:
    """The table of a zone that `known_zone` knows; ValueError or OSError if it can't be read."""
    return parse_zone(_file_of(name))


def _file_of(name: str) -> bytes:
    for folder in TZPATH:
        path = Path(folder, name)
        if path.is_file():
            return path.read_bytes()
    from importlib import resources

    return resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


# TZif


_HEADER = struct.Struct(">4sc15x6l")


def parse_zone(data: bytes) -> Zone:
    """The zone in a TZif file; ValueError if it is none."""
    counts, at, wide = _header(data, 0), _HEADER.size, 4
    if data[4:5] >= b"2":  # the same once more, in 64 bits
        at += _block(counts, 4)
        counts, at, wide = _header(data, at), at + _HEADER.size, 8
    _isut, _isstd, _leaps, times, types, characters = counts
    moments = struct.unpack_from(f">{times}{'q' if wide == 8 else 'l'}", data, at)
    at += times * wide
    indexes = data[at : at + times]
    at += times
    raw = [struct.unpack_from(">lBB", data, at + 6 * number) for number in range(types)]
    names = data[at + 6 * types : at + 6 * types + characters]
    offsets = [Offset(seconds, _name(names, start), bool(dst)) for seconds, dst, start in raw]
    first = next((one for one in offsets if not one.summer), offsets[0])
    table: list[Change] = []
    before = first
    for moment, index in zip(moments, indexes, strict=True):
        if offsets[index] != before or not table:
            table.append(Change(moment, before, offsets[index]))
        before = offsets[index]
    end = at - times * wide - times + _block(counts, wide)
    footer = data[end:].strip(b"\n").decode("ascii") if wide == 8 else ""
    return Zone(first, tuple(table), parse_rule(footer))


def _header(data: bytes, at: int) -> tuple[int, ...]:
    if len(data) < at + _HEADER.size or data[at : at + 4] != b"TZif":
        raise ValueError("no TZif file")
    _magic, _version, *counts = _HEADER.unpack_from(data, at)
    return tuple(counts)


def _block(counts: tuple[int, ...], wide: int) -> int:
    isut, isstd, leaps, times, types, characters = counts
    return times * (wide + 1) + types * 6 + characters + leaps * (wide + 4) + isstd + isut


def _name(names: bytes, start: int) -> str:
    return names[start : names.index(b"\0", start)].decode("ascii")


# POSIX TZ


_CLOCK = r"[+-]?[0-9]{1,3}(?::[0-9]{2}){0,2}"
_WORD = r"[A-Za-z]+|<[A-Za-z0-9+-]+>"
_RULE = re.compile(
    rf"({_WORD})({_CLOCK})(?:({_WORD})({_CLOCK})?"
    rf",M([0-9]+)\.([1-5])\.([0-6])(?:/({_CLOCK}))?,M([0-9]+)\.([1-5])\.([0-6])(?:/({_CLOCK}))?)?"
)


def parse_rule(text: str) -> Rule | None:
    """The rule in a POSIX TZ string; None if there are no changes in it.

    >>> parse_rule("CET-1CEST,M3.5.0,M10.5.0/3").ends
    Day(month=10, week=5, weekday=0, seconds=10800)
    """
    found = _RULE.fullmatch(text)
    if text and found is None:
        raise ValueError("a rule of another kind")
    if found is None or found[3] is None:
        return None
    name, clock, other, summer, *days = found.groups()
    standard = Offset(-_clock(clock), name.strip("<>"), False)
    ahead = -_clock(summer) if summer else standard.seconds + 3_600
    begins, ends = (
        Day(int(m), int(w), int(d), 7_200 if clock is None else _clock(clock))
        for m, w, d, clock in (days[:4], days[4:])
    )
    return Rule(standard, Offset(ahead, other.strip("<>"), True), begins, ends)


def _clock(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    parts = [*map(int, text.lstrip("+-").split(":")), 0, 0]
    return sign * (parts[0] * 3_600 + parts[1] * 60 + parts[2])


def _second(year: int, day: Day) -> int:
    """When it is, by the clock that ends, in seconds since 1970."""
    return (date_of(year, day) - EPOCH).days * DAY + day.seconds


def date_of(year: int, day: Day) -> date:
    """The date of such a day in a year, its seconds apart."""
    first = date(year, day.month, 1)
    found = first + timedelta(days=(day.weekday - first.isoweekday()) % 7 + 7 * (day.week - 1))
    return found if found.month == day.month else found - timedelta(days=7)


def _year(second: int) -> int:
    return (EPOCH + timedelta(seconds=second)).year


def all_names() -> Iterator[str]:
    """Every zone that this machine knows, in order."""
    from zoneinfo import available_timezones

    yield from sorted(name for name in available_timezones() if not _LOCAL.fullmatch(name))
