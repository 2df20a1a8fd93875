"""Our ties: who they are, what each sees, when they were last in contact, what is not settled."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from node.base.naming import fold
from node.feature import Right
from node.features.peers.words import letters
from node.features.ties.views import (
    MOST_COUNTED,
    TieView,
    detailed,
    tie_views,
    unconfirmed_erasures,
)
from node.links.descriptor import public_addresses
from node.web.links import with_query
from node.web.page import Asked, Page, Panel
from protocol.ids import from_text

PER_PAGE = 50
"""How many stand on one page."""

LONGEST = 200
"""Characters of what somebody searches for."""

DIGITS = 4
"""Of the number of a page."""

WHATS = ("", "groups", "networks", "waiting", "over")
"""What can be chosen: all that stand, one form, those who have yet to answer, what is over."""


@dataclass(frozen=True, slots=True)
class Search:
    """What an address asks for."""

    what: str = ""
    words: str = ""
    page: int = 1

    def path(self, **changes: object) -> str:
        """The address of this search with some of it changed; it starts at the first page."""
        asked = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        page = str(asked.page) if asked.page > 1 else ""
        return with_query("/ties", [("what", asked.what), ("q", asked.words), ("page", page)])


def _read(parameters: Mapping[str, str]) -> Search:
    """What makes no sense is left out: anybody may have written an address."""
    said = {name: " ".join(value[:LONGEST].split()) for name, value in parameters.items()}
    what, page = said.get("what", ""), said.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) <= DIGITS else 1
    return Search(what if what in WHATS else "", said.get("q", ""), max(number, 1))


def ties(asked: Asked) -> Page:
    """The list, a page of it at a time."""
    core, search = asked.core, _read(asked.visit.parameters)
    all_ = tie_views(asked.sight)
    found = [one for one in all_ if fold(search.words) in fold(one.who.name or one.who.id)]
    chosen = [one for one in found if _fits(one, search.what)]
    pages = max(1, -(-len(chosen) // PER_PAGE))
    search = replace(search, page=min(search.page, pages))
    first = (search.page - 1) * PER_PAGE
    values = {
        "ties": detailed(asked.sight, chosen[first : first + PER_PAGE]),
        "counts": {what: sum(_fits(one, what) for one in found) for what in WHATS},
        "search": search,
        "pages": pages,
        "total": len(chosen),
        "most": MOST_COUNTED,
        "any": bool(all_),
        "many": len(all_) > PER_PAGE // 5 or bool(search.words),
        "may": asked.has(Right.KEY),
        "has_address": bool(public_addresses(core, core.home_id)),
        "letters": letters(core.home_id),
        "first": asked.panels_of("ties_first", ""),
        "panels": asked.panels_of("ties", ""),
    }
    return Page("ties.html", asked.texts("ties.web.title"), "ties", values)


def _fits(one: TieView, what: str) -> bool:
    match what:
        case "over":
            return one.over
        case "waiting":
            return one.state in ("waiting", "applied")
        case "groups" | "networks":
            return one.form == what.removesuffix("s") and not one.over
    return not one.over


def unconfirmed(asked: Asked, id: str) -> Panel | None:
    """On the page of a partner: erasures that it has yet to confirm."""
    count = unconfirmed_erasures(asked.sight)[from_text(id)]
    return Panel("unconfirmed_on_tie.html", {"erasures": count}) if count else None
