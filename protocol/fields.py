"""Field types of the kinds (docs/protocol.md §7): each is a function from a value to yes or no.

A kind lists its fields in order; `check_fields` refuses any other map. A check looks at all of its
value, inner ones and characters too, so that content needs no second walk (the hot path).

>>> spec = fields(name=line(5), seats=optional(integer(1, 10)))
>>> check_fields("room", spec, {"name": "Saal", "seats": None})
>>> check_fields("room", spec, {"name": "Festsaal", "seats": None})
Traceback (most recent call last):
    ...
protocol.errors.Malformed: room: name
"""

import re
from collections.abc import Callable
from operator import call
from typing import Any

from protocol.encoding import clean
from protocol.errors import Malformed
from protocol.ids import ID_BYTES

Check = Callable[[Any], bool]
Fields = tuple[tuple[str, ...], tuple[Check, ...]]

URL_CHARACTERS = 500
"""A link: longer ones are trackers or mistakes."""

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""What can't be seen (§7): listed there, so that nodes with other Unicode tables don't disagree."""

_HOST = r"https?://(\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]\\]+)(:[0-9]{1,5})?"
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?").fullmatch
_URL = re.compile(_HOST + r"([/?#]\S*)?").fullmatch
_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def fields(**checks: Check) -> Fields:
    """The fields of a map, in order."""
    return tuple(checks), tuple(checks.values())


def check_fields(where: str, spec: Fields, content: Any) -> None:
    """Raise `Malformed`, naming the field, unless `content` is a map of exactly these fields."""
    names, checks = spec
    if type(content) is not dict or tuple(content) != names:
        raise Malformed(f"{where}: fields must be {', '.join(names)}, in this order")
    if not all(map(call, checks, content.values())):
        bad = next(n for n, c in zip(names, checks, strict=True) if not c(content[n]))
        raise Malformed(f"{where}: {bad}")


def line(most: int) -> Check:
    """Text of 1 to `most` characters in one line, something of which can be seen."""

    def check(v: Any) -> bool:
        if type(v) is not str or not 0 < len(v) <= most or v.isspace():
            return False
        return (v.isascii() and v.isprintable()) or ("\n" not in v and clean(v) and shows(v))

    return check


def text(most: int) -> Check:
    """Text of 1 to `most` characters, line feeds allowed, something of which can be seen."""
    return lambda v: type(v) is str and 0 < len(v) <= most and clean(v) and shows(v)


def shows(text: str) -> bool:
    """Whether something of a text can be seen: not only blanks and invisible characters (§7)."""
    if text.isascii():
        return bool(text) and not text.isspace()
    seen = INVISIBLE.sub("", text)
    return bool(seen) and not seen.isspace()


def integer(least: int, most: int) -> Check:
    """A whole number from `least` to `most`."""
    return lambda v: type(v) is int and least <= v <= most


def octets(size: int) -> Check:
    """Exactly `size` bytes."""
    return lambda v: type(v) is bytes and len(v) == size


identifier = octets(ID_BYTES)
"""An identity's id, or a digest."""


def boolean(value: Any) -> bool:
    """True or false."""
    return type(value) is bool


def raw_bytes(value: Any) -> bool:
    """Any byte string."""
    return type(value) is bytes


def one_of(*choices: str) -> Check:
    """One of these texts."""
    return lambda v: type(v) is str and v in choices


def optional(check: Check) -> Check:
    """nil, or what `check` wants."""
    return lambda v: v is None or check(v)


def array(check: Check, most: int) -> Check:
    """An array of at most `most` elements that `check` accepts."""
    return lambda v: type(v) is list and len(v) <= most and (not v or all(map(check, v)))


def pair(first: Check, second: Check) -> Check:
    """An array of two."""
    return lambda v: type(v) is list and len(v) == 2 and first(v[0]) and second(v[1])


def id_list(least: int, most: int) -> Check:
    """Ids, ascending, none twice."""

    def check(value: Any) -> bool:
        if type(value) is not list or not least <= len(value) <= most:
            return False
        return all(map(identifier, value)) and value == sorted(set(value))

    return check


def lang(value: Any) -> bool:
    """A BCP 47 language tag of the usual form."""
    return type(value) is str and len(value) <= 35 and _LANG.fullmatch(value) is not None


def url(value: Any) -> bool:
    """An http or https address without user, password or blanks."""
    return (
        type(value) is str
        and len(value) <= URL_CHARACTERS
        and _URL(value) is not None
        and clean(value)
    )


def origin(value: Any) -> bool:
    """An address that is scheme, host and perhaps a port, nothing after (§7.2)."""
    return type(value) is str and len(value) <= URL_CHARACTERS and _ORIGIN(value) is not None
