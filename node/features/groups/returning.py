"""Back to the directory as somebody had chosen it: the page of a group leads there.

Kept in memory, by the digest of what only that browser has: what people look for is in no cookie
and in no address of another page. Without a cookie the browser itself says where it came from.
"""

from collections import OrderedDict
from hashlib import blake2b
from urllib.parse import urlsplit

from node.store.core import Core
from node.web.page import Asked

DIRECTORY = "/directory"

LONGEST = 2_000
"""Characters of an address that is kept."""

MOST = 1_000
"""Browsers of which it is known; of more the oldest is forgotten."""


class Returning:
    """Of one running node."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, str] = OrderedDict()

    def path(self, asked: Asked) -> str:
        """The address of the directory to go back to."""
        came = _came_from(asked)
        secret = asked.visit.token or asked.visit.browser.nonce
        if not secret:
            return came or DIRECTORY
        key = blake2b(secret.encode("utf-8", "replace"), digest_size=16).digest()
        if came:
            self._kept[key] = came
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return self._kept.get(key, DIRECTORY)


def _came_from(asked: Asked) -> str:
    """The directory's address, if the browser says that it comes from there; else nothing."""
    said = asked.request.headers.get("Referer", "")
    if not said or len(said) > LONGEST or not said.isascii() or not said.isprintable():
        return ""
    try:
        parts = urlsplit(said)
    except ValueError:
        return ""
    if parts.netloc != asked.request.host or parts.path != DIRECTORY:
        return ""
    return f"{DIRECTORY}?{parts.query}" if parts.query else DIRECTORY


def returning(_core: Core) -> Returning:
    """What the pages of groups keep."""
    return Returning()
