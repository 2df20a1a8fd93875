"""Getting in and out: the one-time link of `verbund serve`, and the button that ends a stay.

The cookie is out of scripts' reach (HttpOnly), is sent for our own pages only (SameSite=Strict)
and, over https, never without TLS. The form that ends the stay carries a proof made from the token:
pages send no referrer, and browsers then say `Origin: null` about our own forms too.
"""

import hmac
from hashlib import blake2b
from urllib.parse import urlsplit

from aiohttp import web

from node.people.sessions import Sessions
from node.web.forwarded import is_https
from node.web.page import OutsideError
from node.web.visit import LANGUAGE_COOKIE, Visit, stay_cookie

LEAVE = "leave"
"""The form that ends a stay."""

LONGEST_CODE = 200
"""Characters; a longer one is none of ours."""

LANGUAGE_SECONDS = 365 * 86400
"""How long a browser remembers the language: until the next yearly meeting, so to speak."""

LONGEST_FORM = 4096
"""Bytes; the only form that is sent holds a proof of 32 characters."""


def enter(request: web.Request, doors: Sessions) -> web.StreamResponse:
    """Let in whoever brings the code, and go on to the first page."""
    code = request.match_info["code"]
    token = doors.enter(code) if len(code) <= LONGEST_CODE else None
    if token is None:
        raise OutsideError
    response = web.Response(status=303, headers={"Location": "/", "Cache-Control": "no-store"})
    response.set_cookie(
        stay_cookie(request), token, httponly=True, samesite="Strict", secure=is_https(request)
    )
    return response


async def leave(request: web.Request, visit: Visit, doors: Sessions) -> web.StreamResponse:
    """End the stay, if our own form asks for it."""
    if not is_from_here(request):
        raise OutsideError
    size = request.content_length or 0
    if size > LONGEST_FORM:
        raise web.HTTPRequestEntityTooLarge(LONGEST_FORM, size)
    given = (await request.post()).get("proof", "")
    if not isinstance(given, str) or not is_proof(given, visit.token, LEAVE):
        raise OutsideError
    doors.leave(visit.token)
    response = web.Response(status=303, headers={"Location": "/", "Cache-Control": "no-store"})
    response.del_cookie(
        stay_cookie(request), httponly=True, samesite="Strict", secure=is_https(request)
    )
    return response


def remember_language(response: web.StreamResponse, visit: Visit, secure: bool) -> None:
    """Keep a language that was chosen just now."""
    if visit.chosen:
        response.set_cookie(
            LANGUAGE_COOKIE,
            visit.texts.language,
            max_age=LANGUAGE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=secure,
        )


def form_proof(token: str, form: str) -> str:
    """What only a page made for this stay can contain, for one of its forms.

    It is good for no other form, and says nothing about the token.
    """
    person = f"verbund-{form}".encode()
    return blake2b(token.encode(), digest_size=16, person=person).hexdigest()


def is_proof(given: str, token: str, form: str) -> bool:
    """Whether what came with a form was made for it and for this stay."""
    return hmac.compare_digest(given.encode(), form_proof(token, form).encode())


def is_from_here(request: web.Request) -> bool:
    """Whether the browser says that the form was on one of our own pages, as far as it says."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("Origin", "null")
    try:
        return origin == "null" or urlsplit(origin).netloc == request.headers.get("Host", "")
    except ValueError:
        return False
