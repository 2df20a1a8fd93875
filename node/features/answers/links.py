"""Addresses that have a secret in them, as others open them."""

from node.features.answers.types import Occasion
from node.web.forwarded import is_https
from node.web.page import Asked
from node.web.public_address import address_for_others


def root_of(asked: Asked) -> str:
    """Where these pages are, as others reach them; else as this browser asked."""
    scheme = "https" if is_https(asked.request) else "http"
    return address_for_others(asked.request) or f"{scheme}://{asked.request.host}"


def is_here_only(asked: Asked) -> bool:
    """Whether such an address leads nowhere but on the machine itself."""
    return not address_for_others(asked.request)


def private_path(token: str) -> str:
    """Of one answer."""
    return f"/answer/{token}"


def link_path(token: str) -> str:
    """Where a meeting is answered that not everybody sees."""
    return f"/come/{token}"


def answer_path(one: Occasion) -> str:
    """Where everybody answers a meeting that everybody may come to."""
    return f"{one.path}/answer"


def feed_path(token: str) -> str:
    """The calendar of one person."""
    return f"/calendar/{token}.ics"
