"""Field types of the kinds (docs/protocol.md §7): each says yes or no to a value, and what it is.

A kind lists its fields in order; `check_fields` refuses any other map. A check looks at all of its
value, inner ones and characters too, so that content needs no second walk (the hot path: it runs
the bare functions). What a type is – form, limits, unit – serves the command line, forms and pages.

>>> spec = fields(name=line(5), seats=optional(integer(1, 10)))
>>> check_fields("room", spec, {"name": "Saal", "seats": None})
>>> check_fields("room", spec, {"name": "Festsaal", "seats": None})
Traceback (most recent call last):
    ...
protocol.errors.Malformed: room: name
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from operator import call
from typing import Any, NamedTuple

from protocol.encoding import clean
from protocol.errors import Malformed
from protocol.ids import ID_BYTES

Check = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Type:
    """What a field may hold; called with a value it says whether that is so.

    >>> optional(integer(1, 10, "days"))(11), array(line(80), 32).of.most
    (False, 80)
    """

    form: str
    """`line`, `text`, `integer`, … as the functions below are called; `bare` if nothing is said."""
    check: Check
    least: int = 0
    most: int = 0
    """Of a number the bounds, of a text the characters, of an array the elements."""
    unit: str = ""
    """What a number counts: `days`, `minutes`, `percent`."""
    choices: tuple[str, ...] = ()
    optional: bool = False
    """Whether nil is one of its values."""
    usual: Any = None
    """What software proposes where a person says nothing. The wire has no such rule (§7)."""
    inner: "tuple[Type, ...]" = ()
    """Of an array the type of its elements, of a pair those of its two."""

    def __call__(self, value: Any) -> bool:
        """Whether a value is of this type."""
        return self.check(value)

    @property
    def of(self) -> "Type":
        """The type of an array's elements."""
        return self.inner[0]


class Fields(NamedTuple):
    """The fields of a map, in order: names, their bare checks, and their types by name."""

    names: tuple[str, ...]
    checks: tuple[Check, ...]
    types: Mapping[str, Type]


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
_CALL = re.compile(_HOST.replace("https?", "(?:https?|mumble)") + r"([/?#]\S*)?").fullmatch
_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def fields(**checks: Check) -> Fields:
    """The fields of a map, in order."""
    types = {name: _typed(check) for name, check in checks.items()}
    return Fields(tuple(types), tuple(one.check for one in types.values()), types)


def _typed(check: Check) -> Type:
    return check if isinstance(check, Type) else Type("bare", check)


def check_fields(where: str, spec: Fields, content: Any) -> None:
    """Raise `Malformed`, naming the field, unless `content` is a map of exactly these fields."""
    names, checks, _types = spec
    if type(content) is not dict or tuple(content) != names:
        raise Malformed(f"{where}: fields must be {', '.join(names)}, in this order")
    if not all(map(call, checks, content.values())):
        bad = next(n for n, c in zip(names, checks, strict=True) if not c(content[n]))
        raise Malformed(f"{where}: {bad}")


def line(most: int) -> Type:
    """Text of 1 to `most` characters in one line, something of which can be seen."""

    def check(v: Any) -> bool:
        if type(v) is not str or not 0 < len(v) <= most or v.isspace():
            return False
        return (v.isascii() and v.isprintable()) or ("\n" not in v and clean(v) and shows(v))

    return Type("line", check, 1, most)


def text(most: int) -> Type:
    """Text of 1 to `most` characters, line feeds allowed, something of which can be seen."""

    def check(v: Any) -> bool:
        return type(v) is str and 0 < len(v) <= most and clean(v) and shows(v)

    return Type("text", check, 1, most)


def shows(text: str) -> bool:
    """Whether something of a text can be seen: not only blanks and invisible characters (§7)."""
    if text.isascii():
        return bool(text) and not text.isspace()
    seen = INVISIBLE.sub("", text)
    return bool(seen) and not seen.isspace()


def integer(least: int, most: int, unit: str = "") -> Type:
    """A whole number from `least` to `most`."""
    return Type("integer", lambda v: type(v) is int and least <= v <= most, least, most, unit)


def octets(size: int) -> Type:
    """Exactly `size` bytes."""
    return Type("octets", lambda v: type(v) is bytes and len(v) == size, size, size)


identifier = octets(ID_BYTES)
"""An identity's id, or a digest."""


boolean = Type("boolean", lambda v: type(v) is bool)
"""True or false."""

raw_bytes = Type("bytes", lambda v: type(v) is bytes)
"""Any byte string."""


def one_of(*choices: str) -> Type:
    """One of these texts."""
    return Type("choice", lambda v: type(v) is str and v in choices, choices=choices)


def optional(check: Check) -> Type:
    """nil, or what `check` wants."""
    inner = _typed(check)
    bare = inner.check
    return replace(inner, check=lambda v: v is None or bare(v), optional=True)


def usually(type_: Type, value: Any) -> Type:
    """The same type; `value` is what software proposes."""
    if not type_(value):
        raise ValueError(f"{value!r} is not of this type")
    return replace(type_, usual=value)


def array(check: Check, most: int) -> Type:
    """An array of at most `most` elements that `check` accepts."""
    inner = _typed(check)
    bare = inner.check

    def all_of(v: Any) -> bool:
        return type(v) is list and len(v) <= most and (not v or all(map(bare, v)))

    return Type("array", all_of, 0, most, inner=(inner,))


def pair(first: Check, second: Check) -> Type:
    """An array of two."""
    inner = _typed(first), _typed(second)
    one, other = inner[0].check, inner[1].check

    def check(v: Any) -> bool:
        return type(v) is list and len(v) == 2 and one(v[0]) and other(v[1])

    return Type("pair", check, 2, 2, inner=inner)


def id_list(least: int, most: int) -> Type:
    """Ids, ascending, none twice."""
    is_id = identifier.check

    def check(value: Any) -> bool:
        if type(value) is not list or not least <= len(value) <= most:
            return False
        return all(map(is_id, value)) and value == sorted(set(value))

    return Type("ids", check, least, most, inner=(identifier,))


LANG_CHARACTERS = 35
"""What BCP 47 wants everybody to have room for."""


def _lang(value: Any) -> bool:
    return (
        type(value) is str and len(value) <= LANG_CHARACTERS and _LANG.fullmatch(value) is not None
    )


lang = Type("lang", _lang, 2, LANG_CHARACTERS)
"""A BCP 47 language tag of the usual form."""


def _url(value: Any) -> bool:
    return (
        type(value) is str
        and len(value) <= URL_CHARACTERS
        and _URL(value) is not None
        and clean(value)
    )


url = Type("url", _url, 1, URL_CHARACTERS)
"""An http or https address without user, password or blanks."""


def _call(value: Any) -> bool:
    return (
        type(value) is str
        and len(value) <= URL_CHARACTERS
        and _CALL(value) is not None
        and clean(value)
    )


call_url = Type("call", _call, 1, URL_CHARACTERS)
"""The same, or the address of a Mumble server: where people talk."""


def _origin(value: Any) -> bool:
    return type(value) is str and len(value) <= URL_CHARACTERS and _ORIGIN(value) is not None


origin = Type("origin", _origin, 1, URL_CHARACTERS)
"""An address that is scheme, host and perhaps a port, nothing after (§7.2)."""
