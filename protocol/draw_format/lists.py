"""Frozen lists: the bytes that a draw is about, and their fingerprint (docs/protocol.md §13.2).

The list is JSON. Its fingerprint is the SHA-256 of its bytes as they are: nothing has to be
written again to compare it. Sets of meetings are integers, bit i for the i-th meeting of the list,
since ten thousand people may have two million allowed pairs.

>>> raw = b'{"meetings":[{"id":"a","min":1,"max":2}],"participants":[{"id":"p","prefs":["a"]}]}'
>>> found = read_list(raw)
>>> found.people[0].wishes, found.people[0].allowed, found.mode
((0,), 1, 'intro')
"""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from protocol.draw_format.faults import BadList, Fault, gathered

LIST_BYTES = 256 << 20
"""A list: 30,000 people who each name 600 of 3,300 meetings take 160 MB."""

PEOPLE = 40_000
"""More than the largest draw that was measured, 30,000."""

MEETINGS = 5_000
"""Ten seats for everybody who may be in a list, and a few more."""

SEATS = 1_000
"""In one meeting: nobody gets to know more people than that in an evening."""

TOGETHER = 8
"""People who come only together: a household, a person with those who assist."""

WISHES = 50
"""Ranks that a person may give."""

ID_CHARACTERS = 200
"""Of an id: a name in full."""

ROUNDS = 200
"""Earlier rounds whose encounters count."""

MODES = ("intro", "random")
SHARE = (1, 2)
"""What unconfirmed restrictions may exclude of the meetings one could otherwise reach."""


class Meeting(NamedTuple):
    """A meeting. `attributes` are what restrictions may speak of: slot, mode, region, …"""

    id: str
    least: int
    most: int
    group: str | int | None
    attributes: dict[str, Any]


class Person(NamedTuple):
    """A person. Meetings are numbers, sets of meetings are bits."""

    id: str
    group: str | int | None
    wishes: tuple[int, ...]
    allowed: int
    """What confirmed restrictions leave."""
    unconfirmed: tuple[tuple[str, tuple[Any, ...]], ...]
    """(attribute, values one can take), in the order in which they count."""
    avoids: tuple[str, ...]
    companions: tuple[str, ...]
    left_out: int
    """How often in a row the person got no seat before."""


class DrawList(NamedTuple):
    """A list as it was read; `checks.check` says whether it can be drawn from."""

    fingerprint: bytes
    mode: str
    share: tuple[int, int]
    meetings: tuple[Meeting, ...]
    people: tuple[Person, ...]
    rounds: tuple[tuple[tuple[str, ...], ...], ...]
    found: tuple[Fault, ...]
    """What was wrong already while reading."""


def fingerprint(raw: bytes) -> bytes:
    """The SHA-256 of a list."""
    return sha256(raw).digest()


def read_list(raw: bytes, progress: Callable[[int], None] = lambda _: None) -> DrawList:
    """The list of `raw`; `BadList` if it is none. `progress` hears how many people were read."""
    if len(raw) > LIST_BYTES:
        raise BadList((Fault("list-too-large"),))
    mark = fingerprint(raw)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadList((Fault("list-not-utf8"),)) from error
    del raw
    try:
        return _Reader(text, mark, progress).read()
    except RecursionError as error:
        raise BadList((Fault("list-not-json"),)) from error


def _no_constant(_name: str) -> Any:
    raise ValueError


def _no_float(_text: str) -> Any:
    raise BadList((Fault("list-fraction"),))


_DECODER = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_constant)


class _Reader:
    """One pass over the text, person by person: the whole as objects would be 200 MB."""

    def __init__(self, text: str, mark: bytes, progress: Callable[[int], None]) -> None:
        self.text, self.at, self.mark, self.progress = text, 0, mark, progress
        self.found: list[tuple[str, str]] = []
        self.bits: dict[str, int] = {}
        self.numbers: dict[str, int] = {}
        self.everything = 0

    def read(self) -> DrawList:
        head: dict[str, Any] = {}
        people: tuple[Person, ...] | None = None
        meetings: tuple[Meeting, ...] | None = None
        for key in self._keys():
            if key in head:
                raise BadList((Fault("list-key-twice", (key[:40],)),))
            head[key] = None
            if key == "meetings":
                meetings = tuple(self._meetings(self._value()))
            elif key == "participants":
                if meetings is None:
                    raise BadList((Fault("list-people-first"),))
                people = tuple(self._people())
            else:
                head[key] = self._value()
        if meetings is None or people is None:
            raise BadList((Fault("list-incomplete"),))
        return DrawList(
            self.mark,
            self._mode(head, people),
            self._share(head.get("share")),
            meetings,
            people,
            self._rounds(head.get("history")),
            gathered(self.found),
        )

    # JSON

    def _skip(self, wanted: str) -> str:
        text, at = self.text, self.at
        while text[at : at + 1] and text[at] in " \t\r\n":
            at += 1
        sign = text[at : at + 1]
        if not sign or sign not in wanted:
            raise BadList((Fault("list-not-json"),))
        self.at = at + 1
        return sign

    def _peek(self) -> str:
        text = self.text
        while text[self.at : self.at + 1] and text[self.at] in " \t\r\n":
            self.at += 1
        return text[self.at : self.at + 1]

    def _value(self) -> Any:
        self._peek()
        try:
            value, self.at = _DECODER.raw_decode(self.text, self.at)
        except (ValueError, StopIteration) as error:
            raise BadList((Fault("list-not-json"),)) from error
        return value

    def _keys(self) -> Iterator[str]:
        self._skip("{")
        if self._peek() == "}":
            self._skip("}")
        else:
            while True:
                key = self._value()
                if type(key) is not str:
                    raise BadList((Fault("list-not-json"),))
                self._skip(":")
                yield key
                if self._skip(",}") == "}":
                    break
        if self._peek():
            raise BadList((Fault("list-not-json"),))

    # What it says

    def _meetings(self, rows: Any) -> Iterator[Meeting]:
        if type(rows) is not list:
            raise BadList((Fault("list-not-a-list"),))
        if len(rows) > MEETINGS:
            raise BadList((Fault("too-many-meetings", times=len(rows)),))
        for number, row in enumerate(rows):
            meeting = self._meeting(row)
            if meeting.id in self.bits:
                self.found.append(("meeting-twice", meeting.id))
            self.bits[meeting.id] = 1 << number
            self.numbers[meeting.id] = number
            yield meeting
        self.everything = (1 << len(rows)) - 1

    def _meeting(self, row: Any) -> Meeting:
        if type(row) is not dict:
            raise BadList((Fault("list-not-a-list"),))
        name = self._id(row.get("id"), "meeting-without-id")
        least, most = (self._number(row.get(key), 1, name) for key in ("min", "max"))
        if most < 1:
            self.found.append(("meeting-without-seats", name))
        elif most > SEATS:
            self.found.append(("meeting-too-large", name))
        if least > most:
            self.found.append(("minimum-above-maximum", name))
        attributes = {
            key: value for key, value in row.items() if key not in ("id", "min", "max", "host")
        }
        return Meeting(name, max(least, 1), most, self._group(row.get("host"), name), attributes)

    def _people(self) -> Iterator[Person]:
        self._skip("[")
        if self._peek() == "]":
            self._skip("]")
            return
        count = 0
        while True:
            yield self._person(self._value())
            count += 1
            if count > PEOPLE:
                raise BadList((Fault("too-many-people", times=count),))
            if not count % 1000:
                self.progress(count)
            if self._skip(",]") == "]":
                return

    def _person(self, row: Any) -> Person:
        if type(row) is not dict:
            raise BadList((Fault("list-not-a-list"),))
        name = self._id(row.get("id"), "person-without-id")
        allowed = row.get("allowed")
        mask = self.everything if allowed is None else self._mask(self._texts(allowed, name), name)
        companion = row.get("companion")
        together = [] if companion is None else companion
        return Person(
            name,
            self._group(row.get("host"), name),
            self._wishes(row.get("prefs"), name),
            mask,
            self._restrictions(row.get("unconfirmed"), name),
            tuple(self._texts(row.get("avoid"), name)),
            tuple(self._texts([together] if type(together) is str else together, name)),
            self._number(row.get("left_out"), 0, name),
        )

    def _mask(self, names: list[str], person: str) -> int:
        try:
            # The sum of different powers of two is their union, and quicker to add up.
            mask = sum(map(self.bits.__getitem__, names))
        except KeyError:
            self.found.append(("unknown-meeting", person))
            return 0
        if mask.bit_count() == len(names):
            return mask
        mask = 0
        for one in names:
            mask |= self.bits[one]
        return mask

    def _wishes(self, value: Any, person: str) -> tuple[int, ...]:
        names = self._texts(value, person)
        if any(one not in self.numbers for one in names):
            self.found.append(("unknown-wish", person))
            return ()
        if len(set(names)) != len(names):
            self.found.append(("wish-twice", person))
        if len(names) > WISHES:
            self.found.append(("too-many-wishes", person))
        return tuple(self.numbers[one] for one in names[:WISHES])

    def _restrictions(self, value: Any, person: str) -> tuple[tuple[str, tuple[Any, ...]], ...]:
        found = []
        for row in [] if value is None else value if type(value) is list else [None]:
            if type(row) is not list or len(row) != 2 or type(row[0]) is not str:
                self.found.append(("restriction-unclear", person))
                continue
            values = row[1] if type(row[1]) is list else [row[1]]
            if not all(type(one) in (str, int, bool) for one in values):
                self.found.append(("restriction-unclear", person))
                continue
            found.append((row[0], tuple(values)))
        return tuple(found)

    def _texts(self, value: Any, name: str) -> list[str]:
        if value is None:
            return []
        if type(value) is not list or any(type(one) is not str for one in value):
            self.found.append(("field-unclear", name))
            return []
        return value

    def _number(self, value: Any, default: int, name: str) -> int:
        if value is None:
            return default
        if type(value) is not int or not 0 <= value < 1 << 31:
            self.found.append(("number-unclear", name))
            return default
        return value

    def _group(self, value: Any, name: str) -> str | int | None:
        if value is not None and type(value) not in (str, int):
            self.found.append(("field-unclear", name))
            return None
        return value  # type: ignore[no-any-return]

    def _id(self, value: Any, code: str) -> str:
        if type(value) is not str or not value.strip() or len(value) > ID_CHARACTERS:
            raise BadList((Fault(code, (str(value)[:40],)),))
        if not value.isprintable():
            raise BadList((Fault("id-unprintable"),))
        return value

    def _mode(self, head: dict[str, Any], people: tuple[Person, ...]) -> str:
        said = head.get("mode")
        if said is None:
            wishes = any(one.wishes for one in people)
            return "random" if head.get("fam") == "rand" or not wishes else "intro"
        if said not in MODES:
            raise BadList((Fault("mode-unknown", (str(said)[:40],)),))
        return str(said)

    def _share(self, value: Any) -> tuple[int, int]:
        if value is None:
            return SHARE
        good = type(value) is list and len(value) == 2 and all(type(one) is int for one in value)
        if not good or not 0 <= value[0] <= value[1] <= 1000 or not value[1]:
            raise BadList((Fault("share-unclear"),))
        return value[0], value[1]

    def _rounds(self, value: Any) -> tuple[tuple[tuple[str, ...], ...], ...]:
        rounds = [] if value is None else value
        if type(rounds) is not list or len(rounds) > ROUNDS:
            raise BadList((Fault("history-unclear"),))
        for one in rounds:
            if type(one) is not list or not all(
                type(table) is list and all(type(name) is str for name in table) for table in one
            ):
                raise BadList((Fault("history-unclear"),))
        return tuple(tuple(tuple(table) for table in one) for one in rounds)
