"""How many joined and left, month by month (E1).

Rules: somebody counts from the first to the last day, both included; who belonged twice at once
counts once; who came back counts as one more who left and one more who joined. Where only the year
is known it counts as January; without a first day somebody was there from the beginning. Days to
come do not count yet.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple
from weakref import WeakKeyDictionary

from node.features.members.changes.tables import day_of, settle
from node.features.members.tables import counted_spans, spans_of_several, state
from node.store.core import Core

BEGINNING = "0000-00"
"""The month of who has no first day."""


class Month(NamedTuple):
    """`YYYY-MM`: how many joined and left in it, and how many belonged at its end."""

    month: str
    joined: int
    left: int
    members: int

    @property
    def net(self) -> int:
        """How many more, or fewer."""
        return self.joined - self.left


class Counts(NamedTuple):
    """All months from the first known one; how many have no first day, or no month of it."""

    months: list[Month]
    without_day: int
    only_year: int


_known: "WeakKeyDictionary[Core, tuple[tuple[str, int, int], Counts]]" = WeakKeyDictionary()


def counts(core: Core) -> Counts:
    """By month, up to the present one; counted anew only after something changed."""
    settle(core)
    last = day_of(core.clock())[:7]
    now = (last, *state(core))
    kept = _known.get(core)
    if kept is None or kept[0] != now:
        kept = (now, count(spans_of_several(core), last, counted_spans(core)))
        _known[core] = kept
    return kept[1]


def count(
    rows: Iterable[tuple[str, str, str]], last: str, single: Iterable[tuple[str, str, int]] = ()
) -> Counts:
    """Of memberships (whose, first and last day) those up to a month.

    `single`: first and last month, and how many people have just that.
    """
    joined, left = Counter[str](), Counter[str]()
    known, alone = list(rows), list(single)
    found = [(*one, 1) for _person, some in groupby(known, _whose) for one in apart(some)]
    found += [(_month(since, BEGINNING), _month(until, ""), n) for since, until, n in alone]
    for since, until, n in found:
        if since <= last:
            joined[since] += n
            if until and until <= last:
                left[until] += n
    days = [(since, 1) for _person, since, _until in known]
    days += [(since, n) for since, _until, n in alone]
    return Counts(
        list(_months(joined, left, last)),
        sum(n for day, n in days if not day),
        sum(n for day, n in days if len(day) == len("2026")),
    )


def _whose(row: tuple[str, str, str]) -> str:
    return row[0]


def _month(day: str, none: str) -> str:
    return day[:7] if len(day) > 4 else f"{day}-01" if day else none


def apart(rows: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """Months of one person's memberships, those that overlap as one; of nobody's, as they are.

    Rows as of `spans`, by first day.
    """
    open_since, open_until = "", ""
    for person, since, until in rows:
        first, ends = _month(since, BEGINNING), _month(until, "")
        if not person:
            yield first, ends
        elif open_since and (not open_until or since < open_until):
            open_until = "" if not open_until or not until else max(open_until, until)
        else:
            if open_since:
                yield open_since, _month(open_until, "")
            open_since, open_until = first, until
    if open_since:
        yield open_since, _month(open_until, "")


def _months(joined: Counter[str], left: Counter[str], last: str) -> Iterator[Month]:
    known = [one for one in (*joined, *left) if one != BEGINNING]
    if not joined:
        return
    total = joined[BEGINNING]
    month = min(known, default=last)
    while month <= last:
        total += joined[month] - left[month]
        yield Month(month, joined[month], left[month], total)
        month = after(month)


def after(month: str) -> str:
    """The next month.

    >>> after("2026-12"), after("2026-01")
    ('2027-01', '2026-02')
    """
    year, number = int(month[:4]), int(month[5:7])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"
