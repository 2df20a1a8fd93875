"""Signing in and out."""

from aiohttp import web

from node.web.page import Asked
from node.web.signing import sign_out


def sign_out_(asked: Asked) -> web.StreamResponse:
    """End the session of this browser."""
    return sign_out(asked, "/", "sign_in.web.signed_out")
