r"""What stands in the cells of a list, under our own headings and under others.

Rules, under our own headings (the guide): several values are separated by `,` `;` or a line break,
convictions by `;` or a line break only. A backslash before such a sign, before `=` in a contact, or
before another backslash makes it part of the text. A contact is `what` or `what=address`.

Under other headings people write as they like: the first of line break, `;`, `,` and `/` that
occurs separates, and a last "und" or "and" in a row does so too; "Kunst und Kultur" alone is one
topic, but "Deutsch und Englisch" are two languages. What a contact is follows from its form or from
the heading.

>>> read_cell("topics", "ours", "", r"Kunst und Kultur, a\, b")
['Kunst und Kultur', 'a, b']
>>> read_cell("topics", "free", "Themen", "Wohnen, Miete und Energie")
['Wohnen', 'Miete', 'Energie']
>>> read_cell("contact", "free", "Kontakt", "info@chor.example; 0431 123")
[['E-Mail', 'info@chor.example'], ['Telefon', '0431 123']]
"""

import re
from collections.abc import Callable
from typing import Any

from node.lookup.typed import contact_of

LISTS = ("topics", "convictions", "languages", "link")

_LINES = "\n"
_AND = re.compile(r"\s+(?:und|and|u\.|&)\s+")
_ADDRESSES = re.compile(r"[,;]?\s+|[,;](?=https?://|www\.)|\s+(?:und|and)\s+", re.IGNORECASE)
_MARKS = {
    "mail": r"[\s,;/]+(?:(?:und|oder|and|or)\s+)?",
    "phone": r"\s*[\n;,]\s*|\s+/\s+|\s+oder\s+",
}


def read_cell(column: str, rule: str, heading: str, cell: str) -> Any:
    """The value of a cell: a text, a list of texts, or a list of contacts."""
    if column == "contact":
        return _contacts(rule, heading, cell)
    if rule == "ours":
        return _ours(column, cell)
    if column == "link":
        return [one for one in _ADDRESSES.split(cell.strip()) if one]
    if column in LISTS:
        return _free(column, cell)
    return cell if column == "purpose" else " ".join(cell.split())


def _ours(column: str, cell: str) -> Any:
    if column == "link":
        return [plain(part) for part in split(cell, ",;\n", _is_link)]
    if column in LISTS:
        marks = ";\n" if column == "convictions" else ",;\n"
        return [plain(part) for part in split(cell, marks)]
    return cell


def _is_link(rest: str) -> bool:
    """Addresses may have commas in them: a new one begins where there is a scheme."""
    return rest.lstrip().lower().startswith(("http://", "https://", "www."))


def _free(column: str, cell: str) -> list[str]:
    marks = "\n;" if column == "convictions" else "\n;,/"
    mark = next((one for one in marks if one in cell.strip()), None)
    if mark is None:
        return _AND.split(cell) if column == "languages" else [cell]
    parts = [one.strip(" \t\r•*·–-") for one in cell.split(mark)]
    if column == "convictions":
        return parts
    if mark != _LINES:
        parts[-1:] = _AND.split(parts[-1])
    return parts


def _contacts(rule: str, heading: str, cell: str) -> list[list[str | None]]:
    if rule == "ours":
        return [_contact(part) for part in split(cell, ",;\n")]
    if rule == "free":
        parts = re.split(r"\s*[\n;]\s*", cell.strip())
        return [contact_of(one) for part in parts if part for one in _at_commas(part)]
    if rule in _MARKS:
        parts = re.split(_MARKS[rule], cell.strip())
    else:
        parts = cell.strip().split("\n") if rule == "person" else [", ".join(cell.split("\n"))]
    return [[heading, part.strip()] for part in parts if part.strip()]


def _at_commas(text: str) -> list[str]:
    """Contacts separated by commas, if that is what they are there for."""
    parts = re.split(r",\s*", text)
    return parts if all(contact_of(one)[1] for one in parts) else [text]


def _contact(part: str) -> list[str | None]:
    what, *where = split(part, "=", most=1)
    return [plain(what), plain(where[0]) if where else None]


def split(
    cell: str, marks: str, good: Callable[[str], bool] = lambda _rest: True, most: int = -1
) -> list[str]:
    """At each of `marks` that no backslash precedes; backslashes stay for `plain`."""
    parts, start, at = [], 0, 0
    while at < len(cell):
        if cell[at] == "\\":
            at += 1
        elif cell[at] in marks and most != 0 and good(cell[at + 1 : at + 20]):
            parts.append(cell[start:at])
            start, most = at + 1, most - 1
        at += 1
    return [*parts, cell[start:]]


def plain(part: str) -> str:
    """Without the backslashes that make signs part of the text."""
    return (re.sub(r"\\([\\;,=])", r"\1", part) if "\\" in part else part).strip()


def escaped(text: str, marks: str) -> str:
    """With a backslash before each of `marks`, and before each backslash."""
    return re.sub(rf"([\\{marks}])", r"\\\1", text)
