"""Addresses: paths of our own pages, and which addresses of others may become links.

>>> safe_link("https://example.org/a"), safe_link("javascript:alert(1)")
('https://example.org/a', None)
"""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlencode, urlsplit

LONGEST_LINK = 2000
"""What browsers and servers agree on; longer ones are shown as text."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
"""Unicode categories that have no place in an address: they make it look like another one."""

_MAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_PHONE = re.compile(r"[+0][0-9 ()/-]{5,30}")


def safe_link(text: str) -> str | None:
    """The text itself if it is a plain http(s) address, otherwise None."""
    if len(text) > LONGEST_LINK or any(unicodedata.category(c) in _INVISIBLE for c in text):
        return None
    if "\\" in text:  # browsers read it as a slash, we would not
        return None
    try:
        parts = urlsplit(text)
        plain = bool(parts.hostname) and parts.username is None and parts.password is None
    except ValueError:
        return None
    return text if plain and parts.scheme in ("http", "https") else None


def call_link(text: str) -> str | None:
    """The text itself if it is a plain http(s) or Mumble address, otherwise None.

    >>> call_link("mumble://example.org/room"), call_link("javascript:alert(1)")
    ('mumble://example.org/room', None)
    """
    if not text.startswith("mumble://"):
        return safe_link(text)
    return text if safe_link("https" + text.removeprefix("mumble")) else None


def contact_link(text: str) -> str | None:
    """Where a contact point's address leads: a page, a mail address, or a telephone number.

    >>> contact_link("hallo@example.org"), contact_link("+49 30 1234-56"), contact_link("Raum 3")
    ('mailto:hallo@example.org', 'tel:+4930123456', None)
    """
    if _MAIL.fullmatch(text):
        return f"mailto:{text}"
    if _PHONE.fullmatch(text):
        return "tel:" + re.sub(r"[^0-9+]", "", text)
    return safe_link(text)


def with_query(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """A path and the parameters that say something.

    >>> with_query("/directory", [("q", "a b"), ("topic", "")])
    '/directory?q=a+b'
    """
    query = urlencode([(name, value) for name, value in pairs if value])
    return f"{path}?{query}" if query else path


_ID = re.compile(r"[a-z0-9-]{4,64}")


def is_id(text: str) -> bool:
    """Whether it can be an id, or a prefix of one that is long enough to look for."""
    return _ID.fullmatch(text) is not None
