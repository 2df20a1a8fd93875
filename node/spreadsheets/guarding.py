r"""Cells of CSV files that a spreadsheet program would take for formulas.

Such programs take what begins with = + - @ for a formula, and what is a beginning depends on the
separator that they were told, and on whether they heed quotes. So wherever such a sign could come
to stand at the beginning of a cell (after `,` `;` `|`, a quote, a tab or a line break too) it gets
an apostrophe in front when it is written (`guarded`), which it loses when it is read (`bared`).
Apostrophes that stood there already are counted: one more when written, one less when read.

>>> guarded("=1+1"), guarded("'=1+1"), guarded("+49 431 123"), guarded("a,-b")
("'=1+1", "''=1+1", "'+49 431 123", "a,'-b")
>>> bared("'=1+1"), bared("''=1+1"), bared("'s Gravenhage")
('=1+1', "'=1+1", "'s Gravenhage")
"""

import re

_BEGINNING = "((?:^|[,;|\"\t\r\n])\\s*)('{})(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])"
_FORMULA = re.compile(_BEGINNING.format("*"))
_GUARDED = re.compile(_BEGINNING.format("+"))


def guarded(cell: str) -> str:
    """A cell as it is written."""
    return _FORMULA.sub(r"\1'\2", cell)


def bared(cell: str) -> str:
    """What stood in a cell before it was `guarded`."""
    return _GUARDED.sub(_without_one, cell) if "'" in cell else cell


def _without_one(found: re.Match[str]) -> str:
    return found[1] + found[2][1:]
