"""The list of members, a page at a time: whom somebody looks for, in which order, and how many.

Rules: key persons look through everything that is kept, members through names, and through no
others than members; every word that is looked for must be there, in any field; what can be
filtered by is counted under everything else that was chosen.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from node.base.collating import wanted
from node.features.members.types import Field
from node.people.persons import Standing
from node.store.core import Core

PAGE = 50
"""People on one page."""

TERMS = 8
"""Words that are looked for; of more the rest is left aside."""

LONGEST_SEARCH = 100
"""Characters: longer than every name."""

ORDERS = {
    "name": "m.sort, m.id",
    "-name": "m.sort desc, m.id desc",
    "since": "m.since, m.sort",
    "-since": "m.since desc, m.sort",
}
FILTERED = ("choice", "yes-no")
"""Kinds of columns that have few values."""


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for."""

    text: str = ""
    standing: Standing | None = Standing.MEMBER
    """None: all."""
    role: str = ""
    """`key` or `treasurer`: only those."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Field → the value that they must have."""
    order: str = "name"
    page: int = 1
    everything: bool = False
    """Look through all fields, and not names only."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page: ids, how many there are on all pages, and the number of the page."""

    ids: list[str]
    count: int
    page: int
    pages: int
    standings: Mapping[Standing | None, int]
    """How many of each standing there are under everything else that was chosen; None: all."""
    roles: Mapping[str, int]
    """How many key persons and treasurers."""


class _Where(NamedTuple):
    sql: str
    values: tuple[Any, ...]


def find(core: Core, query: Query, per_page: int = PAGE) -> Found:
    """The page of a query; the last one if there are not so many."""
    counts = _counts(core, query)
    count = sum(
        n for standing, key, treasurer, n in counts if _fits(query, standing, key, treasurer)
    )
    pages = max(1, -(-count // per_page))
    page = min(max(1, query.page), pages)
    where = _where(query)
    ids = core.db.all(
        f"select m.id {where.sql} order by {ORDERS[query.order]} limit ? offset ?",
        (*where.values, per_page, (page - 1) * per_page),
    )
    standings = Counter[Standing | None]()
    roles = Counter[str]()
    for standing, key, treasurer, n in counts:
        if _fits(query, "", key, treasurer):
            standings[Standing(standing)] += n
            standings[None] += n
        if _fits(replace(query, role=""), standing, key, treasurer):
            roles["key"] += n * key
            roles["treasurer"] += n * treasurer
    return Found([id for (id,) in ids], count, page, pages, standings, roles)


def _counts(core: Core, query: Query) -> list[tuple[str, int, int, int]]:
    """How many of each standing and role the rest of a query finds: one walk for all counts."""
    rest = _where(replace(query, standing=None, role=""))
    if not rest.values:
        rest = _Where("from persons p", ())
    sql = f"select p.standing, p.key_person, p.treasurer, count(*) {rest.sql} group by 1, 2, 3"
    return core.db.all(sql, rest.values)


def _fits(query: Query, standing: str, key: int, treasurer: int) -> bool:
    if standing and query.standing is not None and query.standing.value != standing:
        return False
    return not query.role or bool(key if query.role == "key" else treasurer)


def every(core: Core, query: Query) -> list[str]:
    """The ids of all pages, in order: for export and print."""
    where = _where(query)
    sql = f"select m.id {where.sql} order by {ORDERS[query.order]}"
    return [id for (id,) in core.db.all(sql, where.values)]


def values_of(core: Core, query: Query, column: Field) -> dict[str, int]:
    """How many have each value of a column, of those whom the rest of a query finds."""
    where = _where(query, but=column.key)
    rows = core.db.all(
        "select v.value, count(*) from member_values v join"
        f" (select m.id as id {where.sql}) f on f.id = v.person where v.field = ? group by 1",
        (*where.values, column.key),
    )
    return dict(rows)


def _where(query: Query, but: str = "") -> _Where:
    """`but`: the filter that is left out."""
    parts: list[str] = []
    values: list[Any] = []
    if query.standing is not None and but != "standing":
        parts.append("p.standing = ?")
        values.append(query.standing.value)
    if query.role and but != "role":
        parts.append("p.key_person" if query.role == "key" else "p.treasurer")
    column = "m.words" if query.everything else "m.names"
    for term in query.text[:LONGEST_SEARCH].split()[:TERMS]:
        some = [one for one in dict.fromkeys(wanted(term)) if one]
        if some:
            parts.append("(" + " or ".join(f"instr({column}, ?)" for _one in some) + ")")
            values += some
    for key, value in query.values.items():
        if key != but:
            parts.append(
                "exists (select 1 from member_values where person = m.id"
                " and field = ? and value = ?)"
            )
            values += (key, value)
    # cross join: in the order of the list, whatever SQLite thinks of the numbers of rows. What is
    # looked through is read as it lies, and only what was found is sorted.
    through = "not indexed" if values and query.text.strip() else ""
    sql = f"from members m {through} cross join persons p on p.id = m.id"
    return _Where(f"{sql} where {' and '.join(parts)}" if parts else sql, tuple(values))
