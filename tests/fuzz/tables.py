"""Files of spreadsheets and address books: whatever it is, it is read or refused with a reason."""

import json
from pathlib import Path

from node.spreadsheets.book import Book
from node.spreadsheets.child import answer

FILES = Path(__file__).parents[1] / "node/spreadsheets/files"

TEXTS = (
    b"Name;Ort\nAda;Kiel\n",
    b'sep=,\r\nName,Note\r\nAda,"two\nlines; ""so"""\r\n',
    "Name\tStra\u00dfe\rJ\u00fcrgen\tWeg\r".encode("mac-roman"),
    "Name;Stra\u00dfe\nJ\u00fcrgen;Weg\n".encode("utf-16"),
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Moor;Ada;;;\r\nFN:Ada Moor\r\nEND:VCARD\r\n",
)


def tables(data: bytes) -> None:
    """What comes back is JSON, and a book that reads back the same."""
    found = json.loads(json.dumps(answer(data)))
    if "refused" in found:
        assert isinstance(found["refused"], str)
    else:
        assert Book.from_plain(found).plain() == answer(data)


def tables_seeds() -> list[bytes]:
    return [*TEXTS, *(path.read_bytes() for path in sorted(FILES.iterdir()))]
