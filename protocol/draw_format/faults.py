"""What can be wrong with a list, before anything is drawn (docs/protocol.md §13.2).

A fault stops the draw; a note does not, and is told beside the result. Both carry a code, which
has a text in both languages, and where it is: ids that stand in the list.
"""

from typing import NamedTuple

from protocol.errors import Refused

SHOWN = 5
"""Ids that a fault names: enough to find the rest in the same way."""


class Fault(NamedTuple):
    """One thing that is wrong. `where` are ids of people or meetings, the first few of `times`."""

    code: str
    where: tuple[str, ...] = ()
    times: int = 1


class BadList(Refused):
    """A list that can't be drawn from. `faults` are all that were found."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(", ".join(sorted({one.code for one in faults})))
        self.faults = faults


def gathered(found: list[tuple[str, str]]) -> tuple[Fault, ...]:
    """(code, id) pairs, one fault for each code."""
    where: dict[str, list[str]] = {}
    for code, name in found:
        where.setdefault(code, []).append(name)
    return tuple(
        Fault(code, tuple(names[:SHOWN]), len(names)) for code, names in sorted(where.items())
    )
