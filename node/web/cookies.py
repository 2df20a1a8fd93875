"""The cookies that pages set: the language, who is signed in, and whose forms they are.

They are out of scripts' reach (HttpOnly), are sent along when somebody follows a link to us but not
with forms of others (SameSite=Lax), and over https never without TLS (Secure, `__Host-`). Over
plain http in a local network they can't be: who listens there could read them; pages say so.
"""

from aiohttp import web

from node.web.forwarded import is_https
from node.web.visit import LANGUAGE_COOKIE, Visit, browser_cookie, session_cookie

LANGUAGE_SECONDS = 365 * 86_400
"""How long a browser remembers the language: until the next yearly meeting, so to speak."""

SESSION_SECONDS = 400 * 86_400
"""As long as browsers allow; the session itself ends earlier if nobody uses it."""


def remember(response: web.StreamResponse, request: web.Request, visit: Visit) -> None:
    """Keep a language that was chosen just now, and the nonce of a browser's first form."""
    if visit.chosen:
        _set(response, request, LANGUAGE_COOKIE, visit.texts.language, LANGUAGE_SECONDS)
    if visit.browser.is_new:
        _set(response, request, browser_cookie(request), visit.browser.nonce)


def sign_in(response: web.StreamResponse, request: web.Request, token: str, lasts: bool) -> None:
    """From now on this browser is signed in; `lasts`: also after it was closed."""
    most = SESSION_SECONDS if lasts else None
    _set(response, request, session_cookie(request), token, most)


def keep(response: web.StreamResponse, request: web.Request, name: str, value: str) -> None:
    """Any other, for as long as browsers allow."""
    _set(response, request, name, value, SESSION_SECONDS)


def sign_out(response: web.StreamResponse, request: web.Request) -> None:
    """Not any more."""
    secure = is_https(request)
    name = session_cookie(request)
    response.del_cookie(name, httponly=True, samesite="Lax", secure=secure)


def _set(
    response: web.StreamResponse,
    request: web.Request,
    name: str,
    value: str,
    seconds: int | None = None,
) -> None:
    secure = is_https(request)
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=secure, path="/"
    )
