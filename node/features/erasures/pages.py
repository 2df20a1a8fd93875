"""What was erased, and who confirmed it."""

from node.features.erasures.views import erasure_views
from node.upkeep.backups import KEPT_DAYS
from node.web.page import Asked, Page


def erasures(asked: Asked) -> Page:
    """Only what kind of thing it was is known by now."""
    values = {"erasures": erasure_views(asked.sight), "kept_days": KEPT_DAYS}
    return Page("erasures.html", asked.texts("erasures.web.title"), "ties", values)
