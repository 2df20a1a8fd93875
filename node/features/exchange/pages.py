"""What is offered and looked for, and one of it. These pages show, others write."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from node.feature import Right
from node.features.exchange.actions import THINGS, Filters, ThingView, thing_by_id, thing_views
from node.features.networks.views import network_views
from node.web.links import is_id, with_query
from node.web.page import Asked, MissingError, Page
from protocol.ids import from_text

LONGEST = 200
"""Characters of what somebody searches for; more is no search but a paste."""

PER_PAGE = 50
"""How many stand on one page."""

DIGITS = 4
"""Of the number of a page: half a million entries."""


@dataclass(frozen=True, slots=True)
class Search:
    """What an address asks for. `network` is the id of one that is known here, or nothing."""

    what: str = ""
    words: str = ""
    place: str = ""
    network: str = ""
    mine: bool = False
    page: int = 1

    def path(self, **changes: object) -> str:
        """The address of this search with some of it changed; it starts at the first page."""
        asked = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        pairs = [
            ("what", asked.what),
            ("q", asked.words),
            ("place", asked.place),
            ("network", asked.network),
            ("mine", "yes" if asked.mine else ""),
            ("page", str(asked.page) if asked.page > 1 else ""),
        ]
        return with_query("/exchange", pairs) + "#results"

    @property
    def filters(self) -> Filters:
        """The same for the store, but for `what`: both kinds are counted."""
        network = from_text(self.network) if self.network else None
        return Filters(words=self.words, place=self.place, network=network, mine=self.mine)


def _read(parameters: Mapping[str, str], networks: set[str], inside: bool) -> Search:
    """What makes no sense is left out: anybody may have written an address."""
    said = {name: " ".join(value[:LONGEST].split()) for name, value in parameters.items()}
    what, network, page = (said.get(name, "") for name in ("what", "network", "page"))
    return Search(
        what=what if what in THINGS else "",
        words=said.get("q", ""),
        place=said.get("place", ""),
        network=network if network in networks else "",
        mine=inside and said.get("mine") == "yes",
        page=int(page) if page.isascii() and page.isdigit() and len(page) <= DIGITS else 1,
    )


def things(asked: Asked) -> Page:
    """The list, filtered by the address. Networks are a filter for whoever is inside only."""
    networks = network_views(asked.sight, whole=False) if asked.visit.inside else ()
    ids = {one.id for one in networks}
    search = _read(asked.visit.parameters, ids, asked.visit.inside)
    found = thing_views(asked.sight, search.filters)
    chosen = [one for one in found if search.what in ("", one.kind)]
    pages = max(1, -(-len(chosen) // PER_PAGE))
    search = replace(search, page=min(max(search.page, 1), pages))
    values = {
        "thing": None,
        "may_write": asked.has(Right.KEY),
        "things": chosen[(search.page - 1) * PER_PAGE : search.page * PER_PAGE],
        "total": len(chosen),
        "counts": {kind: sum(one.kind == kind for one in found) for kind in THINGS},
        "search": search,
        "searched": search != Search(page=search.page),
        "networks": networks,
        "pages": pages,
    }
    return Page("exchange.html", asked.texts("exchange.web.title"), "exchange", values)


def thing(asked: Asked) -> Page:
    """One of them; inside also who takes it, if it is one's own."""
    found = shown_thing(asked)
    return Page(
        "exchange.html",
        found.title,
        "exchange",
        {"thing": found, "may_write": asked.has(Right.KEY)},
    )


def shown_thing(asked: Asked) -> ThingView:
    """The one in the address, if this viewer sees it."""
    author, kind, name = (asked.match[one] for one in ("author", "kind", "name"))
    found = thing_by_id(asked.sight, f"{author}/{kind}/{name}") if is_id(author) else None
    if found is None:
        raise MissingError
    return found


def thing_path(view: ThingView) -> str:
    """The page of an offer or a want."""
    return "/exchange/" + "/".join(quote(one, safe="") for one in view.id.split("/", 2))
