"""Reading a file of others: in `child`, within bounds.

>>> from io import BytesIO
>>> read(BytesIO(b"Name;Ort\\nAda;Kiel\\n")).sheets[0].lines[1].cells
['Ada', 'Kiel']
"""

import json
import subprocess
import sys
import tempfile
import threading
from typing import IO, BinaryIO

from node.spreadsheets.book import Book, Unreadable
from node.spreadsheets.limits import ANSWER_BYTES, FILE_BYTES, MEMORY_BYTES, WALL_SECONDS

COMMAND = (sys.executable, "-I", "-m", "node.spreadsheets.child")
PIECE = 1 << 16


def copied(source: BinaryIO) -> BinaryIO:
    """The bytes of a file in a nameless one of this machine; `Unreadable` if it is too large."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        size = 0
        while piece := source.read(PIECE):
            size += len(piece)
            if size > FILE_BYTES:
                raise Unreadable("large", mb=FILE_BYTES // 1_048_576)
            file.write(piece)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def read(source: BinaryIO) -> Book:
    """What is in a file; `Unreadable` says why not. Takes seconds: not in a loop that serves."""
    with copied(source) as file:
        return _parsed(*_asked(file))


def _asked(file: IO[bytes]) -> tuple[bytes, int]:
    """What the process says, and how it ended."""
    with subprocess.Popen(  # noqa: S603 - our own program, nothing of the file is in the command
        COMMAND, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    ) as child:
        watch = threading.Timer(WALL_SECONDS, child.kill)
        watch.daemon = True
        watch.start()
        try:
            if child.stdout is None:  # it was asked for
                return b"", 1
            said = child.stdout.read(ANSWER_BYTES + 1)
            if len(said) > ANSWER_BYTES:
                child.kill()
                return b"", 1
            return said, child.wait()
        finally:
            watch.cancel()
            if child.poll() is None:
                child.kill()


def _parsed(said: bytes, status: int) -> Book:
    if status != 0:  # killed: out of memory or time
        raise Unreadable("bomb", mb=MEMORY_BYTES // 1_048_576)
    try:
        found = json.loads(said)
        if "refused" in found:
            raise Unreadable(str(found["refused"]), **found["values"])
        return Book.from_plain(found)
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable("damaged") from error
