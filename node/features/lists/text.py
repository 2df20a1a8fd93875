"""The bytes of a list as text (`node.spreadsheets.encoding`), or why it is none.

>>> decode("Müßiggang in Köln".encode("mac-roman"))
('Müßiggang in Köln', 'mac-roman')
"""

from node.base.errors import Problem
from node.spreadsheets.encoding import NoText, decoded

BYTES = 10_000_000
"""Twice a directory of 20,000 groups; more is another kind of file."""

SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How the files of spreadsheets begin: archives (.xlsx, .ods, .numbers), and those before 2007."""

GUESSED = {"windows-1252": "Windows-1252", "mac-roman": "Mac Roman", "cp850": "DOS (CP 850)"}
"""Encodings that a file does not say by itself, as spreadsheets call them."""


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file, and the encoding that it was in; `Problem` if it is no text."""
    if len(data) > BYTES:
        raise Problem("list-too-large", mb=BYTES // 1_000_000)
    try:
        text, encoding, _guessed = decoded(data)
    except NoText as error:
        raise Problem("list-encoding", found=error.encoding or f"? ({error.line})") from error
    if not text.strip(" \t\r\n\ufeff"):
        raise Problem("list-empty")
    if "\0" in text:
        raise Problem("list-nul", line=text[: text.index("\0")].count("\n") + 1)
    return text, encoding
