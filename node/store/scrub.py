"""What SQLite leaves behind in the gaps of its pages, overwritten.

Rules:

1. `secure_delete` overwrites what is deleted where it lies. But where a page was divided or put
   together, cells had moved before, and what they left stays in the gap between a page's list of
   cells and the cells (SQLite 3.40, `rebuildPage`): of what is erased later, a copy.
2. A gap is no part of the database: nothing reads it, so zeros may be written there directly. Only
   where the file is the whole truth (the log is empty) and nobody can write: inside a transaction
   that took the lock for writing. After it no page is in memory that could bring a gap back.
3. What is no page of a tree – a list of free pages, the rest of a long cell – SQLite overwrites as
   a whole; it does not begin with the mark of a tree's page.

The format of a page: https://www.sqlite.org/fileformat2.html#b_tree_pages.
"""

import os
from collections.abc import Iterator
from typing import NamedTuple

LEAF_HEADER, INNER_HEADER = 8, 12
INNER, LEAVES = (2, 5), (10, 13)
FILE_HEADER = 100
"""Before the header of the first page."""

PIECE_BYTES = 1 << 20
"""Read at a time."""


class Gap(NamedTuple):
    """Bytes of a file in which something was left."""

    at: int
    size: int


def scrub(file: int, page_bytes: int) -> int:
    """Overwrite the gaps of the database in the open `file`; gives how many held anything.

    To be called as rule 2 says.
    """
    count, pages = 0, max(1, PIECE_BYTES // page_bytes)
    at, size = 0, os.fstat(file).st_size
    while at < size:
        piece = os.pread(file, pages * page_bytes, at)
        for gap in dirty_gaps(piece, page_bytes, first=at == 0):
            os.pwrite(file, bytes(gap.size), at + gap.at)
            count += 1
        at += len(piece) or page_bytes
    if count:
        os.fsync(file)
    return count


def dirty_gaps(piece: bytes, page_bytes: int, *, first: bool) -> Iterator[Gap]:
    """Where in some whole pages something was left; `first`: the database begins with them."""
    zeros = bytes(page_bytes)
    for start in range(0, len(piece) - page_bytes + 1, page_bytes):
        header = start + (FILE_HEADER if first and start == 0 else 0)
        kind = piece[header]
        if kind not in INNER and kind not in LEAVES:
            continue
        cells = int.from_bytes(piece[header + 3 : header + 5], "big")
        content = int.from_bytes(piece[header + 5 : header + 7], "big") or 65_536
        begin = header + (INNER_HEADER if kind in INNER else LEAF_HEADER) + 2 * cells
        end = start + content
        if begin < end <= start + page_bytes and piece[begin:end] != zeros[: end - begin]:
            yield Gap(begin, end - begin)
