"""What a search asks for, read from an address that anybody may have written.

Nothing is passed on that is longer or larger than a person would write; what is wrong is named in
words and left out, and the rest is searched for. Only searches stand in addresses, nothing about
persons.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from node.features.directory.types import DirectoryQuery
from node.web.links import is_id, with_query

LONGEST_SEARCH = 200
"""Characters of the search field: two lines; beyond that it is no search but a paste."""

LONGEST_FILTER = 120
"""Characters of a filter's value: as long as the longest region (docs/protocol.md §7.3)."""

LAST_PAGE = 10_000
"""Half a million entries at fifty a page: more than any directory has."""

_PAGE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Search:
    """A query, and what was wrong with it as (key of a text, number for it)."""

    query: DirectoryQuery
    problems: tuple[tuple[str, int], ...] = ()

    def path(self, page: int = 1, **changes: object) -> str:
        """The address of this search with some of it changed; filters start at the first page."""
        query = replace(self.query, **changes)  # type: ignore[arg-type]
        pairs = [
            ("q", query.text),
            ("topic", query.topic or ""),
            ("region", query.region or ""),
            ("language", query.language or ""),
            ("takes", "yes" if query.takes_members else ""),
            ("network", query.network or ""),
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
        takes_members=True if parameters.get("takes") == "yes" else None,
        network=_network(parameters.get("network", "")) if inside else None,
        page=_page(parameters.get("page", ""), problems),
    )
    return Search(query, tuple(problems))


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


def _network(value: str) -> str | None:
    return value if is_id(value) else None


def _page(value: str, problems: list[tuple[str, int]]) -> int:
    if not value:
        return 1
    if _PAGE.fullmatch(value) and 1 <= int(value) <= LAST_PAGE:
        return int(value)
    problems.append(("directory.web.bad_page", LAST_PAGE))
    return 1
