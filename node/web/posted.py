"""What a browser sends with a form: read within a bound, and only from a page of our own.

Rules:

1. A form counts only if the browser does not say that it is on somebody else's page: by
   `Sec-Fetch-Site`, else by `Origin` (`node.web.hosts` has compared that with `Host`). Our pages
   send `Referrer-Policy: same-origin`, so `Origin: null` is nobody's of ours.
2. And it brings the token that only a page made for this browser has. If the browser says that the
   page was ours but the token is not, it was made for another session – yesterday's, or before
   signing out in another tab: then nothing is done, and what was typed is shown again.
3. Nothing longer than the route allows is read.
"""

import hmac
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from aiohttp.http import HttpProcessingError
from multidict import MultiDict, MultiDictProxy

from node.feature import Route
from node.web.visit import Visit

TOKEN = "token"  # noqa: S105 - the name of a field
"""The hidden field with the token."""

Posted = Mapping[str, Any]

NOTHING: Posted = MultiDictProxy(MultiDict())


class ForeignError(Exception):
    """The form was on somebody else's page, or none of a browser's."""


class StaleError(Exception):
    """It was on a page of ours that was made for another session."""


async def read_body(request: web.Request, longest: int) -> Posted:
    """The fields of a form; `HTTPBadRequest` if it is none."""
    size = request.content_length or 0
    if size > longest:
        raise web.HTTPRequestEntityTooLarge(longest, size)
    try:
        return await request.clone(client_max_size=longest).post()
    except (HttpProcessingError, ValueError, LookupError, AssertionError) as error:
        raise web.HTTPBadRequest from error  # no form, a broken one, an unknown way to write


def require_ours(request: web.Request) -> None:
    """`ForeignError` unless the browser may be on one of our own pages."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        raise ForeignError
    if site is None and request.headers.get("Origin") == "null":
        raise ForeignError


def says_it_is_ours(request: web.Request) -> bool:
    """Whether the browser itself says so; older ones say nothing."""
    return "Sec-Fetch-Site" in request.headers or "Origin" in request.headers


def require_token(request: web.Request, visit: Visit, given: object) -> None:
    """`StaleError` or `ForeignError` unless the form was made for this visitor."""
    if isinstance(given, str) and has_token(visit, given):
        return
    raise StaleError if says_it_is_ours(request) else ForeignError


def has_token(visit: Visit, given: str) -> bool:
    """Whether a form was made for this visitor; a browser that had none has no token."""
    if not (visit.token or visit.browser.nonce):
        return False
    return hmac.compare_digest(given.encode("utf-8", "replace"), visit.form_token().encode())


def reads_body(route: Route) -> bool:
    """Whether the platform reads what is sent to it."""
    return route.method != "GET" and not route.streams
