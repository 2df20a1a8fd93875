"""Field types as docs/protocol.md §7 writes them, and values inside and outside their bounds.

The tables of the document are read, not the code: what `protocol.kinds` accepts is compared with
what the text says.

>>> values("line(3)").good
['x', 'xxx', 'äää']
>>> [value for value, _why in values("integer 1–10").bad][:2]
[0, 11]
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

from tests.protocol.making.cast import made

DOCUMENT = Path(__file__).parents[3] / "docs" / "protocol.md"

_ROW = re.compile(r"^\| `(\w+)` \| ([^|]+?) \|", re.MULTILINE)
_KINDS = re.compile(r"`([a-z]+)`")


class Values(NamedTuple):
    """Values that a type has, and those it has not, with what is wrong with them."""

    good: list[Any]
    bad: list[tuple[Any, str]]


def section(number: str, text: str = "") -> str:
    """A section of the document, from its heading to the next one."""
    text = text or DOCUMENT.read_text(encoding="utf-8")
    start = re.search(rf"^##+ {re.escape(number)}\.? ", text, re.MULTILINE)
    assert start, f"no section {number}"
    rest = text[start.start() :]
    end = re.search(r"\n##+ ", rest)
    return rest[: end.start()] if end else rest


def tables() -> dict[str, list[tuple[str, str]]]:
    """Kind → its fields in order, each with the text of its type, from §7.1 on."""
    found: dict[str, list[tuple[str, str]]] = {}
    document = DOCUMENT.read_text(encoding="utf-8")
    for number in re.findall(r"^### (7\.\d+) ", document, re.MULTILINE):
        part = section(number, document)
        names = _KINDS.findall(part.splitlines()[0])
        parts = re.split(r"^An `admission` ", part, flags=re.MULTILINE)
        for name, one in zip(names, parts, strict=True):
            found[name] = _ROW.findall(one)
    return found


def values(type_: str) -> Values:
    """Good and bad values of a type, without those that differ in their MessagePack type only."""
    if type_.endswith("?"):
        inner = values(type_[:-1])
        return Values([None, *inner.good], [(v, why) for v, why in inner.bad if v is not None])
    if match := re.fullmatch(r"(line|text)\((\d+)\)", type_):
        return _text(int(match[2]), match[1] == "line")
    if match := re.fullmatch(r"integer ([\d,]+)–([\d,]+)", type_):
        low, high = (int(bound.replace(",", "")) for bound in match.groups())
        return _integer(low, high)
    if match := re.fullmatch(r"bytes (\d+)", type_):
        return _octets(int(match[1]))
    if match := re.fullmatch(r"ids (\d+)–(\d+)", type_):
        return _ids(int(match[1]), int(match[2]))
    if match := re.fullmatch(r"\[(.+)\]≤(\d+)", type_):
        return _array(match[1], int(match[2]))
    if match := re.fullmatch(r"\[(.+?), (.+)\]", type_):
        return _pair(match[1], match[2])
    if choices := re.findall(r"`([a-z]+)`", type_):
        return Values(choices, [("other", "another word"), (None, "nil"), (1, "integer")])
    return _NAMED[type_]


def _text(most: int, line: bool) -> Values:
    bad: list[tuple[Any, str]] = [
        ("", "empty"),
        (" \u2003", "blanks"),
        ("\u200b\u3164", "invisible"),
        ("\u2800 \u00ad", "blanks and invisible"),
        ("x" * (most + 1), "too long"),
        ("e\u0301", "not NFC"),
        ("a\tb", "control character"),
        ("a\u0085b", "C1 control character"),
        ("a\u202eb", "bidi override"),
        ("a\u2066b", "bidi isolate"),
        (None, "nil"),
        (5, "integer"),
        (b"x", "bytes"),
    ]
    good = ["x", "x" * most, "ä" * min(most, 500)]
    return Values(good, [*bad, ("a\nb", "line feed")]) if line else Values([*good, "a\nb"], bad)


def _integer(low: int, high: int) -> Values:
    bad: list[tuple[Any, str]] = [
        (low - 1, "too small"),
        (high + 1, "too large"),
        (True, "boolean"),
        (float(low), "float"),
        (str(low), "text"),
        (None, "nil"),
    ]
    return Values([low, high], bad)


def _octets(size: int) -> Values:
    value = (made("octets") * 3)[:size]
    bad: list[tuple[Any, str]] = [
        (value[:-1], "too short"),
        (value + b"\0", "too long"),
        (value.hex()[:size], "text"),
        (None, "nil"),
    ]
    return Values([value], bad)


def _array(element: str, most: int) -> Values:
    inner = values(element)
    one, (wrong, why) = inner.good[0], inner.bad[0]
    bad: list[tuple[Any, str]] = [
        ([one] * (most + 1), "too many"),
        ([one, wrong], f"element: {why}"),
        (None, "nil"),
        ({}, "map"),
    ]
    return Values([[], [one] * most], bad)


def _ids(least: int, most: int) -> Values:
    some = sorted(made(f"id {number}") for number in range(most + 1))
    bad: list[tuple[Any, str]] = [
        (some, "too many"),
        ([*some[:2], some[1]], "one twice"),
        ([some[1], some[0]], "not ascending"),
        ([some[0], some[1][:-1]], "element: too short"),
        (None, "nil"),
        ({}, "map"),
    ]
    if least:
        bad.append((some[: least - 1], "too few"))
    return Values([some[:least], some[:most]], bad)


def _pair(first: str, second: str) -> Values:
    left, right = values(first), values(second)
    a, b = left.good[0], right.good[0]
    bad: list[tuple[Any, str]] = [
        ([a], "one element"),
        ([a, b, b], "three elements"),
        ([left.bad[0][0], b], f"first: {left.bad[0][1]}"),
        ([a, right.bad[0][0]], f"second: {right.bad[0][1]}"),
    ]
    return Values([[a, one] for one in right.good], bad)


_NOT_TEXT: list[tuple[Any, str]] = [(None, "nil"), (1, "integer"), (b"x", "bytes")]


def _spelled(good: list[str], bad: dict[str, str]) -> Values:
    return Values([*good], [*bad.items(), *_NOT_TEXT])


_ADDRESS = {
    "": "empty",
    "ftp://a.example": "another scheme",
    "HTTP://a.example": "scheme in capitals",
    "//a.example": "no scheme",
    "https://": "no host",
    "https:///x": "no host, but a path",
    "https://user@a.example": "a user",
    "https://user:secret@a.example": "a user and password",
    "https://a.example:": "no port after the colon",
    "https://a.example:123456": "port too long",
    "https://a.example:8a": "port with a letter",
    "https://[::1": "bracket not closed",
    "https://[g::1]": "no IPv6 address",
    "https://a.example/ b": "blank",
    "https://a.example/\u3000": "wide blank",
    "https://a\\b": "backslash in the host",
    "https://a.example/\u202e": "bidi override",
    "https://a.example/e\u0301": "not NFC",
    " https://a.example": "blank in front",
    "https://a.example\n": "line feed at the end",
}

_NAMED: dict[str, Values] = {
    "boolean": Values([True, False], [(0, "integer"), ("true", "text"), (None, "nil")]),
    "bytes": Values([b"", b"x"], [("x", "text"), (None, "nil"), ([], "array")]),
    "id": _octets(32),
    "digest": _octets(32),
    "url": _spelled(
        [
            "http://a",
            "https://a.example:8480/path?query#part",
            "https://[::1]:8480/",
            "https://ä.example?x@y",
            "https://a.example/" + "x" * 482,
        ],
        _ADDRESS | {"https://a.example/" + "x" * 483: "too long"},
    ),
    "call": _spelled(
        [
            "https://a.example:8480/path?query#part",
            "mumble://a.example",
            "mumble://[::1]:64738/room?version=1.2.0",
            "mumble://a.example/" + "x" * 481,
        ],
        _ADDRESS
        | {
            "javascript:alert(1)": "a script",
            "mumble:a.example": "no slashes",
            "mumble://user@a.example": "a user at a Mumble server",
            "mumble://a.example/" + "x" * 482: "too long",
        },
    ),
    "origin": _spelled(
        ["http://a", "https://a-b.example:8480", "http://[fe80::1]", "https://" + "x" * 492],
        _ADDRESS
        | {
            "https://a.example/": "a path",
            "https://a.example?x": "a query",
            "https://a.example#x": "a fragment",
            "https://A.example": "host in capitals",
            "https://ä.example": "host not ASCII",
            "https://[FE80::1]": "IPv6 address in capitals",
            "https://" + "x" * 493: "too long",
        },
    ),
    "share": _spelled(
        ["1/2", "1/1", "2/3", "999/1000"],
        {
            "2/4": "not in lowest terms",
            "499/999": "less than half",
            "3/2": "more than all",
            "501/1001": "too large a denominator",
            "02/3": "leading zero",
            "2/3 ": "blank at the end",
            "0/1": "none",
            "1/0": "of nothing",
            "2": "no fraction",
            "²/3": "other digits",
        },
    ),
    "term": _spelled(
        ["P1D", "P1461D", "P48M", "P4Y"],
        {
            "P1462D": "too many days",
            "P49M": "too many months",
            "P5Y": "too many years",
            "P0D": "no time",
            "P01Y": "leading zero",
            "P1W": "weeks",
            "P1Y6M": "two units",
            "1Y": "no P",
            "p1y": "small letters",
            "P1D\n": "line feed",
        },
    ),
    "lang": _spelled(
        ["de", "gsw", "de-AT", "zh-Hant-TW", "de" + "-abcdefgh" * 3 + "-abcde"],
        {
            "d": "one letter",
            "DE": "capitals",
            "de_AT": "underscore",
            "de-": "hyphen at the end",
            "de-a": "subtag of one letter",
            "german": "too long a language",
            "de" + "-abcdefgh" * 3 + "-abcdef": "too long",
            "de\n": "line feed",
            "dé": "not ASCII",
        },
    ),
    "wall time": _spelled(
        ["2027-03-06T19:00", "2028-02-29T00:00", "2026-01-16T12:00", "2029-01-14T23:59"],
        {
            "": "empty",
            "2027-02-29T19:00": "no such day",
            "2027-13-01T19:00": "no such month",
            "2027-03-06T24:00": "no such hour",
            "2027-03-06T19:60": "no such minute",
            "0000-01-01T00:00": "year 0",
            "2027-3-6T19:00": "no leading zeros",
            "2027-03-06 19:00": "blank for T",
            "2027-03-06T19:00:00": "seconds",
            "2027-03-06T19:00Z": "an offset",
            "2027-03-06T19:00\n": "line feed",
            "\uff12027-03-06T19:00": "a digit that is not ASCII",
        },
    ),
    "zone": _spelled(
        ["UTC", "Europe/Berlin", "Etc/GMT+12", "America/Argentina/Buenos_Aires", "Z" * 64],
        {
            "": "empty",
            "Z" * 65: "too long",
            "1Europe": "a digit first",
            "Europe Berlin": "blank",
            "Zürich": "not ASCII",
            "UTC\n": "line feed",
        },
    ),
}
