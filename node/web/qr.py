"""QR codes for pages: drawn as one path, which a template puts into an SVG.

>>> code = qr("http://192.168.1.20:8480")
>>> code.size, code.path[:14]
(25, 'M0 0h7v1h-7zM8')
"""

from typing import NamedTuple


class Qr(NamedTuple):
    """`size` modules on each side, without the quiet zone; `path` draws the dark ones."""

    size: int
    path: str
    text: str


def qr(text: str) -> Qr:
    """The code of a text; `ValueError` if it does not fit."""
    import segno

    rows = segno.make(text, error="m", micro=False).matrix
    runs = (_runs(row) for row in rows)
    path = "".join(
        f"M{start} {y}h{length}v1h-{length}z" for y, row in enumerate(runs) for start, length in row
    )
    return Qr(len(rows), path, text)


def _runs(row: bytearray) -> list[tuple[int, int]]:
    """Where dark modules begin, and how many there are."""
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if not dark:
            continue
        if found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((x, 1))
    return found
