"""Days of memberships in words: known to the day, the month or the year."""

from datetime import date

from node.base import formats
from node.texts import Texts


def day_words(day: str, texts: Texts) -> str:
    """A day as people write it; what is no day as it is.

    >>> en = Texts("en")
    >>> day_words("2026-12-05", en), day_words("2026-12", en), day_words("2026", en)
    ('5 December 2026', 'December 2026', '2026')
    """
    try:
        if len(day) == len("2026-12"):
            month = texts(f"dates.month.{int(day[5:7])}")
            return texts("members.day.month", month=month, year=int(day[:4]))
        return formats.calendar_day(date.fromisoformat(day), texts)
    except (ValueError, KeyError):
        return day


def as_date(text: str) -> date | None:
    """The day of a text that is one."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-12-05") else None
    except ValueError:
        return None
