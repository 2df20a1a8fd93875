"""What was typed into a form that came too late: nothing of it is lost.

The page was made before somebody signed in or out, in another tab or yesterday. So nothing was
done; what was typed is on the page that answers, and can be sent again from there, after signing in
if need be. Passwords and files are not: whoever sits there now need not be who typed them.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from node.web.page import Asked, Page
from node.web.plain import plain
from node.web.posted import TOKEN, Posted

LONGEST = 70_000
"""Characters of what is kept, as one text: what a form may hold, and its names."""


class KeptField(NamedTuple):
    """One value as it was sent."""

    name: str
    value: str


def kept_page(asked: Asked, allowed: bool) -> Page:
    """The answer: 403, with everything in it. `allowed`: who asks may send it again as it is."""
    fields = kept_fields(asked.posted)
    return sending_again(asked, asked.visit.path, fields, allowed, 403)


def sending_again(
    asked: Asked, path: str, fields: list[KeptField], allowed: bool, status: int = 200
) -> Page:
    """A page with what was typed and a button that sends it to `path`; or the way to sign in.

    What is panel `kept` signs in: it gets `back` and `kept` as hidden fields.
    """
    packed = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    values: Mapping[str, Any] = {
        "kept": fields,
        "packed": packed if len(packed) <= LONGEST else "",
        "path": path,
        "may": allowed,
        "cookieless": not asked.visit.signed_in and not asked.visit.browser.nonce,
        "panels": () if allowed else asked.panels_of("kept", path),
    }
    return Page("kept.html", asked.texts("web.kept.title"), "", values, status)


HIDDEN = ("password", "secret")
"""In the names of fields that are not shown again."""


def kept_fields(found: Posted) -> list[KeptField]:
    """All that is text, but for passwords, other secrets and the token."""
    pairs = found.items() if hasattr(found, "items") else ()
    return [
        KeptField(name, plain(value.encode("utf-8", "replace").decode()))
        for name, value in pairs
        if isinstance(value, str) and name != TOKEN and not any(one in name for one in HIDDEN)
    ]


def unpacked(text: str) -> list[KeptField]:
    """What a hidden field brought back; nothing if it is none of ours."""
    try:
        found = json.loads(text)
        return [KeptField(str(name), plain(str(value))) for name, value in found]
    except (ValueError, TypeError, RecursionError):
        return []
