"""Address books (`.vcf`) as rows: a card a row, a column for each thing that any card says.

Versions 2.1 to 4.0, by vobject. A card that can't be read becomes no row but is counted as broken.
Pictures, keys and sounds are left out.
"""

from collections.abc import Iterator
from typing import Any

import vobject
from vobject.base import VObjectError

from node.spreadsheets.book import Line, Sheet, Unreadable
from node.spreadsheets.gathering import Budget, Gathered

COLUMNS = (
    *("Name", "Given name", "Family name", "Organisation", "Email", "Phone", "Mobile"),
    *("Street", "Postcode", "Town", "Country", "Birthday", "Note", "Id"),
)
"""Headings, in order; a second mail address or phone number has its column behind them."""

_BEGIN, _END = "begin:vcard", "end:vcard"


def read(text: str) -> Sheet:
    """The cards of a text; `Unreadable`."""
    people: list[tuple[int, dict[str, str]]] = []
    broken = 0
    for number, card in enumerate(_cards(text), 1):
        try:
            found = dict(_said(vobject.readOne(card)))
        except (VObjectError, ValueError, KeyError, IndexError, AttributeError, TypeError):
            broken += 1
            continue
        if found.get("Given name") == found.get("Name") and "Family name" not in found:
            del found["Given name"]  # the format wants one, so the whole name stands there
        people.append((number, found))
    if not people and broken:
        raise Unreadable("damaged")
    used = {key for _n, one in people for key in one}
    headings = [one for one in COLUMNS if one in used]
    headings += sorted(used - set(headings))
    gathered = Gathered("", Budget())
    gathered.broken = broken
    for number, one in people:
        gathered.add(number + 1, [one.get(key, "") for key in headings])
    return gathered.sheet()._replace(lines=[Line(1, headings), *gathered.lines])


def _cards(text: str) -> Iterator[str]:
    lines: list[str] | None = None
    for line in text.splitlines():
        word = line.strip().lower()
        if word == _BEGIN:
            lines = []
        if lines is not None:
            lines.append(line)
        if word == _END and lines is not None:
            yield "\r\n".join(lines) + "\r\n"
            lines = None
    if lines is not None:
        yield "\r\n".join(lines)


def _said(card: Any) -> Iterator[tuple[str, str]]:
    counted: dict[str, int] = {}
    for line in card.getChildren():
        for key, value in _of_line(line):
            text = str(value).strip()
            if not text:
                continue
            counted[key] = counted.get(key, 0) + 1
            yield (key if counted[key] == 1 else f"{key} {counted[key]}"), text


def _of_line(line: Any) -> Iterator[tuple[str, Any]]:
    kinds = {str(one).lower() for one in line.params.get("TYPE", [])}
    kinds |= {str(one).lower() for one in getattr(line, "singletonparams", [])}
    match line.name:
        case "FN":
            yield "Name", line.value
        case "N":
            name = line.value
            yield "Given name", _joined(name.given, name.additional)
            yield "Family name", _joined(name.prefix, name.family)
        case "ORG":
            parts = line.value if isinstance(line.value, list) else [line.value]
            yield "Organisation", ", ".join(str(one) for one in parts if one)
        case "EMAIL":
            yield "Email", line.value
        case "TEL":
            number = str(line.value).removeprefix("tel:")
            yield ("Mobile" if kinds & {"cell", "mobile"} else "Phone"), number
        case "ADR":
            yield "Street", _joined(line.value.street, line.value.extended)
            yield "Postcode", _joined(line.value.code)
            yield "Town", _joined(line.value.city)
            yield "Country", _joined(line.value.country)
        case "BDAY":
            yield "Birthday", _day(str(line.value))
        case "NOTE":
            yield "Note", line.value
        case "UID":
            yield "Id", line.value


def _joined(*parts: Any) -> str:
    texts = [" ".join(part) if isinstance(part, list) else str(part) for part in parts]
    return " ".join(one.strip() for one in texts if one.strip())


def _day(text: str) -> str:
    """19870605 and 1987-06-05T00:00:00 as 1987-06-05."""
    if len(text) == 8 and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text[:10] if text[4:5] == "-" else text
