"""What people type as an option's value, and what is meant by it. ValueError if it is nothing."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from ipaddress import ip_address
from typing import Any

YES = frozenset({"yes", "ja", "y", "j", "true", "1"})
NO = frozenset({"no", "nein", "n", "false", "0"})
LARGEST = 2**31
PORT = 8480
"""Where nodes listen unless told otherwise (`node.app.DEFAULT_LISTEN`)."""


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


def contact(text: str) -> list[str | None]:
    """A contact point: what it is, and its address if one is given.

    >>> contact("Mail=hallo@example.org"), contact("Mailingliste")
    (['Mail', 'hallo@example.org'], ['Mailingliste', None])
    """
    label, sign, address = text.partition("=")
    if not label.strip() or (sign and not address.strip()):
        raise ValueError(text)
    return [label.strip(), address.strip() or None]


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T ]+(\d{1,2})[:.](\d{2})")
_GERMAN = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4}),?[T ]+(\d{1,2})[:.](\d{2})(?: *Uhr)?")


def moment(text: str) -> str:
    """A wall clock time, as records write it (docs/protocol.md §7).

    >>> moment("2026-12-05 19:00"), moment("5.12.2026 19:00 Uhr")
    ('2026-12-05T19:00', '2026-12-05T19:00')
    """
    found, order = _ISO.fullmatch(text.strip()), (0, 1, 2)
    if found is None:
        found, order = _GERMAN.fullmatch(text.strip()), (2, 1, 0)
    if found is None:
        raise ValueError(text)
    parts = [int(one) for one in found.groups()]
    year, month, day = (parts[at] for at in order)
    made = datetime(year, month, day, parts[3], parts[4])  # noqa: DTZ001 - the zone is said apart
    return made.isoformat(timespec="minutes")


_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_GERMAN_DAY = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})")


def day(text: str) -> date:
    """A day of the calendar.

    >>> str(day("2026-12-31")), str(day("31.12.2026"))
    ('2026-12-31', '2026-12-31')
    """
    found, order = _DAY.fullmatch(text.strip()), (1, 2, 3)
    if found is None:
        found, order = _GERMAN_DAY.fullmatch(text.strip()), (3, 2, 1)
    if found is None:
        raise ValueError(text)
    year, month, number = (int(found[at]) for at in order)
    return date(year, month, number)


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
    if not port.isascii() or not port.isdigit() or int(port[:6]) > 65_535:
        raise ValueError(text)
    if text.startswith(":"):
        raise ValueError(text)
    return text if host else f"127.0.0.1:{port}"


CONVERTERS: dict[str, Callable[[str], Any]] = {
    "yes-no": yes_no,
    "number": number,
    "contact": contact,
    "moment": moment,
    "day": day,
    "listen": listen,
}
"""By the kind of an argument (node.cli.grammar)."""
