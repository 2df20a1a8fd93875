"""The answer to whoever asks by a name that is not ours, or from somebody else's page.

Plain text that tells nothing about the group: the page that asked could read it.
"""

from aiohttp import web

from node.texts import Texts, choose_language
from node.web.headers import make_safe

STATUS = {"host": 421, "origin": 403}
"""Misdirected (RFC 9110 §15.5.20), and forbidden."""


def refuse(request: web.Request, trouble: str) -> web.Response:
    """`trouble`: host or origin."""
    texts = Texts(choose_language(request.headers.get("Accept-Language")))
    response = web.Response(status=STATUS[trouble], text=texts(f"web.refused.{trouble}") + "\n")
    response.headers["Content-Language"] = texts.language
    make_safe(response, signed_in=False)
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response.headers["Cache-Control"] = "no-store"
    response.force_close()
    return response
