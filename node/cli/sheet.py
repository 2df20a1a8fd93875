"""Text made for reading: headings, facts, tables and paragraphs, wrapped to the terminal.

>>> sheet = Sheet(30, colour=False)
>>> sheet.facts([("Name", "Nachbarschaftshilfe am Hafen"), ("Ort", "Kiel")])
>>> print(sheet)
Name  Nachbarschaftshilfe am
      Hafen
Ort   Kiel
"""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

BOLD, DIM, RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
GAP = 2
LEAST_VALUE = 16
"""Columns that a value gets even beside a long label."""


def width_of(text: str) -> int:
    """Columns that a text takes: wide letters two, marks none."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def padded(text: str, width: int) -> str:
    """With blanks up to `width` columns."""
    return text + " " * (width - width_of(text))


def cut(text: str, width: int) -> str:
    """At most `width` columns; what is missing is shown by an ellipsis."""
    if width_of(text) <= width:
        return text
    kept = ""
    for letter in text:
        if width_of(kept + letter) > width - 1:
            break
        kept += letter
    return kept.rstrip() + "…"


_QUOTED = re.compile(r"[“„][^“”„ ]*verbund [^“”„]*[”“]")
_BLANK = "\x00"
"""Stands for a blank where no line may end."""


def wrapped(text: str, width: int) -> list[str]:
    """In lines; addresses, ids and commands stay whole, so that they can be copied."""
    lines: list[str] = []
    whole = _QUOTED.sub(lambda found: found[0].replace(" ", _BLANK), text)
    for part in whole.split("\n"):
        lines += textwrap.wrap(
            part, max(width, LEAST_VALUE), break_long_words=False, break_on_hyphens=False
        ) or [""]
    return [line.replace(_BLANK, " ") for line in lines]


class Sheet:
    """What a command shows, line by line."""

    def __init__(self, width: int, colour: bool) -> None:
        self.width = width
        self.colour = colour
        self.lines: list[str] = []

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def _styled(self, text: str, style: str) -> str:
        return f"{style}{text}{RESET}" if self.colour and text else text

    def gap(self) -> None:
        """An empty line, if there is anything above."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def heading(self, text: str) -> None:
        """What follows."""
        self.gap()
        self.lines += [self._styled(line, BOLD) for line in wrapped(text, self.width)]

    def say(self, text: str) -> None:
        """A paragraph."""
        self.lines += wrapped(text, self.width)

    def hint(self, text: str) -> None:
        """What one may do next, after a gap."""
        self.gap()
        self.lines += [self._styled(line, DIM) for line in wrapped(text, self.width)]

    def verbatim(self, text: str) -> None:
        """As it is: an address or a code to be copied."""
        self.lines += text.split("\n")

    def items(self, texts: Iterable[str]) -> None:
        """A list."""
        for text in texts:
            first, *rest = wrapped(text, self.width - 2)
            self.lines.append("– " + first)
            self.lines += ["  " + line for line in rest]

    def facts(self, rows: Iterable[tuple[str, str | None]]) -> None:
        """Labels and values side by side; values that are not there are left out."""
        shown = [(label, value) for label, value in rows if value]
        if not shown:
            return
        left = max(width_of(label) for label, _value in shown) + GAP
        for label, value in shown:
            first, *rest = wrapped(value, self.width - left)
            self.lines.append((self._styled(padded(label, left), DIM) + first).rstrip())
            self.lines += [" " * left + line for line in rest]

    def table(
        self, titles: Sequence[str], rows: Sequence[Sequence[str]], *, whole: bool = False
    ) -> None:
        """Aligned columns; the widest ones give way if there is no room. If `whole`, nothing of the
        last column is left out: it goes on in the next line."""
        widths = [max(width_of(row[at]) for row in (titles, *rows)) for at in range(len(titles))]
        _squeeze(widths, self.width - GAP * (len(widths) - 1))
        head = _line(titles, widths)
        self.lines.append(self._styled(head, DIM))
        for row in rows:
            self.lines += _whole(row, widths) if whole else [_line(row, widths)]


LEAST_COLUMN = 8


def _squeeze(widths: list[int], room: int) -> None:
    while sum(widths) > room:
        widest = max(range(len(widths)), key=lambda at: widths[at])
        if widths[widest] <= LEAST_COLUMN:
            return
        widths[widest] -= 1


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    parts = [
        padded(cut(cell.replace("\n", " "), width), width)
        for cell, width in zip(cells, widths, strict=True)
    ]
    return (" " * GAP).join(parts).rstrip()


def _whole(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    left = sum(widths[:-1]) + GAP * (len(widths) - 1)
    begin = padded(_line(cells[:-1], widths[:-1]), left)
    first, *rest = wrapped(cells[-1], widths[-1])
    return [(begin + first).rstrip(), *(" " * left + line for line in rest)]
