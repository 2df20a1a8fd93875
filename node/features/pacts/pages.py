"""One pact."""

from node.base.lookalikes import SHORT_ID
from node.features.pacts.views import pact_views
from node.web.links import is_id
from node.web.page import Asked, MissingError, Page
from protocol.certificates import LATE_SECONDS
from protocol.ids import to_text


def pact(asked: Asked) -> Page:
    """What is proposed, who signed, until when."""
    id = asked.match["id"]
    found = [one for one in pact_views(asked.sight) if one.id.startswith(id)] if is_id(id) else []
    if len(found) != 1:
        raise MissingError
    values = {
        "pact": found[0],
        "us": to_text(asked.core.home_id),
        "short": SHORT_ID,
        "late_days": LATE_SECONDS // 86_400,
    }
    return Page("pact.html", found[0].name, "ties", values)
