"""Links that we give to other groups: making one, showing it for an hour, printing, taking back."""

from aiohttp import web

from node.base import formats
from node.base.errors import Problem
from node.features.peers.actions import give_link, take_back_link
from node.features.peers.tables import Given, peer_links
from node.features.peers.types import LINK_DAYS, LONGEST_NOTE, MOST_LINK_DAYS, GivenView
from node.features.peers.words import explained, letters
from node.links.descriptor import public_addresses
from node.people.persons import persons
from node.store.core import Core
from node.web.forms import Field, Filled, Form, Kind, Wrong
from node.web.page import Asked, MissingError, Page
from node.web.qr import qr

WHERE = "/ties/links"

NEW = Form(
    "link",
    Field("note", Kind.TEXT, "peers.web.links.note", "peers.web.links.note_hint", True,
          LONGEST_NOTE, autocomplete="off"),
    Field("days", Kind.NUMBER, "peers.web.links.days", least=1, most=MOST_LINK_DAYS),
)  # fmt: skip

SHOWN_SECONDS = 3_600
"""As long as somebody prints a poster."""

SHOWN = 100
"""Links; of more the oldest are forgotten."""


class Links:
    """What a running node remembers of links that it has just made: they are kept nowhere else."""

    def __init__(self, core: Core) -> None:
        self._steady = core.clock.steady
        self._links: dict[str, tuple[str, float]] = {}

    def keep(self, id: str, link: str) -> None:
        """For an hour."""
        self._links[id] = (link, self._steady() + SHOWN_SECONDS)
        while len(self._links) > SHOWN:
            del self._links[next(iter(self._links))]

    def whole(self, id: str) -> str:
        """The link; empty once it was forgotten."""
        link, until = self._links.get(id, ("", 0.0))
        return link if until > self._steady() else ""


def links(asked: Asked) -> Page:
    """A new one, and those that there are."""
    return _links(asked, asked.show(NEW, days=LINK_DAYS))


def _links(asked: Asked, form: Filled) -> Page:
    core = asked.core
    found = [_shown(asked, one) for one in peer_links(core).all_given()]
    values = {
        "links": sorted(found, key=lambda one: one.state != "open"),
        "has_address": bool(public_addresses(core, core.home_id)),
    }
    title = asked.texts("peers.web.links.title")
    return asked.form_page("given_links.html", title, form, "ties", **values)


async def make(asked: Asked) -> Page | web.StreamResponse:
    """Make it; the next page shows it."""
    form = await asked.read(NEW)
    if not form.ok:
        return _links(asked, form)
    core, by = asked.core, asked.person.id if asked.person else None
    try:
        made = give_link(core, core.home_id, form["days"], form.values.get("note") or "", by)
    except Problem as problem:
        form.errors[""] = Wrong("web.form.problem", {"why": explained(problem, asked.texts)})
        return _links(asked, form)
    asked.state.keep(made.id, str(made.link))
    return asked.go(f"{WHERE}/{made.id}", "peers.web.links.made")


def one(asked: Asked) -> Page:
    """One link: while it can be shown, the link itself and its QR code."""
    return Page("given_link.html", asked.texts("peers.web.links.one"), "ties", _values(asked))


def poster(asked: Asked) -> Page | web.StreamResponse:
    """A sheet of paper, while the link can be shown."""
    values = _values(asked)
    if not values["address"]:
        return asked.go(f"{WHERE}/{_found(asked).id}")
    return Page("given_poster.html", asked.texts("peers.web.links.poster"), "ties", values)


def _values(asked: Asked) -> dict[str, object]:
    found = _shown(asked, _found(asked))
    whole = asked.state.whole(found.id) if found.state == "open" else ""
    return {
        "one": found,
        "address": whole,
        "code": qr(whole) if whole else "",
        "letters": letters(asked.core.home_id),
    }


def end(asked: Asked) -> web.StreamResponse:
    """Take it back."""
    try:
        take_back_link(asked.core, _found(asked).id)
    except Problem as problem:
        return asked.go(WHERE, "web.form.refused", why=explained(problem, asked.texts))
    return asked.go(WHERE, "peers.web.links.taken_back")


def _found(asked: Asked) -> Given:
    found = peer_links(asked.core).given(asked.match["id"])
    if found is None:
        raise MissingError
    return found


def _shown(asked: Asked, one: Given) -> GivenView:
    found = persons(asked.core).get(one.by) if one.by else None
    by = (
        found.name
        if found
        else asked.texts("rules.web.gone" if one.by else "peers.web.links.machine")
    )
    day = formats.day(one.expires - 1, asked.texts)
    state = one.state(asked.core.clock())
    return GivenView(one.id, one.note, state, by, one.made, day)
