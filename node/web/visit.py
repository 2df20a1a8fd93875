"""Who looks at a page, and in which language: read from one request.

The language is what `?lang=` says, otherwise the cookie, otherwise `Accept-Language`. Signed in is
whoever brings the cookie of a session that lasts. Cookies are kept apart by port: browsers send
those of one machine to all its ports, and several nodes may run on one.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol

from aiohttp import web

from node.feature import Right
from node.lookup.types import Viewer
from node.people.persons import Person
from node.people.sessions import Session
from node.texts import LANGUAGES, Texts, choose_language
from node.web.forwarded import is_https
from node.web.hosts import LOOPBACK, name_in
from node.web.links import with_query
from node.web.rights import may

LANGUAGE_COOKIE = "verbund-language"
LONGEST_TOKEN = 200
"""Characters; a longer cookie is none of ours and is not looked up."""

OWN_PATH = re.compile(r"/|(?:/[A-Za-z0-9._~%-]+)+/?")
"""No second slash at the start: browsers would take `//name` for another host. Each character has
one place: an address that does not fit is found out in one go, however long it is."""

_PORT = re.compile(r":([0-9]{1,5})$")
_NONCE = re.compile(r"[\w-]{32}")

NONCE_BYTES = 24


class Browser:
    """What tells one browser without a session from another, so that its forms are its own.

    Made when the first form is shown to it, and kept in a cookie.
    """

    def __init__(self, nonce: str = "") -> None:
        self.nonce = nonce
        self.is_new = False

    def secret(self) -> str:
        """The nonce; a new one if this browser has none."""
        if not self.nonce:
            self.nonce, self.is_new = secrets.token_urlsafe(NONCE_BYTES), True
        return self.nonce


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, as far as pages care."""

    viewer: Viewer
    texts: Texts
    path: str
    parameters: Mapping[str, str]
    token: str = ""
    """The session's token; empty outside."""
    chosen: bool = False
    """The language was chosen just now and is to be remembered."""
    here: bool = True
    """The address can be opened again; not so after a form was sent."""
    person: Person | None = None
    """Who is signed in; None outside and for the keeper. Of who acts for somebody: that person."""
    actor: Person | None = None
    """Who does it, while acting for somebody."""
    session: Session | None = None
    secure: bool = True
    """Nobody on the way can read along: over TLS, or within this machine."""
    browser: Browser = field(default_factory=Browser)

    @property
    def inside(self) -> bool:
        """Whether this viewer sees what members see."""
        return self.viewer is Viewer.INSIDE

    @property
    def signed_in(self) -> bool:
        """Whether this is a person, or the keeper."""
        return self.token != ""

    @property
    def keeper(self) -> bool:
        """Whether this is whoever came by the link of the group's machine."""
        return self.session is not None and self.session.person is None

    def has(self, right: Right) -> bool:
        """Whether this visitor may do what needs a right."""
        return may(self.person, self.keeper, right)

    def form_token(self) -> str:
        """What a form on a page made for this visitor contains, and no other page can."""
        about = self.person.id if self.person and self.actor else ""
        return form_token((self.token or self.browser.secret()) + about)

    def in_language(self, language: str) -> str:
        """This page's address in another language."""
        if not self.here:
            return with_query("/", [("lang", language)])
        kept = [(name, value) for name, value in self.parameters.items() if name != "lang"]
        return with_query(self.path, [*kept, ("lang", language)])


class Known(Protocol):
    """Who knows sessions and persons: the site."""

    def session(self, token: str) -> Session | None:
        """The session that a token opens."""

    def person(self, id: str) -> Person | None:
        """The person with an id."""

    def acted_for(self, session: Session) -> Person | None:
        """For whom a session acts, if not for the person who is signed in."""


def read_visit(request: web.Request, known: Known) -> Visit:
    """The visit that a request is."""
    token = request.cookies.get(session_cookie(request), "")
    session = known.session(token) if 0 < len(token) <= LONGEST_TOKEN else None
    person = known.person(session.person) if session and session.person else None
    if session and session.person and person is None:
        session = None  # the person is gone
    other = known.acted_for(session) if session and may(person, False, Right.MEMBER) else None
    actor, person = (person, other) if other else (None, person)
    asked = request.query.get("lang")
    sees = may(person, session is not None and session.person is None, Right.MEMBER)
    nonce = request.cookies.get(browser_cookie(request), "")
    return Visit(
        viewer=Viewer.INSIDE if sees else Viewer.OUTSIDE,
        texts=Texts(_language(request, asked)),
        path=_own_path(request.rel_url.raw_path),
        parameters=request.query,
        token=token if session else "",
        chosen=asked in LANGUAGES,
        here=request.method in ("GET", "HEAD"),
        person=person,
        actor=actor,
        session=session,
        secure=is_https(request) or name_in(request.host) in LOOPBACK,
        browser=Browser(nonce if _NONCE.fullmatch(nonce) else ""),
    )


def form_token(secret: str) -> str:
    """It says nothing about the secret."""
    return blake2b(secret.encode(), digest_size=16, person=b"verbund-form").hexdigest()


def session_cookie(request: web.Request) -> str:
    """The name of the cookie that says who is signed in."""
    return _cookie(request, "verbund")


def browser_cookie(request: web.Request) -> str:
    """The name of the cookie that says whose form it is, as long as nobody is signed in."""
    return _cookie(request, "verbund-form")


def known_cookie(request: web.Request) -> str:
    """The name of the cookie that says who was signed in here (`node.web.signing`)."""
    return _cookie(request, "verbund-known")


def _cookie(request: web.Request, name: str) -> str:
    port = _PORT.search(request.headers.get("Host", ""))
    # `__Host-`: no neighbour under the same domain can set it.
    return ("__Host-" if is_https(request) else "") + name + (f"-{port[1]}" if port else "")


def _own_path(path: str) -> str:
    return path if OWN_PATH.fullmatch(path) else "/"


def _language(request: web.Request, asked: str | None) -> str:
    for wanted in (asked, request.cookies.get(LANGUAGE_COOKIE)):
        if wanted in LANGUAGES:
            return str(wanted)
    return choose_language(request.headers.get("Accept-Language"))
