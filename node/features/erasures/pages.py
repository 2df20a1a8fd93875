"""What was erased, and who confirmed it."""

from node.features.erasures.views import erasure_views
from node.upkeep.backups import KEPT_DAYS
from node.web.page import Asked, Page, Panel


def erasures(asked: Asked) -> Page:
    """Only what kind of thing it was is known by now."""
    values = {"erasures": erasure_views(asked.sight), "kept_days": KEPT_DAYS}
    return Page("erasures.html", asked.texts("erasures.web.title"), "ties", values)


def group_panel(asked: Asked, _id: str) -> Panel | None:
    """On the group's own page: how its entry is erased."""
    return _how(asked, "verbund group erase")


def _how(asked: Asked, command: str) -> Panel | None:
    return Panel("erase.html", {"command": command}) if asked.visit.inside else None
