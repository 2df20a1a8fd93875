"""The headers of every page: what a browser may do with it, and whether it may keep it."""

from aiohttp import web

SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Which versions run here is nobody's business.
    "Server": "verbund",
}


def make_safe(response: web.StreamResponse, signed_in: bool) -> None:
    """Set the headers; what somebody sees who is signed in is stored nowhere."""
    response.headers.update(SAFE)
    if signed_in:
        response.headers["Cache-Control"] = "no-store"
    elif "Cache-Control" not in response.headers:
        # Asked for again each time: the same address shows more to who is signed in.
        response.headers["Cache-Control"] = "no-cache"
    if not response.headers["Cache-Control"].startswith("public"):
        response.headers["Vary"] = "Accept-Language, Cookie"
