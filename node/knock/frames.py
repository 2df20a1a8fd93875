"""What goes through the door of a node (docs/door.md): frames, on a socket.

A frame is one byte that says what it is, four bytes of length, and fields: each four bytes of
length and its bytes. Lengths are big-endian. Only what Python has without imports is used here:
a command is as quick as what it imports.
"""

from collections.abc import Sequence

TYPE_CHECKING = False  # `typing` takes as long to import as all the rest
if TYPE_CHECKING:
    import socket

Frame = tuple[bytes, list[bytes]]

MOST = 16 << 20
"""Bytes of a frame: a file's piece has one MiB, the arguments of a command have two at most."""

# From the command
HELLO = b"H"
"""Version of the door, of the software, purpose, which folder, then what the purpose needs
(`node.knock.knock`). Its first four fields never change."""
ANSWER = b"A"
"""To a frame that asks for something. The first field is empty, or why it could not be done."""

# From the server: these ask for an answer
OUT = b"O"
LINE = b"L"
HIDDEN = b"P"
READ = b"I"
VARIABLE = b"V"
OPEN = b"R"
PIECE = b"r"
SEEK = b"s"
CLOSE = b"c"
FREE = b"F"
BEGIN = b"W"
WRITE = b"w"
SETTLE = b"f"
KEEP = b"k"
DROP = b"d"

# These don't
SAY = b"E"
WELCOME = b"B"
"""First of all: the server lives. What it does may take its time."""
EXIT = b"X"
YOURSELF = b"Y"
"""It is for the command's own process to do."""
REFUSED = b"N"
"""A code, then names and values in turn: the problem that it is."""


class BadFrame(Exception):  # noqa: N818 - whoever speaks like this is no command of ours
    """Not a frame of this door."""


def packed(kind: bytes, *fields: bytes) -> bytes:
    """A frame.

    >>> packed(b"X", b"0")
    b'X\\x00\\x00\\x00\\x05\\x00\\x00\\x00\\x010'
    """
    body = b"".join(len(one).to_bytes(4, "big") + one for one in fields)
    return kind + len(body).to_bytes(4, "big") + body


def unpacked(body: bytes) -> list[bytes]:
    """The fields of a frame."""
    fields, at = [], 0
    while at < len(body):
        end = at + 4 + int.from_bytes(body[at : at + 4], "big")
        if at + 4 > len(body) or end > len(body):
            raise BadFrame
        fields.append(body[at + 4 : end])
        at = end
    return fields


def receive(sock: "socket.socket", most: int = MOST) -> Frame:
    """The next frame; EOFError at the end, wherever that is."""
    head = exactly(sock, 5)
    length = int.from_bytes(head[1:], "big")
    if length > most:
        raise BadFrame
    return head[:1], unpacked(exactly(sock, length))


def exactly(sock: "socket.socket", count: int) -> bytes:
    """So many bytes."""
    pieces: list[bytes] = []
    while count:
        piece = sock.recv(min(count, 1 << 20))
        if not piece:
            raise EOFError
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def text(data: bytes) -> str:
    """What was typed, or is shown: file names of other encodings, too."""
    return data.decode("utf-8", "surrogateescape")


def data(text: str) -> bytes:
    """The other way."""
    return text.encode("utf-8", "surrogateescape")


def told(values: Sequence[tuple[str, str]]) -> list[bytes]:
    """Names and values in turn."""
    return [data(part) for pair in values for part in pair]
