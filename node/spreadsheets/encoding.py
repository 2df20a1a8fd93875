"""The bytes of a text, whatever program wrote them.

Rules: UTF-8 if it can be; UTF-16 by its byte order mark, or by its NUL bytes; else the one of the
old eight-bit codes of Windows, Mac and DOS in which most letters stand where letters can stand.
That was a guess, and the person is told.

>>> decoded("Müßiggang in Köln".encode("mac-roman"))
Decoded(text='Müßiggang in Köln', encoding='mac-roman', guessed=True)
"""

import re
from itertools import islice
from typing import NamedTuple

SAMPLE = 2_000
"""Letters outside ASCII that are looked at to guess: a page full of umlauts."""

OLD = ("cp1252", "mac-roman", "cp850")
NAMES = {"cp1252": "windows-1252"}
"""What encodings are called in a document, where Python calls them otherwise."""

_GERMAN = frozenset("äöüÄÖÜß")
_SIGNS = frozenset("\u2013\u2014„“”\u201a\u2018\u2019…€§°·«»•×®©\u00a0²³½")
_STRANGE = re.compile(r"(.?)([^\x00-\x7f])(?=(.?))")


class Decoded(NamedTuple):
    """A text, what it was written in, and whether that is a guess."""

    text: str
    encoding: str
    guessed: bool


class NoText(ValueError):  # noqa: N818 - a person reads why
    """Bytes that are no text. `encoding`: what they seemed to be, `line`: where they are not."""

    def __init__(self, encoding: str, line: int = 0) -> None:
        super().__init__(encoding)
        self.encoding = encoding
        self.line = line


def decoded(data: bytes) -> Decoded:
    """The text without a byte order mark; `NoText` if it is none."""
    text, encoding, guessed = _decoded(data)
    return Decoded(text.removeprefix("\ufeff"), NAMES.get(encoding, encoding), guessed)


def _decoded(data: bytes) -> tuple[str, str, bool]:
    wide = _wide(data)
    for encoding in (wide,) if wide else ("utf-8",):
        try:
            text = data.decode(encoding)
            return text, encoding.removesuffix("-le").removesuffix("-be"), False
        except UnicodeDecodeError as error:
            if wide:
                raise NoText("UTF-16") from error
    return (*_guessed(data), True)


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
    line = 0
    for encoding in OLD:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            continue
        found.append((_likely(text), -OLD.index(encoding), text, encoding))
    score, _place, text, encoding = max(found)
    if score < 0 and len(found) < len(OLD):
        raise NoText("", line)
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
