"""One pact."""

from collections.abc import Mapping

from node.web.links import is_id
from node.web.page import MissingError, OutsideError, Page
from node.web.ports import PageViews
from node.web.visit import Visit
from protocol.certificates import LATE_SECONDS

SHORT_ID = 8
"""Characters of a pact's id that are typed to sign it."""


def pact(visit: Visit, views: PageViews, match: Mapping[str, str]) -> Page:
    """One pact; inside only. Outside the answer is the same whether there is one or not."""
    if not visit.inside:
        raise OutsideError
    id = match["id"]
    found = [one for one in views.pacts() if one.id.startswith(id)] if is_id(id) else []
    if len(found) != 1:
        raise MissingError
    values = {
        "pact": found[0],
        "us": views.home(visit.viewer).id,
        "short": SHORT_ID,
        "late_days": LATE_SECONDS // 86_400,
    }
    return Page("pact.html", found[0].name, "ties", values)
