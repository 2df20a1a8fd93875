"""Coming in with a code that was read out, or that stands on paper.

Rules: a wrong entry says so and nothing else; it slows this browser, and all together, and locks
nobody out. Whoever comes in gets a new session, whatever this browser had before; and goes to the
first page, nowhere else.
"""

from aiohttp import web

from node.base.errors import Problem
from node.features.ways.actions import come_back
from node.features.ways.codes import LONGEST, is_code
from node.features.ways.pages import ask_of
from node.features.ways.passkeys import obstacle
from node.people.persons import persons
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
    slowing, browser = asked.state.slowing, asked.visit.browser.secret()
    if not is_code(filled["code"]):  # a slip: no code was tried
        return _page(asked, filled.refuse("code", "ways.web.no_code"))
    if wait := slowing.wait(browser):
        found = _page(asked, filled.refuse("code", "ways.web.wait", n=wait))
        return Page(found.template, found.title, found.section, found.values, TOO_MANY)
    try:
        used = come_back(asked.core, filled["code"])
    except Problem:
        slowing.wrong(browser)
        return _page(asked, filled.refuse("code", "ways.web.wrong"))
    slowing.right(browser)
    who = persons(asked.core).get(used.person)
    return sign_in(asked, who, used.how, "/", f"ways.web.in_by_{used.how}")


def on_sign_in(asked: Asked, _id: str) -> Panel:
    """The other ways, beside the password."""
    return Panel("ways_on_sign_in.html", {"obstacle": obstacle(ask_of(asked))})
