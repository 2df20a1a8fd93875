"""Shares and terms, as charters say them (docs/protocol.md §7.5).

A share is a fraction in lowest terms, `2/3`; a term is a number of days, months or years, `P1Y`.
Both are texts, so that everybody writes them in one way only.

>>> needed("2/3", 10), needed("1/2", 10), term_end("P1M", 1_580_428_800)  # 2020-01-31
(7, 6, 1582934400)
"""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from math import gcd
from typing import Any

from protocol.fields import Type

LARGEST_DENOMINATOR = 1_000
LONGEST_TERM = {"D": 1_461, "M": 48, "Y": 4}
"""Four years, in each unit: a mandate that lasts longer is none."""

_SHARE = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})").fullmatch
_TERM = re.compile(r"P([1-9][0-9]{0,3})([DMY])").fullmatch


def read_share(text: str) -> tuple[int, int]:
    """Numerator and denominator; `ValueError` if it is no share from a half to all."""
    found = _SHARE(text)
    if found is None:
        raise ValueError(text)
    part, whole = int(found[1]), int(found[2])
    if whole > LARGEST_DENOMINATOR or gcd(part, whole) != 1 or not whole <= 2 * part <= 2 * whole:
        raise ValueError(text)
    return part, whole


def needed(text: str, count: int) -> int:
    """How many of `count` are at least a share of them; a half means more than half."""
    part, whole = read_share(text)
    return max(-(-count * part // whole), count // 2 + 1)


def read_term(text: str) -> tuple[int, str]:
    """A number, and `D`, `M` or `Y`; `ValueError` if it is no term, or longer than four years."""
    found = _TERM(text)
    if found is None or int(found[1]) > LONGEST_TERM[found[2]]:
        raise ValueError(text)
    return int(found[1]), found[2]


def term_end(text: str, begun: int) -> int:
    """When a term that begins at `begun` is over, in seconds: the same day of the calendar, by UTC.

    A month that has no such day ends it on its last.
    """
    count, unit = read_term(text)
    start = datetime.fromtimestamp(begun, UTC)
    if unit == "D":
        return int((start + timedelta(days=count)).timestamp())
    months = start.year * 12 + start.month - 1 + count * (12 if unit == "Y" else 1)
    year, month = divmod(months, 12)
    day = min(start.day, monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def _is_share(value: Any) -> bool:
    return type(value) is str and _reads(read_share, value)


def _is_term(value: Any) -> bool:
    return type(value) is str and _reads(read_term, value)


def _reads(read: Any, value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True


share = Type("share", _is_share, unit="share")
"""A fraction from a half to all, in lowest terms: `2/3`. `1/2` means more than half."""

term = Type("term", _is_term, unit="term")
"""So many days, months or years, four years at most: `P90D`, `P6M`, `P1Y`."""
