"""Cells of our own files, for who writes them (`export`) and who reads them (imports).

What looks like a formula gets an apostrophe in CSV and loses it again; several values of one field
stand in one cell, one a line.

>>> cell_of(("+49 431 1", "0431 2")), values_of("+49 431 1\\n0431 2")
('+49 431 1\\n0431 2', ('+49 431 1', '0431 2'))
"""

from node.features.members.types import Values
from node.spreadsheets.guarding import bared, guarded

__all__ = ["bared", "cell_of", "guarded", "values_of"]


def cell_of(values: Values) -> str:
    """The cell of a field."""
    return "\n".join(values)


def values_of(cell: str) -> Values:
    """The values of a field that may have many, from its cell."""
    return tuple(one.strip() for one in cell.split("\n") if one.strip())
