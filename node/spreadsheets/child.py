"""The process that reads a file: it may have little memory, little time, and nothing else.

`python -I -m node.spreadsheets.child` takes the file from standard input and writes one line of
JSON: a book, or why it is not read. It takes its limits upon itself before it reads a byte: address
space, processor time, no files written, no further process.
"""

import json
import sys
from typing import Any

from node.spreadsheets.book import Book, Unreadable
from node.spreadsheets.limits import CPU_SECONDS, FILE_BYTES, MEMORY_BYTES

_OTHERS = (
    (b"%PDF", ".pdf"),
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF8", ".gif"),
    (b"{\\rtf", ".rtf"),
    (b"7z\xbc\xaf", ".7z"),
    (b"\x1f\x8b", ".gz"),
    (b"SQLite format 3", ".sqlite"),
)
"""How files begin that are no lists, whatever their names say."""


def main() -> None:
    """Read standard input."""
    limit()
    json.dump(answer(sys.stdin.buffer.read(FILE_BYTES + 1)), sys.stdout, ensure_ascii=True)


def limit() -> None:
    """No more than this."""
    import resource

    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(what, (most, most))


def answer(data: bytes) -> dict[str, Any]:
    """A book as JSON, or what is refused and why."""
    try:
        return read(data).plain()
    except Unreadable as error:
        return {"refused": error.code, "values": error.values}
    except MemoryError:
        return {"refused": "bomb", "values": {"mb": MEMORY_BYTES // 1_048_576}}


def read(data: bytes) -> Book:
    """What is in a file, by its content alone; `Unreadable`."""
    if len(data) > FILE_BYTES:
        raise Unreadable("large", mb=FILE_BYTES // 1_048_576)
    if not data.strip(b"\0\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise Unreadable("empty")
    for beginning, found in _OTHERS:
        if data.startswith(beginning):
            raise Unreadable("format", found=found)
    book = _book(data)
    if not any(sheet.lines for sheet in book.sheets):
        raise Unreadable("empty")
    return book


def _book(data: bytes) -> Book:
    if data.startswith(b"PK"):
        return _archived(data)
    if data.startswith(b"\xd0\xcf\x11\xe0") or data[:4] in (
        b"\x09\x08\x10\x00",
        b"\x09\x08\x08\x00",
    ):
        from node.spreadsheets import old_excel

        return Book("xls", "xls", old_excel.read(data))
    return _text(data)


def _archived(data: bytes) -> Book:
    from defusedxml.common import DefusedXmlException

    from node.spreadsheets.archive import form_of, opened

    try:
        archive = opened(data)
        form = form_of(archive)
        if form == "xlsx":
            from node.spreadsheets import office

            return Book(form, form, office.read(data))
        from node.spreadsheets import opendocument

        return Book(form, form, opendocument.read(archive))
    except DefusedXmlException as error:
        raise Unreadable("bomb", mb=MEMORY_BYTES // 1_048_576) from error


def _text(data: bytes) -> Book:
    from node.spreadsheets.book import Sheet
    from node.spreadsheets.encoding import NoText, decoded
    from node.spreadsheets.separated import read as read_separated

    try:
        text, encoding, guessed = decoded(data)
    except NoText as error:
        raise Unreadable("unknown") from error
    start = text[:2_000].lstrip().lower()
    if start.startswith(("<!doctype html", "<html", "<table")):
        raise Unreadable("format", found=".html")
    if start.startswith("<?xml"):
        raise Unreadable("format", found=".xml")
    if start.startswith("begin:vcard"):
        from node.spreadsheets import cards

        return Book("vcf", encoding, (cards.read(text),), guessed)
    lines, separator = read_separated(text)
    return Book("csv", encoding, (Sheet("", lines),), guessed, separator)


if __name__ == "__main__":
    main()
