"""The headers of every page: what a browser may do with it, and whether it may keep it."""

from aiohttp import web

SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Which versions run here is nobody's business.
    "Server": "verbund",
}


def make_safe(response: web.StreamResponse, inside: bool) -> None:
    """Set the headers; what someone inside sees is stored nowhere."""
    response.headers.update(SAFE)
    if inside:
        response.headers["Cache-Control"] = "no-store"
    elif "Cache-Control" not in response.headers:
        # Asked for again each time: the same address shows more once somebody is inside.
        response.headers["Cache-Control"] = "no-cache"
    if not response.headers["Cache-Control"].startswith("public"):
        response.headers["Vary"] = "Accept-Language, Cookie"
