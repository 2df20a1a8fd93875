"""What was erased, and who confirmed it."""

from collections.abc import Mapping

from node.upkeep.backups import KEPT_DAYS
from node.web.page import OutsideError, Page
from node.web.ports import PageViews
from node.web.visit import Visit


def erasures(visit: Visit, views: PageViews, _match: Mapping[str, str]) -> Page:
    """What was erased, and who confirmed it; inside only."""
    if not visit.inside:
        raise OutsideError
    values = {"erasures": views.erasures(), "kept_days": KEPT_DAYS}
    return Page("erasures.html", visit.texts("web.erasures.title"), "ties", values)
