"""What of the list somebody looks at, read from an address that can be shared.

Whatever nobody could have chosen is left out. Members look for names among members; only key
persons look through everything, and at newcomers and former members.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from node.features.members.listing.tables import FILTERED, LONGEST_SEARCH, ORDERS, Query
from node.features.members.types import Field
from node.people.persons import Standing
from node.web.links import with_query

ALL = "all"
ROLES = ("key", "treasurer")
LAST_PAGE = 100_000
LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A query with its addresses."""

    query: Query
    path: str = "/members"

    def where(self, path: str = "", page: int = 1, **changes: Any) -> str:
        """The address of this list with some of it changed; it begins at the first page again."""
        query = replace(self.query, **changes)
        standing = query.standing.value if query.standing else ALL
        pairs = [
            ("q", query.text),
            ("who", "" if standing == Standing.MEMBER.value else standing),
            ("role", query.role),
            *query.values.items(),
            ("sort", "" if query.order == "name" else query.order),
            ("page", str(page) if page > 1 else ""),
        ]
        return with_query(path or self.path, pairs)

    def without(self, key: str) -> str:
        """The same without a filter of a column."""
        left = {name: value for name, value in self.query.values.items() if name != key}
        return self.where(values=left)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was looked for or chosen."""
        query = self.query
        return bool(query.text or query.role or query.values)


def read_list(
    parameters: Mapping[str, str], fields: Sequence[Field], everything: bool, path: str = "/members"
) -> Listed:
    """The list that an address means. `everything`: for who sees all of all people."""
    text = " ".join(_plain(parameters.get("q", "")).split())[:LONGEST_SEARCH]
    order = parameters.get("sort", "name")
    page = parameters.get("page", "1")
    found = Query(
        text=text,
        order=order if order in ORDERS and (everything or order.endswith("name")) else "name",
        page=min(int(page), LAST_PAGE) if page.isascii() and page.isdigit() and page else 1,
    )
    if not everything:
        return Listed(found, path)
    who = parameters.get("who", "")
    standing = next((one for one in Standing if one.value == who), Standing.MEMBER)
    role = parameters.get("role", "")
    values = {
        one.key: parameters[one.key][:LONGEST_VALUE]
        for one in fields
        if one.kind in FILTERED and parameters.get(one.key)
    }
    found = replace(
        found,
        standing=None if who == ALL else standing,
        role=role if role in ROLES else "",
        values=values,
        everything=True,
    )
    return Listed(found, path)


def _plain(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)
