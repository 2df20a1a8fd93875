"""What was typed into a form that came too late: nothing of it is lost.

The page was made before somebody signed in or out, in another tab or yesterday. So nothing was
done; what was typed is on the page that answers, and can be sent again from there. Passwords and
files are not: whoever sits there now need not be who typed them.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from node.web.page import Page
from node.web.plain import plain
from node.web.posted import TOKEN, Posted
from node.web.visit import Visit


class KeptField(NamedTuple):
    """One value as it was sent."""

    name: str
    value: str


def kept_page(found: Posted, allowed: bool, visit: Visit) -> Page:
    """The answer: 403, with everything in it. `allowed`: who asks may send it again as it is."""
    title = visit.texts("web.kept.title")
    values: Mapping[str, Any] = {"kept": kept_fields(found), "path": visit.path, "may": allowed}
    return Page("kept.html", title, "", values, 403)


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
