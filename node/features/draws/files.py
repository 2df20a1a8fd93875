"""Lists and transcripts as files: read within bounds, written whole or not at all."""

import lzma
from pathlib import Path

from node.base.errors import Problem
from node.base.files import written
from protocol.draw_format.lists import LIST_BYTES
from protocol.draw_format.transcripts import TRANSCRIPT_BYTES

TABLE_BYTES = 16_000_000
"""A table of 40,000 people with wishes has a third."""

LIMITS = {"list": LIST_BYTES, "transcript": TRANSCRIPT_BYTES, "table": TABLE_BYTES}


def read_file(name: str, kind: str) -> bytes:
    """The bytes of a file, packed by xz or not; `Problem` before more than the limit is read."""
    path, limit = Path(name), LIMITS[kind]
    try:
        if path.stat().st_size > limit:
            raise Problem("draw-too-large", file=name, mb=limit >> 20)
        if path.suffix == ".xz":
            with lzma.open(path) as packed:
                found = packed.read(limit + 1)
        else:
            with path.open("rb") as source:
                found = source.read(limit + 1)
    except (lzma.LZMAError, EOFError) as error:
        raise Problem("draw-unpackable", file=name) from error
    except OSError as error:
        raise Problem("file-unreadable", file=name, why=error.strerror) from error
    if len(found) > limit:
        raise Problem("draw-too-large", file=name, mb=limit >> 20)
    return found


def write_file(path: Path, data: bytes) -> None:
    """Write a file as a whole or not at all."""
    try:
        with written(path) as out:
            out.write(data)
    except OSError as error:
        raise Problem("file-unwritable", file=path, why=error.strerror) from error


def beside(path: Path, ending: str) -> Path:
    """`people.csv` → `people.draw.json`, for the ending `.draw.json`."""
    stem = path.name
    for known in (".xz", ".json", ".csv", ".list", ".draw"):
        stem = stem.removesuffix(known)
    return path.with_name(stem + ending)
