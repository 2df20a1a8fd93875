"""Dates, lengths of time, numbers and lists as people of one language write them.

The words are in `node/texts/*/dates.toml`; no locale of the machine decides anything. What is no
date is shown as it came, since a page must not fail because of what others wrote.

>>> from node.texts import Texts
>>> when("2026-12-05T19:00", "Europe/Berlin", 90, Texts("de"))
'Sa, 5. Dezember 2026, 19:00 Uhr (Europe/Berlin), 1 Stunde 30 Minuten'
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple, Protocol

from node.texts import Texts

MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR


class Leaf(NamedTuple):
    """A leaf of a tear-off calendar."""

    weekday: str
    day: str
    month: str


def when(starts: str, zone: str | None, minutes: int | None, texts: Texts) -> str:
    """When a meeting is: wall clock in its own zone, and how long unless `minutes` is None."""
    moment = _wall(starts)
    if moment is None:
        return starts
    shown = texts(
        "dates.when",
        weekday=texts(f"dates.weekday.{moment.weekday()}"),
        date=_date(moment, texts),
        time=f"{moment:%H:%M}",
    )
    if zone is not None:
        shown = texts("dates.zoned", when=shown, zone=zone_name(zone))
    if minutes is not None:
        shown = texts("dates.lasting", when=shown, duration=duration(minutes, texts))
    return shown


def when_short(starts: str, zone: str | None, texts: Texts) -> str:
    """When, for a table: short, sorted by eye, and the zone if it is to be told.

    >>> when_short("2026-12-05T19:00", "America/New_York", Texts("en"))
    '2026-12-05 19:00 (America/New_York)'
    """
    shown = starts.replace("T", " ")
    return texts("dates.zoned", when=shown, zone=zone_name(zone)) if zone else shown


def zone_name(zone: str) -> str:
    """A zone as people know it; all but one are places.

    >>> zone_name("Etc/UTC"), zone_name("Europe/Berlin")
    ('UTC', 'Europe/Berlin')
    """
    return "UTC" if zone == "Etc/UTC" else zone


def leaf(starts: str, texts: Texts) -> Leaf | None:
    """The day of a meeting as three short words; None if `starts` is no date.

    >>> leaf("2026-12-05T19:00", Texts("en"))
    Leaf(weekday='Sat', day='5', month='Dec')
    """
    moment = _wall(starts)
    if moment is None:
        return None
    return Leaf(
        texts(f"dates.weekday.{moment.weekday()}"),
        str(moment.day),
        texts(f"dates.month_short.{moment.month}"),
    )


def day(ts: int, texts: Texts) -> str:
    """The day of a time in seconds UTC.

    >>> day(1796515200, Texts("en"))
    '6 December 2026'
    """
    try:
        return _date(datetime.fromtimestamp(ts, UTC), texts)
    except (OverflowError, OSError, ValueError):
        return str(ts)


def calendar_day(when: date, texts: Texts) -> str:
    """A day of the calendar.

    >>> calendar_day(date(2027, 6, 5), Texts("de"))
    '5. Juni 2027'
    """
    return _date(when, texts)


def moment(ts: int, texts: Texts) -> str:
    """A time in seconds, to the minute, UTC.

    >>> moment(1796515200, Texts("en"))
    'Sun, 6 December 2026, 00:00 (UTC)'
    """
    try:
        starts = f"{datetime.fromtimestamp(ts, UTC):%Y-%m-%dT%H:%M}"
    except (OverflowError, OSError, ValueError):
        return str(ts)
    return when(starts, "UTC", None, texts)


class ClockSaid(Protocol):
    """What is known of a clock in doubt (`node.lookup.types.ClockView`)."""

    @property
    def trouble(self) -> str:
        """What is wrong: `dates.clock.` has the words."""

    @property
    def shown(self) -> int:
        """What it shows."""

    @property
    def expected(self) -> int:
        """What it should, or may, show."""

    @property
    def records(self) -> int:
        """How much was issued again."""

    @property
    def others(self) -> int:
        """How many others agree on …"""

    @property
    def said(self) -> int:
        """… another time."""

    @property
    def left(self) -> int:
        """How much could not be issued again."""


def clock(view: ClockSaid, texts: Texts) -> str:
    """What is wrong with the clock of the machine, what others say, and what to do."""
    found = [
        texts(
            f"dates.clock.{view.trouble}",
            shown=moment(view.shown, texts),
            expected=moment(view.expected, texts),
            n=view.records,
            others=view.others,
        )
    ]
    if view.others and view.trouble != "partners":
        said = moment(view.said, texts)
        found.append(texts("dates.clock.others", others=view.others, said=said))
    if view.left:
        found.append(texts("dates.clock.left", n=view.left))
    return " ".join(found)


def duration(minutes: int, texts: Texts) -> str:
    """A length of time in words, without parts that are nought.

    >>> duration(1500, Texts("en")), duration(0, Texts("en"))
    ('1 day 1 hour', '0 minutes')
    """
    days, rest = divmod(minutes, MINUTES_PER_DAY)
    hours, left = divmod(rest, MINUTES_PER_HOUR)
    units = (("dates.days", days), ("dates.hours", hours), ("dates.minutes", left))
    parts = [texts(key, n=n) for key, n in units if n]
    return " ".join(parts) or texts("dates.minutes", n=0)


def number(n: int, texts: Texts) -> str:
    """A whole number, its thousands set apart.

    >>> number(12345, Texts("de"))
    '12.345'
    """
    return f"{n:,}".replace(",", texts("dates.thousands"))


def language(tag: str, texts: Texts) -> str:
    """The name of a language; its tag if we have no name for it.

    >>> language("de-AT", Texts("en")), language("tlh", Texts("en"))
    ('German', 'tlh')
    """
    key = f"web.language.{tag.partition('-')[0].lower()}"
    return texts(key) if tag.isascii() and texts.has(key) else tag


def languages(tags: Sequence[str], texts: Texts) -> str:
    """Names of languages in a row."""
    return list_words([language(tag, texts) for tag in tags], texts)


def counted(count: int, unit: str, texts: Texts) -> str:
    """A number of `days`, `minutes` or `percent`, or of things without a unit."""
    match unit:
        case "percent":
            return f"{count} %"
        case "days":
            return texts("dates.days", n=count)
        case "minutes":
            return duration(count, texts)
    return str(count)


_TERM_UNITS = {"D": "dates.days", "M": "dates.months", "Y": "dates.years"}


def term(said: str, texts: Texts) -> str:
    """A term of office (protocol.md §7.5) in words.

    >>> term("P6M", Texts("en"))
    '6 months'
    """
    return texts(_TERM_UNITS[said[-1]], n=int(said[1:-1]))


def list_words(words: Sequence[str], texts: Texts) -> str:
    """Words in a row, the last one after an "and".

    >>> list_words(["a", "b", "c"], Texts("en"))
    'a, b and c'
    """
    if len(words) < 2:
        return "".join(words)
    return texts("dates.and", first=texts("dates.comma").join(words[:-1]), last=words[-1])


def weekday_and_day(when: date, texts: Texts) -> str:
    """A day of the calendar and of the week.

    >>> weekday_and_day(date(2027, 6, 5), Texts("de"))
    'Sa, 5. Juni 2027'
    """
    weekday = texts(f"dates.weekday.{when.weekday()}")
    return texts("dates.weekday_day", weekday=weekday, date=_date(when, texts))


def _wall(starts: str) -> datetime | None:
    try:
        return datetime.fromisoformat(starts)
    except ValueError:
        return None


def _date(moment: date, texts: Texts) -> str:
    month = texts(f"dates.month.{moment.month}")
    return texts("dates.day", day=moment.day, month=month, year=moment.year)
