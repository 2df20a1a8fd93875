"""The hands of a command that a server carries out: its terminal, its standard input, its files.

Each thing that the server asks for is one method of `Hand`. What can't be done is answered with the
system's number and words for it, and raised at the server as if it had tried itself.
"""

import os
import sys
from collections.abc import Callable

from node.knock import frames
from node.knock.frames import data, text

TYPE_CHECKING = False  # as in `frames`
if TYPE_CHECKING:
    from typing import IO, Any

TOLD = ("VERBUND_PASSPHRASE", "VERBUND_WORDS", "VERBUND_PROXY")
"""What a server may ask for of the environment."""

Answer = list[bytes]
DONE: Answer = [b""]


def be_tolerant() -> None:
    """An old terminal that lacks a letter shows a question mark; it is no reason to fail.

    Nor is a closed output: then nobody wants to read it.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - stays
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


class Hand:
    """Does what the server asks for."""

    def __init__(self) -> None:
        self._source: IO[bytes] | None = None
        self._writing: Any = None
        self._out: Any = None
        self._ways: dict[bytes, Callable[..., Answer | None]] = {
            frames.OUT: self.out,
            frames.SAY: self.say,
            frames.LINE: self.line,
            frames.HIDDEN: self.hidden,
            frames.READ: self.read,
            frames.VARIABLE: self.variable,
            frames.OPEN: self.open,
            frames.PIECE: self.piece,
            frames.SEEK: self.seek,
            frames.CLOSE: self.close,
            frames.FREE: self.free,
            frames.BEGIN: self.begin,
            frames.WRITE: self.write,
            frames.SETTLE: self.settle,
            frames.KEEP: self.keep,
            frames.DROP: self.drop,
        }

    def does(self, kind: bytes, fields: list[bytes]) -> Answer | None:
        """Do it; gives the answer, if one is wanted."""
        if kind not in self._ways:
            raise frames.BadFrame
        try:
            return self._ways[kind](*fields)
        except OSError as error:
            return [b"system", b"%d" % (error.errno or 0), data(error.strerror or str(error))]

    # The terminal

    def out(self, shown: bytes) -> Answer:
        """A part of the result."""
        try:
            sys.stdout.write(text(shown))
            sys.stdout.flush()
        except OSError:  # what is left over would be tried once more at the end
            with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - pathlib takes long
                os.dup2(nothing.fileno(), 1)
            raise
        return DONE

    def say(self, said: bytes) -> None:
        """Progress, and what went wrong: nothing depends on whether somebody sees it."""
        try:
            sys.stderr.write(text(said) + "\n")
            sys.stderr.flush()
        except OSError:
            return

    def line(self, prompt: bytes) -> Answer:
        """One line that somebody types, with its end; empty at the end of the input."""
        if prompt:
            sys.stderr.write(text(prompt) + " ")
            sys.stderr.flush()
        return [b"", data(sys.stdin.readline() if sys.stdin else "")]

    def hidden(self, prompt: bytes) -> Answer:
        """The same, and nobody sees it."""
        import getpass

        try:
            return [b"", data(getpass.getpass(text(prompt) + " ", sys.stderr))]
        except EOFError:
            return [b"", b""]

    def read(self, most: bytes) -> Answer:
        """Of standard input, as much as there is."""
        return [b"", sys.stdin.buffer.read(int(most)) if sys.stdin else b""]

    def variable(self, name: bytes) -> Answer:
        """Of the environment."""
        return [b"", data(os.environ.get(text(name), "") if text(name) in TOLD else "")]

    # Files

    def open(self, name: bytes) -> Answer:
        """A file that is to be read."""
        self.close()
        self._source = open(text(name), "rb")  # noqa: PTH123, SIM115 - `close` is the next one
        return DONE

    def piece(self, most: bytes) -> Answer:
        """The next bytes of the file that is read, or of the one that was written."""
        return [b"", (self._source or self._out).read(int(most))]

    def seek(self, offset: bytes, whence: bytes) -> Answer:
        """Go on elsewhere in it."""
        return [b"", b"%d" % (self._source or self._out).seek(int(offset), int(whence))]

    def close(self) -> Answer:
        """It was read."""
        source, self._source = self._source, None
        if source is not None:
            source.close()
        return DONE

    def free(self, name: bytes, replace: bytes) -> Answer:
        """Whether a file may be written there (`node.base.files.assert_free`)."""
        from pathlib import Path

        from node.base.errors import Problem
        from node.base.files import assert_free

        try:
            assert_free(Path(text(name)), bool(replace))
        except Problem as problem:
            return [b"", data(problem.code), data(str(problem.values.get("why", "")))]
        return [b"", b"", b""]

    def begin(self, name: bytes, ending: bytes) -> Answer:
        """Write a file as a whole or not at all (`node.base.files.written`)."""
        from pathlib import Path

        from node.base.files import written

        self.drop()
        writing = written(Path(text(name)), text(ending))
        self._out, self._writing = writing.__enter__(), writing
        return DONE

    def write(self, piece: bytes) -> Answer:
        """The next bytes of it."""
        self._out.write(piece)
        return DONE

    def settle(self) -> Answer:
        """It is on the disk, and is read back from there."""
        from node.base.files import settle

        settle(self._out)
        return DONE

    def keep(self) -> Answer:
        """It is whole: it gets its name."""
        writing, self._writing, self._out = self._writing, None, None
        writing.__exit__(None, None, None)
        return DONE

    def drop(self) -> Answer:
        """It is not to be."""
        self.close()
        writing, self._writing, self._out = self._writing, None, None
        if writing is not None:
            from contextlib import suppress

            stop = InterruptedError()
            with suppress(InterruptedError):
                writing.__exit__(InterruptedError, stop, stop.__traceback__)
        return DONE
