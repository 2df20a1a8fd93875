"""The page behind a link, for whoever was given it: one field, the name.

Rules:

1. Looking uses nothing up. A preview in a chat sees the group's name and nothing else.
2. What uses it up is the form of a page that this very browser was given, with a name in it: no
   scanner that follows links, runs scripts and presses buttons knows one.
3. The page says `page`, drawn anew each time it is shown: with the browser's own secret it makes
   the visit, so that two taps are one arrival, and the next person at this screen is another.
4. Why a link does not let in any more is said to whoever has it, and what to do instead.
"""

import secrets

from aiohttp import web

from crypto.hashing import digest
from node.base.errors import Problem
from node.features.joining.arrivals import come_in
from node.features.joining.links import find_link, require_open
from node.features.joining.types import LONGEST_NAME
from node.people.persons import Person, persons
from node.web.forms import Choice, Field, Filled, Form, Kind
from node.web.page import Asked, Page
from node.web.signing import sign_in

HOW = "invitation"

PAGE = Field("page", Kind.HIDDEN, longest=100)

FORM = Form(
    "join",
    Field(
        "name",
        Kind.TEXT,
        "joining.web.name",
        "joining.web.name_hint",
        longest=LONGEST_NAME,
        autocomplete="name",
    ),
    PAGE,
)

WHO = Form(
    "who",
    Field("who", Kind.CHOICE, "joining.web.who"),
    Field("name", Kind.HIDDEN),
    PAGE,
)

NOBODY = "nobody"
"""The answer “none of these”."""

GONE, MISSING = 410, 404

_PAGE_BYTES = 16


def page(asked: Asked) -> Page:
    """What the link leads to."""
    try:
        require_open(find_link(asked.core, asked.match["token"]), asked.core.clock())
    except Problem as problem:
        return _closed(asked, problem)
    if asked.visit.signed_in:
        title = asked.texts("joining.web.in_already")
        return Page("join_already.html", title, values={"who": asked.person})
    return _page(asked, asked.show(FORM, page=secrets.token_urlsafe(_PAGE_BYTES)))


def _page(asked: Asked, filled: Filled) -> Page:
    """Its title is the group's name alone: so is what a chat shows of it."""
    link = find_link(asked.core, asked.match["token"])
    path, title = asked.request.path, "" if filled.ok else asked.texts("joining.web.go")
    return asked.form_page("join.html", title, filled, path=path, asks=link.asks)


def _closed(asked: Asked, problem: Problem) -> Page:
    status = MISSING if problem.code == "invitation-unknown" else GONE
    why = asked.texts(f"joining.error.{problem.code}", **problem.values)
    return Page("join_closed.html", "", values={"why": why}, status=status)


async def enter(asked: Asked) -> Page | web.StreamResponse:
    """Somebody comes in."""
    if asked.visit.signed_in:
        return asked.go(asked.request.path)
    return await (_answered(asked) if "who" in asked.posted else _named(asked))


async def _named(asked: Asked) -> Page | web.StreamResponse:
    filled = await asked.read(FORM)
    if not filled.ok:
        return _page(asked, filled)
    return _come_in(asked, filled, filled["name"], None)


async def _answered(asked: Asked) -> Page | web.StreamResponse:
    """Who they are, of several for whom the link is."""
    link = find_link(asked.core, asked.match["token"])
    people = [one for id_ in link.people if (one := persons(asked.core).get(id_)) is not None]
    filled = await asked.read(_who(people))
    if not filled.ok:
        return _ask_who(asked, filled)
    who = "" if filled["who"] == NOBODY else filled["who"]
    return _come_in(asked, filled, filled["name"], who)


def _who(people: list[Person]) -> Form:
    nobody = Choice(NOBODY, "joining.web.nobody")
    return WHO.with_choices(who=[*(Choice(one.id, shown=one.name) for one in people), nobody])


def _ask_who(asked: Asked, filled: Filled) -> Page:
    title = asked.texts("joining.web.who")
    return asked.form_page("join_who.html", title, filled, path=asked.request.path)


def _come_in(asked: Asked, filled: Filled, name: str, who: str | None) -> Page | web.StreamResponse:
    core = asked.core
    visit = digest(f"{asked.visit.browser.secret()} {filled['page']}".encode())
    try:
        id_ = come_in(core, asked.match["token"], visit, name, who)
    except Problem as problem:
        return _refused(asked, filled, problem)
    return sign_in(asked, persons(core).get(id_), HOW, "/welcome")


def _refused(asked: Asked, filled: Filled, problem: Problem) -> Page:
    if problem.code == "who-are-you":
        known = {"name": filled["name"], "page": filled["page"]}
        return _ask_who(asked, asked.show(_who(problem.values["people"]), **known))
    if problem.code in ("name-missing", "name-too-long") and filled.form.name == FORM.name:
        text = f"joining.error.{problem.code}"
        return _page(asked, filled.refuse("name", text, **problem.values))
    return _closed(asked, problem)
