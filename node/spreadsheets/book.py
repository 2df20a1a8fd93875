"""What is in a file: sheets of rows of text, and what is to be said of them.

>>> book = Book("csv", "utf-8", (Sheet("", [Line(1, ["Name"]), Line(3, ["Ada"])]),))
>>> Book.from_plain(book.plain()) == book
True
"""

from typing import Any, NamedTuple


class Unreadable(Exception):  # noqa: N818 - a person reads why
    """A file that is not read. `code` is a key below `spreadsheets.refused`; `values` fill it."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class Line(NamedTuple):
    """A row that is not empty: its number in the file, from 1, and its cells, none at the end that
    is empty."""

    number: int
    cells: list[str]


class Sheet(NamedTuple):
    """One sheet. Of formulas the value that was stored last is in the cell."""

    name: str
    lines: list[Line]
    formulas: int = 0
    """Cells with a formula; -1 if the format does not tell."""
    without_value: int = 0
    """Formulas of which no value was stored: these cells are empty."""
    broken: int = 0
    """Cells with an error (#REF!, #N/A): these are empty too."""


class Book(NamedTuple):
    """A file. `form`: csv, xlsx, ods, xls or vcf; `encoding`: that of its letters, else `form`."""

    form: str
    encoding: str
    sheets: tuple[Sheet, ...]
    guessed: bool = False
    """Whether the encoding is a guess, by its letters."""
    separator: str = ""

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return self._asdict() | {"sheets": [one._asdict() for one in self.sheets]}

    @classmethod
    def from_plain(cls, found: dict[str, Any]) -> "Book":
        """From JSON; what is not of this shape raises `ValueError`, `TypeError` or `KeyError`."""
        sheets = tuple(
            Sheet(
                str(one["name"]),
                [
                    Line(int(number), [str(cell) for cell in cells])
                    for number, cells in one["lines"]
                ],
                *(int(one[key]) for key in ("formulas", "without_value", "broken")),
            )
            for one in found["sheets"]
        )
        form, encoding, separator = (str(found[key]) for key in ("form", "encoding", "separator"))
        return cls(form, encoding, sheets, bool(found["guessed"]), separator)
