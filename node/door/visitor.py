"""The terminal of a command that came through the door: what happens there happens at its end.

Whatever waits for the other end – a question, a shown result, a piece of a file – is done without
the turn (`node.base.turns`): the node goes on meanwhile. So none of it may happen in the middle of
a transaction, but for progress, which is dropped if nobody takes it at once.
"""

import io
import os
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import BinaryIO, cast

from node.base import turns
from node.base.errors import Problem
from node.base.files import Elsewhere, File
from node.cli.terminal import OutputError, Terminal
from node.knock import frames
from node.knock.frames import data, packed, receive, text

PIECE = 1 << 20
"""Bytes of a file in one frame."""


class HungUp(KeyboardInterrupt):
    """Nobody is at the other end any more: as if the person had pressed Ctrl-C."""


class Visitor(Terminal):
    """One command."""

    def __init__(
        self, sock: socket.socket, environ: Mapping[str, str], facts: Mapping[str, str]
    ) -> None:
        self.environ = environ
        self._sock, self._facts = sock, facts
        self._sending = threading.Lock()

    def require_there(self) -> None:
        """`HungUp` if the command has ended. It says nothing unasked, so that is quickly found."""
        try:
            if self._sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b"":
                raise HungUp
        except BlockingIOError:
            return
        except OSError as error:
            raise HungUp from error

    # What it is asked for

    def asks(self, kind: bytes, *fields: bytes) -> list[bytes]:
        """Have something done at the other end; gives what came of it. `OSError` as there."""
        with turns.away():
            answer = self._answer(kind, fields)
        if answer[0] == b"":
            return answer[1:]
        number = int(answer[1])
        raise OSError(number, os.strerror(number) if number else text(answer[2]))

    def _answer(self, kind: bytes, fields: Sequence[bytes]) -> list[bytes]:
        try:
            self._sock.sendall(packed(kind, *fields))
            got, answer = receive(self._sock)
        except (OSError, EOFError, frames.BadFrame) as error:
            raise HungUp from error
        if got != frames.ANSWER or len(answer) < 1:
            raise HungUp
        return answer

    def tell(self, kind: bytes, *fields: bytes) -> None:
        """Say something that needs no answer."""
        with turns.away(), suppress(OSError):
            self._sock.sendall(packed(kind, *fields))

    # The terminal

    def width(self) -> int:
        said = self._facts["columns"]
        return int(said[:6]) if said.isdecimal() else 0

    def is_there(self) -> bool:
        return bool(self._facts["there"])

    def shows(self) -> bool:
        return bool(self._facts["shown"])

    def put(self, text: str) -> None:
        try:
            self.asks(frames.OUT, data(text))
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(error.errno, error.strerror) from error

    def say(self, text: str) -> None:
        if not turns.is_kept():
            self.tell(frames.SAY, data(text))
            return
        with suppress(OSError):  # only progress: it is dropped rather than waited for
            frame = packed(frames.SAY, data(text))
            sent = self._sock.send(frame, socket.MSG_DONTWAIT)
            if sent < len(frame):
                self._sock.sendall(frame[sent:])

    def line(self, prompt: str) -> str:
        return text(self.asks(frames.LINE, data(prompt))[0])

    def hidden(self, prompt: str) -> str:
        return text(self.asks(frames.HIDDEN, data(prompt))[0])

    def read(self, most: int) -> bytes:
        return self.asks(frames.READ, b"%d" % most)[0]

    def variable(self, name: str) -> str | None:
        return text(self.asks(frames.VARIABLE, data(name))[0]) or None

    def file(self, name: str) -> File:
        return Named(self, name)


class Named(Elsewhere):
    """A file that the command opens."""

    def __init__(self, visitor: Visitor, name: str) -> None:
        self._visitor, self.name = visitor, name

    def __str__(self) -> str:
        return self.name

    def opened(self) -> BinaryIO:
        self._visitor.asks(frames.OPEN, data(self.name))
        return cast(BinaryIO, io.BufferedReader(_Source(self._visitor, self.name), PIECE))

    @contextmanager
    def written(self, ending: str) -> Iterator[BinaryIO]:
        self._visitor.asks(frames.BEGIN, data(self.name), data(ending))
        try:
            yield cast(BinaryIO, _Target(self._visitor, self.name))
        except BaseException:
            with suppress(HungUp, OSError):
                self._visitor.asks(frames.DROP)
            raise
        self._visitor.asks(frames.KEEP)

    def assert_free(self, replace: bool) -> None:
        code, why = self._visitor.asks(frames.FREE, data(self.name), b"1" if replace else b"")
        match code:
            case b"":
                return
            case b"file-exists":
                raise Problem("file-exists", file=self.name)
            case b"file-not-plain":
                raise Problem("file-not-plain", file=self.name)
        raise Problem("file-unwritable", file=self.name, why=text(why))


class _File(io.RawIOBase):
    def __init__(self, visitor: Visitor, name: str) -> None:
        super().__init__()
        self._visitor, self.name = visitor, name

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    # Narrower than the library's, which takes any buffer.
    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        (piece,) = self._visitor.asks(frames.PIECE, b"%d" % min(len(buffer), PIECE))
        buffer[: len(piece)] = piece
        return len(piece)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        (found,) = self._visitor.asks(frames.SEEK, b"%d" % offset, b"%d" % whence)
        return int(found)


class _Source(_File):
    def close(self) -> None:
        if not self.closed:
            with suppress(HungUp, OSError):
                self._visitor.asks(frames.CLOSE)
        super().close()


class _Target(_File):
    def writable(self) -> bool:
        return True

    # As above.
    def write(self, piece: "bytes | memoryview") -> int:  # type: ignore[override]
        whole = memoryview(piece)
        for at in range(0, len(whole), PIECE):
            self._visitor.asks(frames.WRITE, bytes(whole[at : at + PIECE]))
        return len(whole)

    def settle(self) -> None:
        """It is on the disk (`node.base.files.settle`)."""
        self._visitor.asks(frames.SETTLE)
