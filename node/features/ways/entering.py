"""Coming in with a code that was read out, or that stands on paper.

Rules: a wrong entry says so and nothing else; it slows this browser, and all together, and locks
nobody out. Whoever comes in gets a new session, whatever this browser had before; and goes to the
first page, nowhere else.
"""

from dataclasses import replace

from aiohttp import web

from node.base.errors import Problem
from node.features.ways.actions import come_back
from node.features.ways.codes import LONGEST, Used, is_code
from node.features.ways.pages import ask_of
from node.features.ways.passkeys import obstacle
from node.people.persons import persons
from node.people.slowing import ALL, TurnedAwayError
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, Page, Panel
from node.web.signing import sign_in

FORM = Form(
    "code",
    Field(
        "code",
        Kind.TEXT,
        "ways.web.code",
        "ways.web.code_hint",
        longest=LONGEST,
        autocomplete="one-time-code",
    ),
)

TOO_MANY = 429


def page(asked: Asked) -> Page:
    """One field."""
    return _page(asked, asked.show(FORM))


def _page(asked: Asked, filled: Filled) -> Page:
    title = asked.texts("ways.web.enter_title")
    return asked.form_page("code.html", title, filled, "sign-in", obstacle=obstacle(ask_of(asked)))


async def enter(asked: Asked) -> Page | web.StreamResponse:
    """Let in who brings a code that is good."""
    filled = await asked.read(FORM)
    if not filled.ok:
        return _page(asked, filled)
    if not is_code(filled["code"]):  # a slip: no code was tried
        return _page(asked, filled.refuse("code", "ways.web.no_code"))
    try:
        used = await _used(asked, filled["code"])
    except TurnedAwayError:
        found = _page(asked, filled.refuse("code", "ways.web.wait"))
        return replace(found, status=TOO_MANY)
    if used is None:
        return _page(asked, filled.refuse("code", "ways.web.wrong"))
    who = persons(asked.core).get(used.person)
    how = "code" if used.how == "readmission" else used.how
    return sign_in(asked, who, how, "/", f"ways.web.in_by_{used.how}")


async def _used(asked: Asked, code: str) -> Used | None:
    """Whom it lets in, after the wait that wrong ones before have earned (`people.slowing`)."""
    slowing, key = asked.signing.slowing, f"code {asked.visit.browser.secret()}"
    async with slowing.entering(key, ALL):
        try:
            used = come_back(asked.core, code)
        except Problem:
            slowing.wrong(key, ALL)
            return None
        slowing.right(key)
        return used


def on_sign_in(asked: Asked, _id: str) -> Panel:
    """The other ways, beside the password."""
    return Panel("ways_on_sign_in.html", {"obstacle": obstacle(ask_of(asked))})
