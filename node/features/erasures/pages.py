"""What was erased, and who confirmed it."""

from node.feature import Right
from node.features.erasures.views import SILENT_SECONDS, erasure_views, silent_views
from node.upkeep.backups import KEPT_DAYS
from node.web.page import Asked, Page, Todo


def erasures(asked: Asked) -> Page:
    """Only what kind of thing it was is known by now."""
    values = {
        "erasures": erasure_views(asked.sight),
        "silent": silent_views(asked.sight),
        "silent_days": SILENT_SECONDS // 86_400,
        "may": asked.has(Right.KEY),
        "kept_days": KEPT_DAYS,
    }
    return Page("erasures.html", asked.texts("erasures.web.title"), "ties", values)


def todo(asked: Asked) -> list[Todo]:
    """For key persons: whom to write to, or whose tie to end."""
    if not asked.has(Right.KEY):
        return []
    silent = silent_views(asked.sight)
    return [Todo("erasures.todo.silent", {}, "/erasures", len(silent))] if silent else []
