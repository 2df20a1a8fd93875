"""Rows as they are read, within the limits."""

from collections.abc import Sequence

from node.spreadsheets.book import Line, Sheet, Unreadable
from node.spreadsheets.limits import CELL_CHARACTERS, CELLS, COLUMNS, ROWS


class Budget:
    """Cells that may be read yet, of all sheets together."""

    def __init__(self, cells: int = CELLS) -> None:
        self.left = cells


class Gathered:
    """The rows of one sheet. `Unreadable` as soon as there is too much of anything."""

    def __init__(self, name: str, budget: Budget) -> None:
        self.name = name
        self._budget = budget
        self.lines: list[Line] = []
        self.formulas = self.without_value = self.broken = 0

    def add(self, number: int, cells: Sequence[str]) -> None:
        """One more row; an empty one is left out."""
        end = len(cells)
        while end and not cells[end - 1].strip():
            end -= 1
        if not end:
            return
        if end > COLUMNS:
            raise Unreadable("wide", n=COLUMNS, line=number)
        if len(self.lines) >= ROWS:
            raise Unreadable("long", n=ROWS)
        self._budget.left -= end
        if self._budget.left < 0:
            raise Unreadable("long", n=ROWS)
        kept = list(cells[:end])
        for at, cell in enumerate(kept, 1):
            if len(cell) > CELL_CHARACTERS:
                raise Unreadable("cell", line=number, column=letters(at), n=CELL_CHARACTERS)
            if "\0" in cell:
                raise Unreadable("nul", line=number)
        self.lines.append(Line(number, kept))

    def sheet(self) -> Sheet:
        """All of it."""
        counted = self.formulas, self.without_value, self.broken
        return Sheet(self.name, self.lines, *counted)


def letters(column: int) -> str:
    """What spreadsheets call a column.

    >>> letters(1), letters(26), letters(27), letters(256)
    ('A', 'Z', 'AA', 'IV')
    """
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
