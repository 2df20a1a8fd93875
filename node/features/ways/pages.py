"""One's own ways back."""

from collections.abc import Mapping
from typing import Any

from node.base import formats
from node.features.ways import tables
from node.features.ways.codes import new_code, new_papers
from node.features.ways.passkeys import Ask, obstacle
from node.people.passwords import has_password
from node.people.persons import persons
from node.web.forwarded import is_https
from node.web.hosts import name_in
from node.web.page import Asked, Page, Panel

LINES = 30
"""Of what happened: half a year of somebody who changes telephones."""


def ask_of(asked: Asked) -> Ask:
    """By which name this browser asked."""
    host = asked.request.host.lower()
    scheme = "https" if is_https(asked.request) else "http"
    return Ask(name_in(host) or "", f"{scheme}://{host}")


def ways(asked: Asked) -> Page:
    """What there is, and what happened to it."""
    title = asked.texts("ways.web.title")
    return Page("ways.html", title, "me", {**_there(asked), "log": _log(asked)})


def _there(asked: Asked) -> Mapping[str, Any]:
    core, me, ask = asked.core, asked.me, ask_of(asked)
    papers, made = tables.paper_of(core, me.id)
    return {
        "password": has_password(core, me.id),
        "obstacle": obstacle(ask),
        "host": ask.host,
        "passkeys": tables.passkeys_of(core, me.id),
        "papers": papers,
        "papers_made": made,
    }


def _log(asked: Asked) -> list[tuple[str, str]]:
    """Day, and what happened."""
    texts, me = asked.texts, asked.me
    found = []
    for one in tables.log_of(asked.core, me.id, LINES):
        by = persons(asked.core).get(one.by) if one.by else None
        who = by.name if by else texts("ways.web.keeper" if one.by is None else "ways.web.gone")
        said = texts(f"ways.log.{one.what}", who=who, detail=one.detail)
        found.append((formats.day(one.at, texts), said))
    return found


def make_code(asked: Asked) -> Page:
    """A code for another device: on the page that answers, and nowhere else."""
    code = new_code(asked.core, asked.me.id, asked.me.id)
    title = asked.texts("ways.web.code_title")
    return Page("ways_code.html", title, "me", {"code": code.text, "back": "/me/ways"})


def make_papers(asked: Asked) -> Page:
    """Codes to print: on the page that answers, and nowhere else."""
    values = {"codes": new_papers(asked.core, asked.me.id), "root": ask_of(asked).origin}
    return Page("ways_paper.html", asked.texts("ways.web.paper_title"), "me", values)


def on_my_page(asked: Asked, _id: str) -> Panel | None:
    """On one's own page."""
    if asked.visit.actor is not None:
        return None
    return Panel("ways_on_me.html", _there(asked))


def on_welcome(asked: Asked, _id: str) -> Panel | None:
    """How to come back, for who has just come in."""
    return Panel("ways_on_welcome.html", _there(asked))
