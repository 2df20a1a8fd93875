"""Numbers of spreadsheets as the text that a person sees there, as far as it says something.

Rules: leading zeros and signs between digits are kept (01067, 0431/123), as are percent; whole
numbers have no point; a day is written 2027-06-05, with its time if it has one. Colours, thousands
and the number of places after the point are looks, and are left out: nothing is rounded.

>>> number(1067, "00000"), number(1067.0, "General"), number(0.5, "0%"), number(12.5, '0.00 "€"')
('01067', '1067', '50%', '12.5')
>>> number(431123, '"0"000/000'), number(49431123, "+00 000 000")
('0431/123', '+49 431 123')
"""

import re
from datetime import date, datetime, time, timedelta

_COLOURS = re.compile(r"\[[^\]]*\]|[_*].")
_PARTS = re.compile(r'"([^"]*)"|\\(.)|([0#?])|([ \-/().+])')
_EXACT = 15
"""Digits that a number of a spreadsheet has."""


def number(value: float, form: str) -> str:
    """A number in this format."""
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < 10**_EXACT)
    if whole and (shown := _patterned(int(value), form)) is not None:
        return shown
    if form.rstrip().endswith("%"):
        return f"{round(value * 100, 10):.{_EXACT}g}%"
    return str(int(value)) if whole else f"{value:.{_EXACT}g}"


def _patterned(value: int, form: str) -> str | None:
    """By a pattern of digits and signs that is more than one for counting; None if it is none."""
    pattern = _COLOURS.sub("", form.split(";")[0]).strip()
    if value < 0 or _PARTS.sub("", pattern):
        return None
    parts = [
        (quoted or escaped or sign, digit)
        for quoted, escaped, digit, sign in _PARTS.findall(pattern)
    ]
    digits = [digit for _text, digit in parts if digit]
    if digits.count("0") < 2 and not any(text.strip() for text, _digit in parts):
        return None
    return _filled(str(value), parts, len(digits))


def _filled(given: str, parts: list[tuple[str, str]], places: int) -> str:
    shown, left = [], places
    given = given.rjust(places, "\0")
    over, given = given[: len(given) - places], given[len(given) - places :]
    for text, digit in parts:
        if not digit:
            shown.append(text)
            continue
        if left == places:
            shown.append(over)
        sign = given[places - left]
        shown.append(("0" if digit == "0" else "") if sign == "\0" else sign)
        left -= 1
    return "".join(shown).strip()


def moment(value: date | time | timedelta) -> str:
    """A day, a time of day, or a length of time.

    >>> moment(datetime(2027, 6, 5)), moment(datetime(2027, 6, 5, 19, 30)), moment(time(9, 5))
    ('2027-06-05', '2027-06-05 19:30', '09:05')
    """
    if isinstance(value, datetime):
        shown = value.date().isoformat()
        return shown if value.time() == time() else f"{shown} {value:%H:%M}"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)
