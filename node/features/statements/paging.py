"""Long lists of these pages, a part at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Generic, TypeVar

from node.features.statements.types import TopicView
from node.web.links import with_query
from node.web.page import Asked

T = TypeVar("T")

PER_PAGE = 50

PER_COMPARISON = 30
"""Statements with the sentences of two groups: 27,000 characters at most."""

DIGITS = 4
"""Of the number of a page."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Some of a list: which, of how many pages, and the addresses beside it, empty at an end."""

    items: Sequence[T]
    total: int
    number: int
    pages: int
    before: str
    after: str


def part_of(
    asked: Asked,
    items: Sequence[T],
    path: str,
    pairs: Sequence[tuple[str, str]] = (),
    per_page: int = PER_PAGE,
) -> Part[T]:
    """The part that the address asks for; `path` and `pairs` are the address without it."""
    wanted, pages = asked.visit.parameters.get("page", ""), max(1, -(-len(items) // per_page))
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) <= DIGITS else 1
    number = min(max(number, 1), pages)

    def at(page: int) -> str:
        return with_query(path, [*pairs, ("page", str(page))]) if 0 < page <= pages else ""

    some = items[(number - 1) * per_page : number * per_page]
    return Part(some, len(items), number, pages, at(number - 1), at(number + 1))


def topics_of(asked: Asked, topics: Sequence[TopicView], path: str) -> Part[TopicView]:
    """The same for statements under their topics; what a topic comes to is said of all of it."""
    rows = [(topic, row) for topic in topics for row in topic.rows]
    part = part_of(asked, rows, path, per_page=PER_COMPARISON)
    some = [
        replace(topic, rows=tuple(row for _topic, row in found))
        for topic, found in groupby(part.items, lambda pair: pair[0])
    ]
    return Part(some, part.total, part.number, part.pages, part.before, part.after)
