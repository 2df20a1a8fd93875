"""What a row says of a person: each cell by what its column is, doubts as questions.

Rules: blank is nothing; of a cell with several mail addresses or phone numbers each counts. Days
are read as people write them, and asked about where they can hardly be meant, or where a house
number was taken for one; a postcode of four digits may lack its zero; a phone number that a
spreadsheet wrote as 4.9E+11 is lost. An answer for a cell, or for all such cells, settles it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from node.features.imports import days
from node.features.imports.headings import NO, YES
from node.features.imports.types import (
    BELONGS,
    HOUSE,
    ID,
    NAME,
    PLACE,
    REASON,
    Answers,
    Cells,
    Column,
    Question,
)
from node.features.members.editing import LONGEST, LONGEST_TEXT
from node.features.members.types import Field, Values
from node.lookup.content import tidy
from node.spreadsheets.book import Line

_MAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+")
_MAILS = re.compile(r"[\s,;]+|/(?=\S+@)|mailto:|[<>]")
_PHONES = re.compile(r"\s*[\n;]\s*|\s+/\s+|,\s+|\s+(?:oder|und|or|and)\s+")
_POWER = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+")
_PLACE = re.compile(r"(?:D-|DE-)?(\d{4,5})\s+(\D.*)", re.DOTALL)
_PLACE_BEHIND = re.compile(r"(\D+?),?\s+(\d{4,5})")
_FOUR, _FIVE = re.compile(r"\d{4}"), re.compile(r"(?:D-|DE-)?\d{5}")
_GERMANY = frozenset({"", "deutschland", "germany", "de", "d", "brd", "bundesrepublik deutschland"})

NOTHING = frozenset({"-", "--", "–", "—", "?", "k.a.", "k. a.", "keine", "keins", "n/a", "none"})
"""What people write where there is no address, number or day."""

_NEVER_DAYS = frozenset(
    {"given", "family", "street", "town", "postcode", "phone", NAME, HOUSE, PLACE}
)
"""What is never a day."""


class TooLong(ValueError):  # noqa: N818 - a person reads it
    """A cell that is more than its field holds."""


@dataclass(slots=True)
class Reading:
    """How the rows of a file are read. Make it with `reading`."""

    columns: Sequence[Column]
    fields: dict[str, Field]
    today: date
    answers: Answers
    order: dict[int, bool | None] = field(default_factory=dict)
    """Of columns with days: whether the day comes first."""


def reading(
    columns: Sequence[Column],
    fields: Sequence[Field],
    lines: Sequence[Line],
    today: date,
    answers: Answers,
) -> Reading:
    """Look through the columns once."""
    found = Reading(
        [one for one in columns if one.field], {one.key: one for one in fields}, today, answers
    )
    for column in found.columns:
        if is_day(found, column):
            cells = [one.cells[column.at] for one in lines if column.at < len(one.cells)]
            found.order[column.at] = days.order_of(cells)
    return found


def is_day(reading: Reading, column: Column) -> bool:
    """Whether a column holds days."""
    known = reading.fields.get(column.field or "")
    belongs = column.field in BELONGS and column.field != REASON
    return belongs or (known is not None and known.kind == "date")


def cells_of(reading: Reading, line: Line) -> Cells:
    """What a row says; `TooLong`."""
    row = _Row(reading, line)
    for column in reading.columns:
        text = tidy(line.cells[column.at]) if column.at < len(line.cells) else None
        if text:
            row.take(column, text)
    return row.done()


def _tidied(text: str) -> str | None:
    """As `tidy`, and quicker where nothing is to be done."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return tidy(text)


class _Row:
    def __init__(self, reading: Reading, line: Line) -> None:
        self.reading = reading
        self.line = line.number
        self.questions: list[Question] = []
        self.values: dict[str, Values] = {}
        self.parts: dict[str, str] = {}
        self.raw: dict[str, str] = {}
        self.postcode: tuple[Column, str] | None = None

    def take(self, column: Column, text: str) -> None:
        """A cell that is not blank."""
        what = column.field or ""
        self.raw[what] = f"{self.raw[what]}\n{text}" if what in self.raw else text
        limit = self._limit(what)
        if len(text) > limit:
            raise TooLong(column.header)
        if any(map(str.isdigit, text[:10])) and self._was_made_a_day(what, text):
            text = self._asked(column, "day-odd", text, self._behind(text))
        if not text:
            return
        if reader := _READERS.get(what):
            reader(self, column, text)
        else:
            self._take_field(column, text)

    def done(self) -> Cells:
        """All of it."""
        if house := self.parts.get(HOUSE):
            street = " ".join(self.values.get("street", ()))
            if not street.endswith(f" {house}"):
                self._put("street", f"{street} {house}".strip())
        if self.postcode is not None:
            self._settle_postcode(*self.postcode)
        name = " ".join(self.parts.get(NAME, "").split())
        belongs = {key: text for key in BELONGS if (text := self.parts.get(key))}
        id = self.parts.get(ID, "")
        return Cells(name, self.values, belongs, tuple(self.questions), id, self.raw)

    def _put(self, key: str, *texts: str) -> None:
        self.values[key] = tuple(dict.fromkeys(one for one in texts if one))

    def _asked(self, column: Column, code: str, cell: str, offer: str = "") -> str:
        """What counts by the answer; nothing, and a question, as long as there is none."""
        question = Question(code, column.at, cell, offer)
        answer = self.reading.answers.get(question.key(self.line)) or self.reading.answers.get(code)
        match answer:
            case "keep":
                return cell
            case "blank":
                return ""
            case "offer" if offer:
                return offer
        self.questions.append(question)
        return ""

    def _limit(self, what: str) -> int:
        known = self.reading.fields.get(what)
        if known is None:
            return LONGEST
        return LONGEST_TEXT if known.kind == "long text" else LONGEST * (10 if known.many else 1)

    # By what a column is

    def _was_made_a_day(self, what: str, text: str) -> bool:
        if what in _NEVER_DAYS:
            return bool(days.number_behind(text)) or days.is_full_day(text)
        known = self.reading.fields.get(what)
        plain = known is not None and known.own and known.kind in ("text", "number", "choice")
        return plain and days.is_full_day(text) and bool(days.number_behind(text))

    def _behind(self, text: str) -> str:
        if number := days.number_behind(text):
            return number
        _year, month, day = days.read(text, self.reading.today).day.split("-")
        return f"{int(day)}-{int(month)}"

    def _take_name(self, _column: Column, text: str) -> None:
        family, comma, given = (one.strip() for one in text.partition(","))
        apart = {one.field for one in self.reading.columns} & {"given", "family"}
        if comma and family and given and "," not in given and not apart:
            self._put("family", family)
            self._put("given", given)
        else:
            self.parts[NAME] = text

    def _take_day(self, column: Column, text: str) -> None:
        what = column.field or ""
        if text.lower() in NOTHING:
            return
        day = self._day(column, text, birth=False)
        self.parts[what] = "" if day and not days.read(day, self.reading.today).day else day

    def _day(self, column: Column, text: str, *, birth: bool) -> str:
        """The day of a cell, or what the answer makes of it."""
        today = self.reading.today
        first = self.reading.order.get(column.at)
        if first is None and (said := self.reading.answers.get("day-order")) is not None:
            first = said != "keep"
        found = days.read(text, today, first)
        if found.days:
            return self._asked(column, "day-order", found.days[1], found.days[0])
        if not found.day:
            if serial := days.from_serial(text, today):
                return self._asked(column, "day-odd", text, serial)
            return self._asked(column, "day-unread", text)
        if days.is_odd(found.day, today, birth=birth):
            return self._asked(column, "day-odd", found.day)
        return found.day

    def _take_mail(self, column: Column, text: str) -> None:
        parts = [one for one in _MAILS.split(text) if one]
        good = [one for one in parts if _MAIL.fullmatch(one)]
        if not good and text.lower() not in NOTHING:
            kept = self._asked(column, "mail-odd", text)
            good = [kept] if kept else []
        self._put("mail", *self.values.get("mail", ()), *good)

    def _take_phone(self, column: Column, text: str) -> None:
        if text.lower() in NOTHING:
            return
        if _POWER.fullmatch(text) or not any(map(str.isdigit, text)):
            text = self._asked(column, "phone-odd", text)
        found = [" ".join(one.split()) for one in _PHONES.split(text)]
        self._put("phone", *self.values.get("phone", ()), *found)

    def _take_part(self, column: Column, text: str) -> None:
        self.parts[column.field or ""] = " ".join(text.split())

    def _take_postcode(self, column: Column, text: str) -> None:
        self.postcode = (column, text)

    def _take_place(self, column: Column, text: str) -> None:
        text = " ".join(text.split())
        if found := _PLACE.fullmatch(text):
            self.postcode = (column, found[1])
            self._put("town", found[2])
        elif found := _PLACE_BEHIND.fullmatch(text):
            self.postcode = (column, found[2])
            self._put("town", found[1])
        elif text.isdigit():
            self.postcode = (column, text)
        else:
            self._put("town", text)

    def _take_country(self, _column: Column, text: str) -> None:
        self._put("country", text)

    def _take_notes(self, _column: Column, text: str) -> None:
        self._put("notes", "\n".join((*self.values.get("notes", ()), text)))

    def _settle_postcode(self, column: Column, text: str) -> None:
        country = " ".join(self.values.get("country", ())).casefold()
        if _FOUR.fullmatch(text) and country in _GERMANY:
            text = self._asked(column, "postcode", text, f"0{text}")
        self._put("postcode", text)

    def _take_field(self, column: Column, text: str) -> None:
        known = self.reading.fields.get(column.field or "")
        if known is None:  # a column that is yet to be made
            return
        match known.kind:
            case "date":
                if text.lower() not in NOTHING:
                    self._put(known.key, self._day_field(column, text))
            case "yes-no":
                word = text.lower()
                self._put(known.key, "yes" if word in YES else "no" if word in NO else text)
            case "long text":
                self._put(known.key, text)
            case _ if known.many:
                self._put(known.key, *(one.strip() for one in text.split("\n")))
            case _:
                self._put(known.key, " ".join(text.split()))

    def _day_field(self, column: Column, text: str) -> str:
        """A day that is not understood stays as it was written."""
        found = days.read(text, self.reading.today, self.reading.order.get(column.at))
        if not found.day and not found.days and not days.from_serial(text, self.reading.today):
            return text
        return self._day(column, text, birth=False)


_READERS: dict[str, Callable[[_Row, Column, str], None]] = {
    NAME: _Row._take_name,
    **dict.fromkeys(BELONGS, _Row._take_day),
    **dict.fromkeys((HOUSE, ID, REASON), _Row._take_part),
    PLACE: _Row._take_place,
    "postcode": _Row._take_postcode,
    "country": _Row._take_country,
    "mail": _Row._take_mail,
    "phone": _Row._take_phone,
    "notes": _Row._take_notes,
}
"""What is not read as a field of its kind."""
