"""The bytes of a list as text, whatever program wrote them.

Rules: UTF-8 if it can be; UTF-16 by its byte order mark, or by its NUL bytes; else the one of the
old eight-bit codes of Windows, Mac and DOS in which most letters stand where letters can stand.
That was a guess, and the person is told.

>>> decode("Müßiggang in Köln".encode("mac-roman"))
('Müßiggang in Köln', 'mac-roman')
"""

import re
from itertools import islice

from node.base.errors import Problem

BYTES = 10_000_000
"""Twice a directory of 20,000 groups; more is another kind of file."""

SAMPLE = 2_000
"""Letters outside ASCII that are looked at to guess: a page full of umlauts."""

OLD = ("cp1252", "mac-roman", "cp850")
NAMES = {"cp1252": "windows-1252"}
"""What encodings are called in a document, where Python calls them otherwise."""

SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How the files of spreadsheets begin: archives (.xlsx, .ods, .numbers), and those before 2007."""

_GERMAN = frozenset("äöüÄÖÜß")
_SIGNS = frozenset("\u2013\u2014„“”\u201a\u2018\u2019…€§°·«»•×®©\u00a0²³½")
_STRANGE = re.compile(r"(.?)([^\x00-\x7f])(?=(.?))")


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file, and the encoding that it was in; `Problem` if it is no text."""
    if len(data) > BYTES:
        raise Problem("list-too-large", mb=BYTES // 1_000_000)
    if data.startswith(SPREADSHEETS):
        raise Problem("list-spreadsheet")
    text, encoding = _decoded(data)
    if not text.strip(" \t\r\n\ufeff"):
        raise Problem("list-empty")
    if "\0" in text:
        raise Problem("list-nul", line=text[: text.index("\0")].count("\n") + 1)
    return text.removeprefix("\ufeff"), NAMES.get(encoding, encoding)


def _decoded(data: bytes) -> tuple[str, str]:
    wide = _wide(data)
    for encoding in (wide,) if wide else ("utf-8",):
        try:
            return data.decode(encoding), encoding.removesuffix("-le").removesuffix("-be")
        except UnicodeDecodeError as error:
            if wide:
                raise Problem("list-encoding", found="UTF-16") from error
    return _guessed(data)


def _wide(data: bytes) -> str | None:
    """Which UTF-16 it is, if it is: in a text of ours every second byte is mostly 0."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    start = data[:1_000]
    if start[1::2].count(0) * 3 > len(start) > 1:
        return "utf-16-le"
    return "utf-16-be" if start[::2].count(0) * 3 > len(start) > 1 else None


def _guessed(data: bytes) -> tuple[str, str]:
    found = []
    for encoding in OLD:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            continue
        found.append((_likely(text), -OLD.index(encoding), text, encoding))
    score, _place, text, encoding = max(found)
    if score < 0 and len(found) < len(OLD):
        raise Problem("list-encoding", found=f"? ({line})")
    return text, encoding


def _likely(text: str) -> int:
    """How well the letters outside ASCII fit: an umlaut in a word, a dash beside a blank."""
    found = islice(_STRANGE.finditer(text), SAMPLE)
    return sum(_fits(*one.groups()) for one in found)


def _fits(before: str, sign: str, after: str) -> int:
    if sign in _SIGNS:
        return 1
    alone = not (before.isalpha() or after.isalpha())
    if alone or not sign.isalpha() or sign > "\u02ff":
        return MISFIT
    if (sign.isupper() and before.islower()) or (sign.islower() and after.isupper()):
        return MISFIT
    return 3 if sign in _GERMAN else 1


MISFIT = -3
"""As much as an umlaut in its place."""
