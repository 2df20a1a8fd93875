"""Days, moments and ends in forms: read as people type them, or asked about; never guessed.

Rules:

1. What can mean several is a question with its readings as choices (`Wrong.meant`). Who chooses one
   sends it as `<field>-meant`, beside `<field>-asked`: the text that the question was about. If
   that was changed meanwhile, what is typed counts.
2. A moment is wall time (`YYYY-MM-DDThh:mm`); where it is, is the noun's business.
3. A day without a year is the next one that comes. If this year's is over since two months or less,
   it is asked about.
4. An end is typed as a length (“2 hours”), a time (“21:00”) or a moment, and read as minutes after
   the moment that it ends (`Field.after`). A bare “2” is asked about, and so is an end before the
   beginning if it can be on the next day.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from node.base import formats
from node.base.dates import Spoken, parse, read_clock
from node.base.errors import UnclearDate
from node.base.lengths import read_minutes
from node.texts import Texts
from node.web.forms import Field, Kind, NotThat

MEANT, ASKED = "-meant", "-asked"
"""After the name of a field: the reading that was chosen, and of which text."""

SPOKEN = frozenset({Kind.DATE, Kind.MOMENT, Kind.END})
"""Kinds that are read from words."""

LONGEST_END = 44_640
"""Minutes, if a field says nothing else: 31 days."""

JUST_OVER = timedelta(300)
"""A day without a year that is farther away than this was over lately: next year's is asked about
before it is meant."""

_READING = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?", re.ASCII)
_BARE = re.compile(r"[0-9]{1,2}")


def chosen(name: str, posted: Mapping[str, Sequence[str]], said: str) -> str:
    """Which reading of what was typed somebody chose; nothing if none."""
    (meant, *_more), (asked, *_rest) = ([*posted.get(name + one, ()), ""] for one in (MEANT, ASKED))
    return meant if asked == said and _READING.fullmatch(meant) else ""


def read_day_of(text: str, now: datetime) -> date:
    """The day that was meant; `NotThat` if it is none, or not one only."""
    try:
        return parse(text, timed=False).on(now.date())
    except UnclearDate as error:
        raise _unclear(error, None) from None


def read_moment_of(text: str, now: datetime) -> str:
    """The wall time that was meant; `NotThat` if it is none, or not one only."""
    spoken = _spoken(text, now)
    found = _moment(spoken, now)
    day = datetime.fromisoformat(found).date()
    if spoken.year is None and not spoken.is_relative and day - now.date() > JUST_OVER:
        raise NotThat("web.form.date_next_year", (found,))
    return found


def _spoken(text: str, now: datetime) -> Spoken:
    try:
        return parse(text, timed=True)
    except UnclearDate as error:
        if error.code == "time_missing":  # a day that is none, or two, is said first
            day = read_day_of(text, now)
            raise NotThat("web.form.moment_time_missing", readings=(day,)) from None
        if error.code == "unknown":
            raise NotThat("web.form.moment_unknown") from None
        raise _unclear(error, None) from None


def _moment(spoken: Spoken, now: datetime) -> str:
    if spoken.alone and spoken.at is None:
        raise NotThat("web.form.moment_weekday")
    try:
        return spoken.moment(now)
    except UnclearDate as error:
        raise _unclear(error, spoken.at) from None


def _unclear(error: UnclearDate, at: time | None) -> NotThat:
    """The question, or the reason."""
    clock = f"T{at:%H:%M}" if at else ""
    meant = tuple(f"{one.isoformat()}{clock}" for one in error.readings)
    return NotThat(f"web.form.date_{error.code}", meant, readings=error.readings)


def read_end(field: Field, text: str, starts: str | None, now: datetime) -> int | None:
    """Minutes from `starts` to the end that was typed; None if the beginning is not known.

    `NotThat` if it is none, before the beginning, or too late.
    """
    length = read_minutes(text)
    if length is None and starts is None:
        return None
    if length is None and starts is not None:
        begins = datetime.fromisoformat(starts)
        length = _until(text, begins, now)
    assert length is not None  # noqa: S101 - one of both
    most = field.most or LONGEST_END
    if length < 1:
        raise NotThat("web.form.end_before")
    if length > most:
        raise NotThat("web.form.end_too_late", days=most // formats.MINUTES_PER_DAY)
    return length


def _until(text: str, begins: datetime, now: datetime) -> int:
    if _BARE.fullmatch(text):
        raise NotThat("web.form.end_bare", _bare(int(text), begins), number=text)
    try:
        at = read_clock(text)
    except UnclearDate as error:
        raise _unclear(error, None) from None
    if at is not None:
        ends = datetime.combine(begins.date(), at)
        if ends <= begins:
            raise NotThat("web.form.end_next_day", (_written(ends + timedelta(1)),))
        return _minutes(begins, ends)
    spoken = _spoken(text, begins)
    there = now if spoken.is_relative else datetime.combine(begins.date(), time())
    return _minutes(begins, datetime.fromisoformat(_moment(spoken, there)))


def _bare(number: int, begins: datetime) -> tuple[str, ...]:
    """So many hours, or that hour of the day."""
    found = [begins + timedelta(hours=number)] if number else []
    if number < 24:
        hour = datetime.combine(begins.date(), time(number))
        found.append(hour if hour > begins else hour + timedelta(1))
    return tuple(dict.fromkeys(map(_written, found)))


def _minutes(begins: datetime, ends: datetime) -> int:
    return int((ends - begins).total_seconds()) // 60


def _written(when: datetime) -> str:
    return when.isoformat(timespec="minutes")


def words(kind: Kind, value: object, texts: Texts) -> str:
    """A day, moment or length as it is shown, and as it can be typed again.

    >>> words(Kind.MOMENT, "2027-06-05T19:00", Texts("de")), words(Kind.END, 90, Texts("en"))
    ('Sa, 5. Juni 2027, 19:00 Uhr', '1 hour 30 minutes')
    """
    if isinstance(value, date):
        return formats.calendar_day(value, texts)
    if kind is Kind.END and isinstance(value, int):
        return formats.duration(value, texts)
    if kind is Kind.MOMENT:
        return formats.when(str(value), None, None, texts)
    return str(value)


def reading(value: str, texts: Texts) -> str:
    """One of the readings of a question, with the weekday.

    >>> reading("2027-06-08T18:30", Texts("en")), reading("2027-06-08", Texts("en"))
    ('Tue, 8 June 2027, 18:30', 'Tue, 8 June 2027')
    """
    if "T" in value:
        return formats.when(value, None, None, texts)
    return formats.weekday_and_day(date.fromisoformat(value), texts)
