"""What people type as an option's value, and what is meant by it. ValueError if it is nothing."""

import re
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from node.base import formats
from node.base.errors import UnclearDate
from node.texts import LANGUAGES, Texts

if TYPE_CHECKING:
    from node.base.dates import Spoken

YES = frozenset({"yes", "ja", "y", "j", "true", "1"})
NO = frozenset({"no", "nein", "n", "false", "0"})
LARGEST = 2**31
PORT = 8480
"""Where nodes listen unless told otherwise (`node.serving.DEFAULT_LISTEN`)."""


def yes_no(text: str) -> bool:
    """In either language.

    >>> yes_no("Ja"), yes_no("no")
    (True, False)
    """
    word = text.strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(text)


def number(text: str) -> int:
    """A whole number from 1.

    >>> number("90")
    90
    """
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:20]) < LARGEST:
        raise ValueError(text)
    return int(text)


_SHARES = {
    "half": "1/2", "a half": "1/2", "one half": "1/2", "hälfte": "1/2", "die hälfte": "1/2",
    "two thirds": "2/3", "zwei drittel": "2/3", "three quarters": "3/4", "drei viertel": "3/4",
    "dreiviertel": "3/4", "all": "1/1", "alle": "1/1", "everybody": "1/1",
}  # fmt: skip


def share(text: str) -> str:
    """A part of a whole, in lowest terms: a fraction, percent, or a word.

    >>> share("2/3"), share("60 %"), share("75"), share("Drei Viertel")
    ('2/3', '3/5', '3/4', '3/4')
    """
    word = " ".join(text.casefold().split())
    found = re.fullmatch(r"(\d{1,4}) ?(?:/ ?(\d{1,4})|%|percent|prozent|)", word)
    if word in _SHARES:
        return _SHARES[word]
    if found is None or (found[2] is not None and not int(found[2])):
        raise ValueError(text)
    part = Fraction(int(found[1]), int(found[2] or 100))
    return f"{part.numerator}/{part.denominator}"


_TERM_UNITS = {
    **dict.fromkeys(("", "d", "day", "days", "tag", "tage", "tagen"), ("D", 1)),
    **dict.fromkeys(("w", "week", "weeks", "woche", "wochen"), ("D", 7)),
    **dict.fromkeys(("m", "month", "months", "monat", "monate", "monaten"), ("M", 1)),
    **dict.fromkeys(("y", "year", "years", "jahr", "jahre", "jahren"), ("Y", 1)),
}


def term(text: str) -> str:
    """How long an office lasts: so many days, weeks, months or years.

    >>> term("1 year"), term("6 Monate"), term("two weeks"), term("P90D"), term("100")
    ('P1Y', 'P6M', 'P14D', 'P90D', 'P100D')
    """
    from node.base.dates import NUMBERS

    word = " ".join(text.casefold().split())
    found = re.fullmatch(r"p?(\d{1,4}|[a-zäöüß]+?) ?([a-z]*)", word)
    if found is None or found[2] not in _TERM_UNITS:
        raise ValueError(text)
    unit, days = _TERM_UNITS[found[2]]
    count = int(found[1]) if found[1].isdecimal() else NUMBERS.get(found[1], 0)
    if not count:
        raise ValueError(text)
    return f"P{count * days}{unit}"


def contact(text: str) -> list[str | None]:
    """A contact point: what it is, and its address if one is given.

    >>> contact("Mail=hallo@example.org"), contact("Mailingliste")
    (['Mail', 'hallo@example.org'], ['Mailingliste', None])
    """
    label, sign, address = text.partition("=")
    if not label.strip() or (sign and not address.strip()):
        raise ValueError(text)
    return [label.strip(), address.strip() or None]


def moment(text: str) -> "Spoken":
    """A day and a time (node.base.dates, which takes time to import)."""
    from node.base.dates import parse

    return parse(text, timed=True)


def day(text: str) -> "Spoken":
    """A day of the calendar (node.base.dates)."""
    from node.base.dates import parse

    return parse(text, timed=False)


def unclear(error: UnclearDate, kind: str, texts: Texts) -> str:
    """Why a text is no day, or no time, in words."""
    if error.code == "unknown":
        return texts(f"cli.usage.not_a_{kind}", value=error.text)
    days = [formats.calendar_day(one, texts) for one in error.readings]
    values = {"first": days[0] if days else "", "second": days[-1] if days else ""}
    return texts(f"cli.usage.date_{error.code}", value=error.text, **values)


ANSWERS = {
    "accept": ("accept", "yes", "zusagen", "zusage", "zugesagt", "ja"),
    "decline": ("decline", "no", "absagen", "absage", "abgesagt", "nein"),
    "counter": ("counter", "counter-proposal", "gegenvorschlag", "vorschlag"),
}
"""What a group can answer, and the words for it."""


def answer(text: str) -> str:
    """In either language.

    >>> answer("Zusagen"), answer("no")
    ('accept', 'decline')
    """
    word = text.strip().casefold()
    for found, words in ANSWERS.items():
        if word in words:
            return found
    raise ValueError(text)


def language(text: str) -> str:
    """The tag of a language that is called by its name in German or English, else as it is.

    >>> language("Deutsch"), language("turkish"), language("pt-BR")
    ('de', 'tr', 'pt-BR')
    """
    return language_names().get(text.strip().casefold(), text.strip())


def language_names() -> dict[str, str]:
    """Tags by the names that our pages have for languages."""
    named: dict[str, str] = {}
    for one in LANGUAGES:
        table = Texts(one).table("web.language")
        named |= {str(name).casefold(): tag for tag, name in table.items()}
    return named


def listen(text: str) -> str:
    """HOST:PORT, a port alone, which means this machine only, or an IP address alone.

    >>> listen("8480"), listen("[::1]:0"), listen("[::]"), listen("0.0.0.0"), listen("fd00::1:9")
    ('127.0.0.1:8480', '[::1]:0', '[::]:8480', '0.0.0.0:8480', 'fd00::1:9')
    """
    with suppress(ValueError):
        address = ip_address(text.removeprefix("[").removesuffix("]"))
        if address.version == 4:
            return f"{address}:{PORT}"
        if text == "::" or text.startswith("["):  # else the last part may be a port
            return f"[{address}]:{PORT}"
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or len(port) > 5 or int(port) > 65_535:
        raise ValueError(text)
    if text.startswith(":"):
        raise ValueError(text)
    return text if host else f"127.0.0.1:{port}"


CONVERTERS: dict[str, Callable[[str], Any]] = {
    "yes-no": yes_no,
    "number": number,
    "share": share,
    "term": term,
    "contact": contact,
    "moment": moment,
    "day": day,
    "answer": answer,
    "language": language,
    "languages": language,
    "listen": listen,
}
"""By the kind of an argument (node.cli.grammar)."""

WORDS: dict[str, tuple[str, ...]] = {
    "answer": tuple(word for one in ANSWERS.values() for word in one)
}
"""What a near miss may have meant, where only some words are understood."""
