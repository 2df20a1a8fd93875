"""Who looks at a page, and in which language: read from one request.

The language is what `?lang=` says, otherwise the cookie, otherwise `Accept-Language`. Inside is
whoever brings the cookie of a stay that lasts. Cookies are kept apart by port: browsers send those
of one machine to all its ports, and several nodes may run on one.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from node.lookup.types import Viewer
from node.texts import LANGUAGES, Texts, choose_language
from node.web.links import with_query

LANGUAGE_COOKIE = "verbund-language"
LONGEST_TOKEN = 200
"""Characters; a longer cookie is none of ours and is not looked up."""

_OWN_PATH = re.compile(r"/(?:[A-Za-z0-9._~%-]+/?)*")
"""No second slash at the start: browsers would take `//name` for another host."""

_PORT = re.compile(r":([0-9]{1,5})$")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, as far as pages care."""

    viewer: Viewer
    texts: Texts
    path: str
    parameters: Mapping[str, str]
    token: str = ""
    """The stay's token; empty outside."""
    chosen: bool = False
    """The language was chosen just now and is to be remembered."""
    here: bool = True
    """The address can be opened again; not so after a form was sent."""

    @property
    def inside(self) -> bool:
        """Whether this is a person who runs the node."""
        return self.viewer is Viewer.INSIDE

    def in_language(self, language: str) -> str:
        """This page's address in another language."""
        if not self.here:
            return with_query("/", [("lang", language)])
        kept = [(name, value) for name, value in self.parameters.items() if name != "lang"]
        return with_query(self.path, [*kept, ("lang", language)])


def read_visit(request: web.Request, is_inside: Callable[[str], bool]) -> Visit:
    """The visit that a request is."""
    token = request.cookies.get(stay_cookie(request), "")
    inside = 0 < len(token) <= LONGEST_TOKEN and is_inside(token)
    asked = request.query.get("lang")
    return Visit(
        viewer=Viewer.INSIDE if inside else Viewer.OUTSIDE,
        texts=Texts(_language(request, asked)),
        path=_own_path(request.rel_url.raw_path),
        parameters=request.query,
        token=token if inside else "",
        chosen=asked in LANGUAGES,
        here=request.method in ("GET", "HEAD"),
    )


def stay_cookie(request: web.Request) -> str:
    """The name of the cookie that lets in."""
    port = _PORT.search(request.headers.get("Host", ""))
    return f"verbund-{port[1]}" if port else "verbund"


def _own_path(path: str) -> str:
    return path if _OWN_PATH.fullmatch(path) else "/"


def _language(request: web.Request, asked: str | None) -> str:
    for wanted in (asked, request.cookies.get(LANGUAGE_COOKIE)):
        if wanted in LANGUAGES:
            return str(wanted)
    return choose_language(request.headers.get("Accept-Language"))
