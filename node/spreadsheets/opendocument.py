"""`.ods`: cells as a person sees them there.

The file says itself what each cell shows, so it is read as it comes, a row at a time; `odfpy`
builds all of it in memory first, and other libraries forget what is shown (01067 becomes 1067).
"""

import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import iterparse

from node.spreadsheets.book import Sheet, Unreadable
from node.spreadsheets.gathering import Budget, Gathered
from node.spreadsheets.limits import COLUMNS, ROWS, SHEETS

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


def read(archive: zipfile.ZipFile) -> tuple[Sheet, ...]:
    """The sheets; `Unreadable`."""
    try:
        manifest = archive.read("META-INF/manifest.xml")
        if b"encryption-data" in manifest:
            raise Unreadable("password")
        with archive.open("content.xml") as source:
            return tuple(_sheets(source))
    except (KeyError, ParseError, zipfile.BadZipFile, EOFError, RecursionError) as error:
        raise Unreadable("damaged") from error


def _sheets(source: IO[bytes]) -> Iterator[Sheet]:
    budget, found, number, count = Budget(), None, 1, 0
    for event, element in iterparse(source, ("start", "end"), forbid_dtd=True):
        if event == "start":
            if element.tag == f"{_TABLE}table":
                found, number = Gathered(element.get(f"{_TABLE}name", ""), budget), 1
        elif element.tag == f"{_TABLE}table-row" and found is not None:
            number = _row(found, number, element)
            element.clear()
        elif element.tag == f"{_TABLE}table" and found is not None:
            yield found.sheet()
            found = None
            element.clear()
            count += 1
            if count == SHEETS:
                return


def _row(found: Gathered, number: int, row: Element) -> int:
    """Add a row, as often as it says; gives the number of the next one."""
    cells: list[str] = []
    for cell in row:
        if cell.tag not in _CELLS:
            continue
        text, times = _shown(cell, found), _times(cell, "columns")
        if text and len(cells) + times > COLUMNS:
            raise Unreadable("wide", n=COLUMNS, line=number)
        cells += [text] * min(times, COLUMNS + 1 - len(cells))
    times = _times(row, "rows")
    if any(cells):
        for at in range(min(times, ROWS + 1)):
            found.add(number + at, cells)
    return number + times


def _times(element: Element, what: str) -> int:
    said = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 1


def _shown(cell: Element, found: Gathered) -> str:
    if cell.get(f"{_TABLE}formula") is not None:
        found.formulas += 1
        found.without_value += cell.get(f"{_OFFICE}value-type") is None
    if cell.get(f"{_CALC}value-type") == "error":
        found.broken += 1
        return ""
    if (day := cell.get(f"{_OFFICE}date-value")) is not None:
        return day.removesuffix("T00:00:00").replace("T", " ")[:16]
    if (said := cell.get(f"{_OFFICE}boolean-value")) is not None:
        return said.upper()
    return "\n".join("".join(_words(one)) for one in cell if one.tag == f"{_TEXT}p")


def _words(paragraph: Element) -> Iterator[str]:
    """The text of a paragraph; blanks and line breaks in a row are elements."""
    yield paragraph.text or ""
    for one in paragraph:
        if one.tag == f"{_TEXT}s":
            said = one.get(f"{_TEXT}c", "1")
            yield " " * min(int(said), 1_000) if said.isascii() and said.isdigit() else " "
        elif one.tag == f"{_TEXT}line-break":
            yield "\n"
        elif one.tag == f"{_TEXT}tab":
            yield "\t"
        elif one.tag != f"{_OFFICE}annotation":
            yield from _words(one)
        yield one.tail or ""
