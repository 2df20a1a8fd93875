"""Lengths of time as people type them, in German and English.

A number without a unit is none: “2” is two hours or two o'clock.

>>> read_minutes("2 Stunden"), read_minutes("1,5 h"), read_minutes("1 Std. 30 Min.")
(120, 90, 90)
>>> read_minutes("2") is None
True
"""

import re
import unicodedata
from fractions import Fraction

LONGEST = 60
"""Characters; what is longer is no length of time, and is not looked at."""

MOST = 10_000_000
"""Minutes, some twenty years: what is longer is a slip."""

_UNITS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten"), 1),
    **dict.fromkeys(("h", "std", "hr", "hrs", "hour", "hours", "stunde", "stunden"), 60),
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "tagen"), 1440),
    **dict.fromkeys(("week", "weeks", "woche", "wochen"), 7 * 1440),
}
_WORDS = {
    "eine halbe": "0.5",
    "einer halben": "0.5",
    "half an": "0.5",
    "half a": "0.5",
    "anderthalb": "1.5",
    "eineinhalb": "1.5",
    "one and a half": "1.5",
    "zweieinhalb": "2.5",
    "two and a half": "2.5",
    "dreieinhalb": "3.5",
    **dict.fromkeys(("ein", "eine", "einen", "einer", "one", "a", "an"), "1"),
    "zwei": "2",
    "two": "2",
    "drei": "3",
    "three": "3",
    "vier": "4",
    "four": "4",
    "fünf": "5",
    "five": "5",
    "sechs": "6",
    "six": "6",
    "acht": "8",
    "eight": "8",
}


def _either(words: "dict[str, int] | dict[str, str]") -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_COUNT = rf"(?P<count>[0-9]{{1,6}}(?:[.,][0-9]{{1,2}})?(?P<half> ?(?:½|1/2))?|½|{_either(_WORDS)})"
_PART = re.compile(rf"{_COUNT} ?(?P<unit>{_either(_UNITS)})\.?(?:,? (?:und |and )?|$)")
_CLOCKLIKE = re.compile(
    r"(?P<hours>[0-9]{1,3})(?:[:.](?P<minutes>[0-5][0-9]))? ?(?:h|std\.?|stunden)"
)
_HOURS_MINUTES = re.compile(r"(?P<hours>[0-9]{1,3}) ?(?:h|std\.?) ?(?P<minutes>[0-5]?[0-9])")
_LEAD = re.compile(r"(?:für|for|etwa|ca\.?|about|dauert|lasts) ")


def read_minutes(text: str) -> int | None:
    """How many minutes a text means; None if it is no length of time.

    What is no whole minute is rounded up: nobody sits there for half of one.
    """
    said = " ".join(unicodedata.normalize("NFC", text).lower().split())
    if not said or len(said) > LONGEST:
        return None
    said = _LEAD.sub("", said, count=1)
    for one in (_CLOCKLIKE, _HOURS_MINUTES):
        if found := one.fullmatch(said):
            return int(found["hours"]) * 60 + int(found["minutes"] or 0)
    return _sum(said)


def _sum(said: str) -> int | None:
    total, at = Fraction(0), 0
    while at < len(said):
        part = _PART.match(said, at)
        if part is None:
            return None
        total += _number(part) * _UNITS[part["unit"]]
        at = part.end()
    return -int(-total // 1) if total <= MOST else MOST


def _number(part: "re.Match[str]") -> Fraction:
    count = part["count"]
    if count == "½":
        return Fraction(1, 2)
    if count in _WORDS:
        return Fraction(_WORDS[count])
    half = Fraction(1, 2) if part["half"] else 0
    whole = count[: part.start("half") - part.start("count")] if part["half"] else count
    return Fraction(whole.replace(",", ".")) + half
