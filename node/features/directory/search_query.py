"""What a search asks for, read from an address that anybody may have written.

Nothing is passed on that is longer or larger than a person would write; what is wrong is named in
words and left out, and the rest is searched for. Only searches stand in addresses, nothing about
persons.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from node.features.directory.feature import FORMS
from node.features.directory.types import DirectoryQuery
from node.store.directory import ORDERS
from node.web.links import is_id, with_query

LONGEST_SEARCH = 200
"""Characters of the search field: two lines; beyond that it is no search but a paste."""

LONGEST_FILTER = 120
"""Characters of a filter's value: as long as the longest region (docs/protocol.md §7.3)."""

LAST_PAGE = 10_000
"""Half a million entries at fifty a page: more than any directory has."""

TABLE = "table"
"""The other way to look at it: `cards` need not be said."""

TAKES = {"yes": True, "no": False}

_PAGE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Search:
    """A query, and what was wrong with it as (key of a text, number for it)."""

    query: DirectoryQuery
    problems: tuple[tuple[str, int], ...] = ()
    view: str = ""
    """`TABLE`, or cards."""

    def path(self, page: int = 1, view: str | None = None, **changes: Any) -> str:
        """The address of this search with some of it changed; filters start at the first page."""
        query = replace(self.query, **changes)
        takes = {known: word for word, known in TAKES.items()}
        pairs = [
            ("q", query.text),
            ("topic", query.topic or ""),
            ("region", query.region or ""),
            ("language", query.language or ""),
            ("takes", "" if query.takes_members is None else takes[query.takes_members]),
            ("kind", query.form or ""),
            ("network", query.network or ""),
            ("sort", query.order),
            ("view", self.view if view is None else view),
            ("page", str(page) if page > 1 else ""),
        ]
        return with_query("/directory", pairs)


def read_search(parameters: Mapping[str, str], inside: bool) -> Search:
    """The search that these parameters mean. A network is a filter for whoever is inside only."""
    problems: list[tuple[str, int]] = []
    text = _clean(parameters.get("q", ""))
    if len(text) > LONGEST_SEARCH:
        problems.append(("directory.web.too_long", LONGEST_SEARCH))
        text = text[:LONGEST_SEARCH].rstrip()
    query = DirectoryQuery(
        text=text,
        topic=_filter(parameters, "topic", problems),
        region=_filter(parameters, "region", problems),
        language=_filter(parameters, "language", problems),
        takes_members=TAKES.get(_one_of(parameters, "takes", TAKES, problems)),
        form=_one_of(parameters, "kind", FORMS, problems) or None,
        order=_one_of(parameters, "sort", ORDERS, problems),
        network=_network(parameters.get("network", "")) if inside else None,
        page=_page(parameters.get("page", ""), problems),
    )
    view = _one_of(parameters, "view", (TABLE,), problems)
    return Search(query, tuple(dict.fromkeys(problems)), view)


def _clean(text: str) -> str:
    """Printable characters, single blanks."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _filter(
    parameters: Mapping[str, str], name: str, problems: list[tuple[str, int]]
) -> str | None:
    value = _clean(parameters.get(name, ""))
    if len(value) > LONGEST_FILTER:
        problems.append(("directory.web.filter_too_long", LONGEST_FILTER))
        return None
    return value or None


def _one_of(
    parameters: Mapping[str, str],
    name: str,
    known: Collection[str],
    problems: list[tuple[str, int]],
) -> str:
    value = parameters.get(name, "")
    if not value or value in known:
        return value
    problems.append(("directory.web.unknown_choice", 0))
    return ""


def _network(value: str) -> str | None:
    return value if is_id(value) else None


def _page(value: str, problems: list[tuple[str, int]]) -> int:
    if not value:
        return 1
    if _PAGE.fullmatch(value) and 1 <= int(value) <= LAST_PAGE:
        return int(value)
    problems.append(("directory.web.bad_page", LAST_PAGE))
    return 1
